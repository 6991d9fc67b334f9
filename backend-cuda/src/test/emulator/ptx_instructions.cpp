// Each group of instructions is one function, which reads the parts of the operation's name in their order and refuses the rest.
#include "ptx_instructions.h"

#include <cstdio>
#include <functional>

namespace ptx {
namespace {

constexpr Type PREDICATE = {'p', 1};
constexpr Type U32 = {'u', 32};

std::string hex(uint64_t value, int bits) {
  char text[40];
  if (bits < 64) value &= (1ull << bits) - 1;
  std::snprintf(text, sizeof text, bits > 32 ? "0x%llxull" : "0x%llxu", static_cast<unsigned long long>(value));
  return text;
}

std::string name_of(Type type) { return type.kind + std::to_string(type.bits); }

// One instruction on its way to C.
class Instruction {
 public:
  Instruction(const Entry& entry, const Instructions& registers, const Statement& statement, uint32_t* sites)
      : entry_(entry), registers_(registers), statement_(statement), sites_(sites), place_(1) {}

  std::string translate() {
    typedef void (Instruction::*Translate)();
    static const std::map<std::string, Translate> table = {
        {"add", &Instruction::sum},       {"sub", &Instruction::sum},        {"mul", &Instruction::product},
        {"mad", &Instruction::product},   {"fma", &Instruction::fma},        {"div", &Instruction::quotient},
        {"rem", &Instruction::remainder}, {"min", &Instruction::extreme},    {"max", &Instruction::extreme},
        {"neg", &Instruction::negation},  {"abs", &Instruction::absolute},   {"copysign", &Instruction::copysign},
        {"and", &Instruction::logic},     {"or", &Instruction::logic},       {"xor", &Instruction::logic},
        {"not", &Instruction::logic_not}, {"shl", &Instruction::shift},      {"shr", &Instruction::shift},
        {"rcp", &Instruction::function},  {"sqrt", &Instruction::function},  {"rsqrt", &Instruction::function},
        {"ex2", &Instruction::function},  {"lg2", &Instruction::function},   {"setp", &Instruction::comparison},
        {"selp", &Instruction::selection}, {"mov", &Instruction::move},      {"cvt", &Instruction::conversion},
        {"cvta", &Instruction::address_conversion}, {"ld", &Instruction::load}, {"st", &Instruction::store}};
    auto found = table.find(statement_.operation[0]);
    if (found == table.end()) unknown();
    (this->*found->second)();
    if (place_ != statement_.operation.size()) unknown();
    return out_;
  }

 private:
  [[noreturn]] void unknown() const { throw Error(statement_.line, "the instruction \"" + statement_.text + "\" is not known to the emulator"); }

  [[noreturn]] void wrong(const std::string& what) const { throw Error(statement_.line, statement_.text + ": " + what); }

  // Takes the next part of the name when it is this.
  bool take(const char* part) {
    if (place_ >= statement_.operation.size() || statement_.operation[place_] != part) return false;
    place_++;
    return true;
  }

  Type type() {
    Type result;
    if (place_ >= statement_.operation.size() || !type_of(statement_.operation[place_], &result)) unknown();
    place_++;
    return result;
  }

  const Operand& operand(size_t i) const {
    if (i >= statement_.operands.size()) wrong("expected more operands");
    return statement_.operands[i];
  }

  void count(size_t expected) const {
    if (statement_.operands.size() != expected) wrong("expected " + std::to_string(expected) + " operands");
  }

  // The value of an operand as one of a type.
  std::string read(const Operand& operand, Type wanted) const {
    switch (operand.kind) {
      case Operand::REGISTER: return read_register(operand.name, wanted);
      case Operand::INTEGER:
        if (wanted.is_float()) wrong("an integer where a floating-point number is expected");
        return wanted == PREDICATE ? (operand.bits != 0 ? "1" : "0") : "(" + c_type(wanted) + ")" + hex(operand.bits, wanted.bits);
      case Operand::FLOAT32: return constant(operand, wanted, 32);
      case Operand::FLOAT64: return constant(operand, wanted, 64);
      case Operand::SPECIAL: return special(operand.name, wanted);
      case Operand::SYMBOL: return "(" + c_type(wanted) + ")" + hex(shared(operand.name).offset, 32);
      default: wrong("an operand of this kind is not expected");
    }
  }

  std::string constant(const Operand& operand, Type wanted, int bits) const {
    if (wanted.bits != bits || (wanted.kind != 'f' && wanted.kind != 'b')) wrong("a constant of another type is expected");
    return wanted.is_float() ? "as_f" + std::to_string(bits) + "(" + hex(operand.bits, bits) + ")" : hex(operand.bits, bits);
  }

  std::string read_register(const std::string& name, Type wanted) const {
    Type has = registers_.declared(name, statement_.line);
    std::string value = c_name(name);
    if (has.bits != wanted.bits) wrong(name + " has " + std::to_string(has.bits) + " bits, expected " + std::to_string(wanted.bits));
    if (wanted.is_float() && !has.is_float()) return "as_f" + std::to_string(wanted.bits) + "(" + value + ")";
    if (!wanted.is_float() && has.is_float()) return "(" + c_type(wanted) + ")bits_of_f" + std::to_string(has.bits) + "(" + value + ")";
    return wanted.kind == 's' ? "(" + c_type(wanted) + ")" + value : value;
  }

  std::string special(const std::string& name, Type wanted) const {
    static const std::map<std::string, std::string> values = {{"%tid", "self->"}, {"%ctaid", "block->group"}, {"%nctaid", "block->groups"}, {"%ntid", "block->size"}};
    auto found = values.find(name.substr(0, name.find('.')));
    std::string axis = name.substr(name.find('.') + 1);
    if (found == values.end() || axis.size() != 1 || axis[0] < 'x' || axis[0] > 'z') wrong("the register " + name + " is not known to the emulator");
    if (wanted.bits != 32) wrong(name + " has 32 bits");
    return name[1] == 't' ? found->second + axis : found->second + "[" + std::to_string(axis[0] - 'x') + "]";
  }

  const Variable& shared(const std::string& name) const {
    for (const Variable& variable : entry_.shared) {
      if (variable.name == name) return variable;
    }
    wrong("there is no variable " + name);
  }

  // Assigns an expression of a type to a register. A wider register is filled up as the type says.
  void write(const Operand& to, Type type, const std::string& expression, bool may_be_wider = false) {
    if (to.kind != Operand::REGISTER) wrong("the result must go to a register");
    Type has = registers_.declared(to.name, statement_.line);
    if (has.bits != type.bits && !(may_be_wider && has.bits > type.bits && !has.is_float() && !type.is_float())) {
      wrong(to.name + " has " + std::to_string(has.bits) + " bits, the result " + std::to_string(type.bits));
    }
    out_ += c_name(to.name) + " = ";
    if (has.is_float() == type.is_float()) {
      out_ += type.is_float() || type == PREDICATE ? expression : "(" + c_type(has) + ")(" + c_type(type) + ")(" + expression + ")";
    } else if (has.is_float()) {
      out_ += "as_f" + std::to_string(has.bits) + "(" + expression + ")";
    } else {
      out_ += "bits_of_f" + std::to_string(has.bits) + "(" + expression + ")";
    }
    out_ += ";";
  }

  // Reads .ftz and .sat, then the type; what they ask for is done by "in" and "out".
  Type float_or_integer() {
    flush_ = take("ftz");
    saturate_ = take("sat");
    Type result = type();
    if ((flush_ && !(result == Type{'f', 32})) || (saturate_ && !result.is_float())) unknown();
    return result;
  }

  std::string in(size_t i, Type type) const {
    std::string value = read(operand(i), type);
    return flush_ ? "flushed_f32(" + value + ")" : value;
  }

  std::string out(const std::string& value, Type type) const {
    std::string result = flush_ ? "flushed_f32(" + value + ")" : value;
    return saturate_ ? "saturated_" + name_of(type) + "(" + result + ")" : result;
  }

  void arithmetic_only(Type type) const {
    if (type.kind == 'b' || type.kind == 'p' || type.bits < 16) unknown();
  }

  // Integers are added, subtracted and multiplied without a sign, where C defines what happens on overflow.
  static Type wrapping(Type type) { return type.is_float() ? type : Type{'u', type.bits}; }

  void sum() {
    take("rn");
    Type type = float_or_integer();
    arithmetic_only(type);
    count(3);
    const char* sign = statement_.operation[0] == "add" ? " + " : " - ";
    write(operand(0), type, out(in(1, wrapping(type)) + sign + in(2, wrapping(type)), type));
  }

  void product() {
    bool adds = statement_.operation[0] == "mad";
    bool low = take("lo"), high = !low && take("hi"), wide = !low && !high && take("wide");
    if (!low && !high && !wide) return adds ? fma() : float_product();
    Type type = this->type(), result = wide ? Type{type.kind, type.bits * 2} : type;
    if (type.is_float() || type.bits < 16 || (wide && type.bits > 32) || (high && type.bits < 32)) unknown();
    arithmetic_only(type);
    count(adds ? 4 : 3);
    std::string value;
    if (low) {
      // Sixteen bits would be multiplied as int, whose overflow is not defined.
      value = "1u * " + in(1, wrapping(type)) + " * " + in(2, wrapping(type));
    } else if (high) {
      value = "mul_hi_" + name_of(type) + "(" + in(1, type) + ", " + in(2, type) + ")";
    } else {
      value = "(" + c_type(result) + ")" + in(1, type) + " * (" + c_type(result) + ")" + in(2, type);
    }
    write(operand(0), result, adds ? "(" + c_type(wrapping(result)) + ")(" + value + ") + " + in(3, wrapping(result)) : value);
  }

  void float_product() {
    take("rn");
    Type type = float_or_integer();
    if (!type.is_float()) unknown();
    count(3);
    write(operand(0), type, out(in(1, type) + " * " + in(2, type), type));
  }

  void fma() {
    std::string rounding = take("rn") ? "rn" : take("rm") ? "rm" : take("rp") ? "rp" : take("rz") ? "rz" : "";
    Type type = float_or_integer();
    if (!type.is_float() || rounding.empty() || (rounding != "rn" && type.bits != 32)) unknown();
    count(4);
    std::string function = rounding != "rn" ? "fma_" + rounding + "_f32" : type.bits == 32 ? "__builtin_fmaf" : "__builtin_fma";
    write(operand(0), type, out(function + "(" + in(1, type) + ", " + in(2, type) + ", " + in(3, type) + ")", type));
  }

  void quotient() {
    bool rounded = take("rn") || take("approx") || take("full");
    Type type = float_or_integer();
    arithmetic_only(type);
    if (rounded != type.is_float()) unknown();
    count(3);
    write(operand(0), type, type.is_float() ? out(in(1, type) + " / " + in(2, type), type) : call("div_" + name_of(type), type));
  }

  void remainder() {
    Type type = this->type();
    if (type.is_float()) unknown();
    arithmetic_only(type);
    count(3);
    write(operand(0), type, call("rem_" + name_of(type), type));
  }

  void extreme() {
    Type type = float_or_integer();
    if (saturate_) unknown();
    arithmetic_only(type);
    count(3);
    write(operand(0), type, out(call(statement_.operation[0] + "_" + name_of(type), type), type));
  }

  std::string call(const std::string& function, Type type) const { return function + "(" + in(1, type) + ", " + in(2, type) + ")"; }

  void negation() {
    Type type = float_or_integer();
    arithmetic_only(type);
    count(2);
    // The sign of a NaN turns too, and minus zero comes of zero.
    write(operand(0), type, type.is_float() ? out("-" + in(1, type), type) : "0 - " + in(1, wrapping(type)));
  }

  void absolute() {
    Type type = float_or_integer();
    if (type.kind == 'u') unknown();
    arithmetic_only(type);
    count(2);
    std::string value = in(1, type);
    write(operand(0), type, type.is_float() ? out("__builtin_fabs" + suffix(type) + "(" + value + ")", type) : value + " < 0 ? 0 - " + in(1, wrapping(type)) + " : " + in(1, wrapping(type)));
  }

  static std::string suffix(Type type) { return type.bits == 32 ? "f" : ""; }

  // The sign of the first operand on the second.
  void copysign() {
    Type type = this->type();
    if (!type.is_float()) unknown();
    count(3);
    write(operand(0), type, "__builtin_copysign" + suffix(type) + "(" + in(2, type) + ", " + in(1, type) + ")");
  }

  void logic() {
    Type type = this->type();
    if (type.kind != 'b' && type.kind != 'p') unknown();
    count(3);
    const std::string& name = statement_.operation[0];
    write(operand(0), type, in(1, type) + (name == "and" ? " & " : name == "or" ? " | " : " ^ ") + in(2, type));
  }

  void logic_not() {
    Type type = this->type();
    if (type.kind != 'b' && type.kind != 'p') unknown();
    count(2);
    write(operand(0), type, (type == PREDICATE ? "!" : "~") + in(1, type));
  }

  void shift() {
    Type type = this->type();
    bool left = statement_.operation[0] == "shl";
    if (type.is_float() || type.bits < 16 || (left && type.kind != 'b')) unknown();
    count(3);
    std::string function = left ? "shl_b" : type.kind == 's' ? "shr_s" : "shr_u";
    write(operand(0), type, function + std::to_string(type.bits) + "(" + in(1, type) + ", " + read(operand(2), U32) + ")");
  }

  void function() {
    const std::string& name = statement_.operation[0];
    if (statement_.text == "rcp.approx.ftz.f64") return reciprocal_of_upper_half();
    bool approximate = take("approx"), rounded = !approximate && take("rn");
    Type type = float_or_integer();
    if (!type.is_float() || saturate_ || (!approximate && !rounded)) unknown();
    count(2);
    std::string value;
    if (approximate && type.bits == 32) {
      value = name + "_approx_f32(" + in(1, type) + ")";
    } else if (name == "rcp" && rounded) {
      value = (type.bits == 32 ? "1.0f / " : "1.0 / ") + in(1, type);
    } else if (name == "sqrt" && rounded) {
      value = "__builtin_sqrt" + suffix(type) + "(" + in(1, type) + ")";
    } else {
      unknown();
    }
    write(operand(0), type, out(value, type));
  }

  void reciprocal_of_upper_half() {
    count(2);
    place_ = statement_.operation.size();
    write(operand(0), {'f', 64}, "rcp_approx_f64(" + read(operand(1), {'f', 64}) + ")");
  }

  // Comparisons of numbers without order: "u" behind the name is true for them, and the others are false.
  void comparison() {
    static const std::map<std::string, std::string> operators = {{"eq", "=="}, {"ne", "!="}, {"lt", "<"}, {"le", "<="}, {"gt", ">"}, {"ge", ">="}};
    static const std::map<std::string, std::string> unordered = {{"equ", "eq"}, {"neu", "ne"}, {"ltu", "ge"}, {"leu", "gt"}, {"gtu", "le"}, {"geu", "lt"}};
    if (statement_.operation.size() < 3) unknown();
    const std::string& name = statement_.operation[place_++];
    Type type = float_or_integer();
    if (saturate_) unknown();
    count(3);
    std::string a = in(1, type), b = in(2, type), value;
    if (type.is_float() && (name == "num" || name == "nan")) {
      value = std::string(name == "num" ? "!" : "") + "__builtin_isunordered(" + a + ", " + b + ")";
    } else if (type.is_float() && name == "ne") {
      value = a + " < " + b + " || " + a + " > " + b;
    } else if (type.is_float() && name == "equ") {
      value = "!(" + a + " < " + b + " || " + a + " > " + b + ")";
    } else if (type.is_float() && name == "neu") {
      value = a + " != " + b;
    } else if (type.is_float() && unordered.count(name)) {
      value = "!(" + a + " " + operators.at(unordered.at(name)) + " " + b + ")";
    } else if (operators.count(name) && (type.kind != 'b' || name == "eq" || name == "ne") && type.kind != 'p') {
      value = a + " " + operators.at(name) + " " + b;
    } else {
      unknown();
    }
    write(operand(0), PREDICATE, value);
  }

  void selection() {
    Type type = this->type();
    if (type == PREDICATE) unknown();
    count(4);
    write(operand(0), type, read(operand(3), PREDICATE) + " ? " + in(1, type) + " : " + in(2, type));
  }

  void move() {
    Type type = this->type();
    count(2);
    if (operand(0).kind == Operand::VECTOR) return unpack(type);
    if (operand(1).kind == Operand::VECTOR) return pack(type);
    write(operand(0), type, in(1, type));
  }

  Type part_of(Type whole, size_t parts) const {
    if (whole.kind != 'b' || (parts != 2 && parts != 4)) unknown();
    return {'b', whole.bits / static_cast<int>(parts)};
  }

  void unpack(Type type) {
    const std::vector<Operand>& parts = operand(0).parts;
    Type part = part_of(type, parts.size());
    out_ += "{ " + c_type(type) + " whole = " + in(1, type) + "; ";
    for (size_t i = 0; i < parts.size(); i++) write(parts[i], part, "whole >> " + std::to_string(i * part.bits));
    out_ += " }";
  }

  void pack(Type type) {
    const std::vector<Operand>& parts = operand(1).parts;
    Type part = part_of(type, parts.size());
    std::string value;
    for (size_t i = 0; i < parts.size(); i++) {
      value += (i == 0 ? "" : " | ") + ("(" + c_type(type) + ")(" + c_type(part) + ")") + read(parts[i], part) + " << " + std::to_string(i * part.bits);
    }
    write(operand(0), type, value);
  }

  void conversion() {
    std::string rounding;
    for (const char* name : {"rn", "rni", "rzi", "rmi", "rpi"}) {
      if (rounding.empty() && take(name)) rounding = name;
    }
    flush_ = take("ftz");
    saturate_ = take("sat");
    Type to = type(), from = type();
    count(2);
    bool to_whole = rounding.size() == 3;
    if (to.kind == 'b' || from.kind == 'b' || (saturate_ && !to.is_float()) || (flush_ && from.bits != 32 && to.bits != 32)) unknown();
    std::string value = lower_bits(operand(1), from);
    if (flush_ && from == Type{'f', 32}) value = "flushed_f32(" + value + ")";
    if (from.is_float() && to_whole) value = whole(rounding, from) + "(" + value + ")";
    bool narrows = from.is_float() ? to.is_float() && to.bits < from.bits : to.is_float();
    if (narrows != (rounding == "rn") || (to_whole != (from.is_float() && !to.is_float()) && !(to_whole && to == from))) unknown();
    if (from.is_float() && !to.is_float()) {
      if (to.bits < 32) unknown();
      value = name_of(to) + "_of_" + name_of(from) + "(" + value + ")";
    } else if (to.is_float()) {
      value = "(" + c_type(to) + ")" + value;
      if (flush_ && to.bits == 32) value = "flushed_f32(" + value + ")";
      if (saturate_) value = "saturated_" + name_of(to) + "(" + value + ")";
    }
    write(operand(0), to, value, true);
  }

  static std::string whole(const std::string& rounding, Type type) {
    static const std::map<std::string, std::string> functions = {{"rni", "rint"}, {"rzi", "trunc"}, {"rmi", "floor"}, {"rpi", "ceil"}};
    return "__builtin_" + functions.at(rounding) + suffix(type);
  }

  // Generic addresses and those of global memory are the same numbers here.
  void address_conversion() {
    if (!take("to") || !take("global")) unknown();
    Type type = this->type();
    count(2);
    write(operand(0), type, in(1, type));
  }

  // The number of values that a load or store moves.
  size_t vector_size() { return take("v2") ? 2 : take("v4") ? 4 : 1; }

  const std::vector<Operand> values_of(const Operand& operand, size_t count) const {
    if ((operand.kind == Operand::VECTOR) != (count > 1)) wrong("the number of values does not fit the instruction");
    if (count > 1 && operand.parts.size() != count) wrong("the number of values does not fit the instruction");
    return count > 1 ? operand.parts : std::vector<Operand>{operand};
  }

  void load() {
    if (take("param")) return load_parameter();
    bool global = take("global");
    if (global) take("nc");
    if (!global && !take("shared")) unknown();
    size_t size = vector_size();
    Type type = this->type();
    if (type == PREDICATE) unknown();
    count(2);
    std::string address = place_of(operand(1), global, type.bytes() * size);
    std::vector<Operand> values = values_of(operand(0), size);
    for (size_t i = 0; i < size; i++) write(values[i], type, "((const " + c_type(type) + "*)" + address + ")[" + std::to_string(i) + "]", true);
    out_ += " }";
  }

  void store() {
    bool global = take("global");
    if (!global && !take("shared")) unknown();
    size_t size = vector_size();
    Type type = this->type();
    if (type == PREDICATE) unknown();
    count(2);
    std::string address = place_of(operand(0), global, type.bytes() * size);
    std::vector<Operand> values = values_of(operand(1), size);
    for (size_t i = 0; i < size; i++) out_ += "((" + c_type(type) + "*)" + address + ")[" + std::to_string(i) + "] = " + lower_bits(values[i], type) + ";";
    out_ += " }";
  }

  // The value of an operand; a wider register gives its lower bits.
  std::string lower_bits(const Operand& operand, Type type) const {
    if (operand.kind == Operand::REGISTER) {
      Type has = registers_.declared(operand.name, statement_.line);
      if (has.bits > type.bits && !has.is_float() && !type.is_float()) return "(" + c_type(type) + ")" + c_name(operand.name);
    }
    return read(operand, type);
  }

  // Opens a block of C with the checked address of an access, and returns how it is written there.
  std::string place_of(const Operand& operand, bool global, size_t bytes) {
    if (operand.kind != Operand::ADDRESS) wrong("expected an address");
    std::string base;
    if (operand.name[0] == '%') {
      Type has = registers_.declared(operand.name, statement_.line);
      if (global && has.bits != 64) wrong("an address of global memory has 64 bits");
      if (has.is_float() || has.bits < 32) wrong(operand.name + " holds no address");
      base = c_name(operand.name);
    } else if (global) {
      wrong("there is no variable " + operand.name + " in global memory");
    } else {
      base = hex(shared(operand.name).offset, 32);
    }
    std::string line = std::to_string(statement_.line), length = std::to_string(bytes);
    out_ += std::string("{ ") + (global ? "const uint64_t" : "const uint32_t") + " address = " + base + " + " + hex(static_cast<uint64_t>(operand.offset), global ? 64 : 32) + "; ";
    out_ += global ? "CHECK_GLOBAL(" + std::to_string((*sites_)++) + ", " + line + ", address, " + length + ") " : "CHECK_SHARED(" + line + ", address, " + length + ") ";
    return global ? "(uintptr_t)address" : "(shared + address)";
  }

  void load_parameter() {
    Type type = this->type();
    count(2);
    for (const Variable& parameter : entry_.parameters) {
      if (parameter.name != operand(1).name) continue;
      uint64_t offset = static_cast<uint64_t>(operand(1).offset);
      if (offset + type.bytes() > parameter.bytes) wrong("reads beyond the parameter " + parameter.name);
      write(operand(0), type, "*(const " + c_type(type) + "*)(block->parameters + " + std::to_string(parameter.offset + offset) + ")", true);
      return;
    }
    wrong("there is no parameter " + operand(1).name);
  }

  const Entry& entry_;
  const Instructions& registers_;
  const Statement& statement_;
  uint32_t* sites_;
  size_t place_;
  bool flush_ = false;
  bool saturate_ = false;
  std::string out_;
};

}  // namespace

std::string c_name(const std::string& name) {
  std::string result = name[0] == '%' ? "v_" : "label_";
  for (char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') result += c;
  }
  return result;
}

std::string c_type(Type type) {
  if (type.kind == 'p') return "_Bool";
  if (type.is_float()) return type.bits == 32 ? "float" : "double";
  return std::string(type.kind == 's' ? "" : "u") + "int" + std::to_string(type.bits) + "_t";
}

Type Instructions::declared(const std::string& name, int line) const {
  auto found = entry_.registers.find(name);
  if (found == entry_.registers.end()) throw Error(line, "the register " + name + " is not declared");
  return found->second;
}

std::string Instructions::translate(const Statement& statement) { return Instruction(entry_, *this, statement, &sites_).translate(); }

}  // namespace ptx
