// A kernel becomes one function of C, which runs a thread up to its next barrier, and the loops over the threads of kernel_block.h.
#include "ptx_translator.h"

#include <set>

#include "ptx_instructions.h"
#include "ptx_liveness.h"

// The texts of the two headers, as this file was compiled with them.
#define TEXT_OF_FILE(NAME, FILE)                                                                                    \
  __asm__(".section .rodata\n.global " #NAME "\n.hidden " #NAME "\n" #NAME ":\n.incbin \"" FILE "\"\n.byte 0\n.text\n"); \
  extern "C" const char NAME[]

TEXT_OF_FILE(emulator_kernel_text, EMULATOR_SOURCES "/kernel.h");
TEXT_OF_FILE(emulator_kernel_block_text, EMULATOR_SOURCES "/kernel_block.h");

namespace ptx {
namespace {

class Translator {
 public:
  explicit Translator(const Entry& entry) : entry_(entry), instructions_(entry), live_(live_at_barriers(entry)) {}

  Translation translation() {
    std::string body;
    for (const Statement& statement : entry_.body) body += "  " + translated(statement) + "\n";
    Translation result;
    result.code = std::string(emulator_kernel_text) + "\n#define SHARED_BYTES " + std::to_string(entry_.shared_bytes) + "ull\n#define BARRIERS " +
                  std::to_string(live_.size()) + "\n" + thread() + function(body) + emulator_kernel_block_text;
    result.sites = instructions_.sites();
    return result;
  }

 private:
  std::string translated(const Statement& statement) {
    if (!statement.label.empty()) return c_name(statement.label) + ":;";
    std::string guard;
    if (!statement.guard.empty()) {
      if (instructions_.declared(statement.guard, statement.line).kind != 'p') throw Error(statement.line, statement.guard + " is no predicate");
      guard = std::string("if (") + (statement.negated ? "!" : "") + c_name(statement.guard) + ") ";
    }
    const std::string& operation = statement.operation[0];
    std::string code;
    if (operation == "bra") {
      code = branch(statement);
    } else if (is_barrier(statement)) {
      code = barrier(statement);
    } else if (statement.text == "ret" || statement.text == "exit") {
      code = "self->place = FINISHED; return;";
    } else {
      code = instructions_.translate(statement);
    }
    return guard + "{ " + code + " }";
  }

  static std::string branch(const Statement& statement) {
    if ((statement.text != "bra" && statement.text != "bra.uni") || statement.operands.size() != 1) unknown(statement);
    return "goto " + c_name(statement.operands[0].name) + ";";
  }

  [[noreturn]] static void unknown(const Statement& statement) {
    throw Error(statement.line, "the instruction \"" + statement.text + "\" is not known to the emulator");
  }

  // Leaves the function with the registers kept, and comes back behind it.
  std::string barrier(const Statement& statement) {
    if (statement.text != "bar.sync" || statement.operands.size() != 1 || statement.operands[0].kind != Operand::INTEGER || statement.operands[0].bits != 0) {
      unknown(statement);
    }
    const std::set<std::string>& live = live_[barrier_lines_.size()];
    barrier_lines_.push_back(statement.line);
    std::string number = std::to_string(barrier_lines_.size()), keep, restore;
    for (const std::string& name : live) {
      keep += "self->" + c_name(name) + " = " + c_name(name) + "; ";
      restore += c_name(name) + " = self->" + c_name(name) + "; ";
    }
    return keep + "self->place = " + number + "; return; barrier_" + number + ":; " + restore;
  }

  // Where a thread stands, and the registers that some barrier keeps.
  std::string thread() const {
    std::set<std::string> kept;
    for (const std::set<std::string>& live : live_) kept.insert(live.begin(), live.end());
    std::string code = "struct Thread { uint32_t x, y, z; int32_t place;";
    for (int bits : {64, 32, 16, 1}) {
      for (const std::string& name : kept) {
        Type type = instructions_.declared(name, entry_.line);
        if (type.bits == bits) code += " " + c_type(type) + " " + c_name(name) + ";";
      }
    }
    return code + " };\n";
  }

  std::string function(const std::string& body) const {
    std::string code = "static const int barrier_lines[] = {0";
    for (int line : barrier_lines_) code += ", " + std::to_string(line);
    code += "};\nstatic inline void run_thread(struct Block* const block, struct Thread* const self) {\n"
            "  const struct Window* const windows = block->windows; uint8_t* const shared = block->shared;\n";
    std::set<std::string> names;
    for (const Statement& statement : entry_.body) {
      Access access = access_of(statement);
      names.insert(access.reads.begin(), access.reads.end());
      names.insert(access.writes.begin(), access.writes.end());
    }
    for (const std::string& name : names) code += "  " + c_type(instructions_.declared(name, entry_.line)) + " " + c_name(name) + ";\n";
    code += "  switch (self->place) {\n";
    for (size_t i = 1; i <= barrier_lines_.size(); i++) code += "    case " + std::to_string(i) + ": goto barrier_" + std::to_string(i) + ";\n";
    return code + "    case FINISHED: return;\n    default: break;\n  }\n" + body + "  self->place = FINISHED;\n}\n";
  }

  const Entry& entry_;
  Instructions instructions_;
  std::vector<std::set<std::string>> live_;
  std::vector<int> barrier_lines_;
};

}  // namespace

Translation translate(const Entry& entry) { return Translator(entry).translation(); }

}  // namespace ptx
