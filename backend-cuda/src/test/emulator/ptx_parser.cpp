// Reads PTX: tokens, then declarations, kernels and their statements. What it does not know is an error, never skipped.
#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "ptx.h"

namespace ptx {
namespace {

struct Token {
  std::string text;
  int line;
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '%' || c == '.'; }

std::vector<Token> tokens_of(const std::string& text) {
  std::vector<Token> tokens;
  int line = 1;
  for (size_t i = 0; i < text.size();) {
    char c = text[i];
    size_t begin = i;
    if (c == '\n') {
      line++;
      i++;
    } else if (std::isspace(static_cast<unsigned char>(c))) {
      i++;
    } else if (text.compare(i, 2, "//") == 0) {
      i = std::min(text.find('\n', i), text.size());
    } else if (text.compare(i, 2, "/*") == 0) {
      size_t end = text.find("*/", i);
      if (end == std::string::npos) throw Error(line, "a comment does not end");
      line += static_cast<int>(std::count(text.begin() + i, text.begin() + end, '\n'));
      i = end + 2;
    } else if (c == '"') {
      i = text.find('"', i + 1);
      if (i == std::string::npos) throw Error(line, "a string does not end");
      tokens.push_back({text.substr(begin, ++i - begin), line});
    } else if (is_word(c)) {
      while (i < text.size() && is_word(text[i])) i++;
      tokens.push_back({text.substr(begin, i - begin), line});
    } else {
      tokens.push_back({std::string(1, c), line});
      i++;
    }
  }
  return tokens;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

class Parser {
 public:
  explicit Parser(const std::string& text) : tokens_(tokens_of(text)) {}

  Program program() {
    Program program;
    while (!at_end()) {
      const Token first = next();
      if (first.text == ".version") {
        program.version = version(next());
      } else if (first.text == ".target") {
        program.target = target(next());
      } else if (first.text == ".address_size") {
        if (next().text != "64") throw Error(first.line, "addresses must have 64 bits");
      } else if (first.text == ".visible" || first.text == ".weak") {
        continue;
      } else if (first.text == ".entry") {
        program.entries.push_back(entry());
      } else {
        throw Error(first.line, "\"" + first.text + "\" is not known outside of a kernel");
      }
    }
    if (program.version == 0 || program.target == 0) throw Error(1, "there is no .version or no .target");
    return program;
  }

 private:
  bool at_end() const { return place_ >= tokens_.size(); }

  const Token& peek() const {
    if (at_end()) throw Error(tokens_.empty() ? 1 : tokens_.back().line, "the text ends too early");
    return tokens_[place_];
  }

  const Token& next() {
    const Token& token = peek();
    place_++;
    return token;
  }

  bool take(const char* text) {
    if (peek().text != text) return false;
    place_++;
    return true;
  }

  void expect(const char* text) {
    if (!take(text)) throw Error(peek().line, "expected \"" + std::string(text) + "\", got \"" + peek().text + "\"");
  }

  static int version(const Token& token) {
    std::vector<std::string> parts = split(token.text, '.');
    if (parts.size() != 2) throw Error(token.line, "\"" + token.text + "\" is no version");
    return std::atoi(parts[0].c_str()) * 10 + std::atoi(parts[1].c_str());
  }

  static int target(const Token& token) {
    if (token.text.compare(0, 3, "sm_") != 0) throw Error(token.line, "\"" + token.text + "\" is no target");
    return std::atoi(token.text.c_str() + 3);
  }

  uint64_t number() {
    const Token& token = next();
    char* end = nullptr;
    uint64_t value = std::strtoull(token.text.c_str(), &end, 0);
    if (end == token.text.c_str() || (*end != 0 && std::string(end) != "U")) {
      throw Error(token.line, "expected a number, got \"" + token.text + "\"");
    }
    return value;
  }

  Type declared_type() {
    const Token& token = next();
    Type type;
    if (token.text[0] != '.' || !type_of(token.text.substr(1), &type)) throw Error(token.line, "\"" + token.text + "\" is no type");
    return type;
  }

  // .align A .TYPE name[N], of which .align and [N] may be absent.
  Variable variable() {
    Variable variable;
    uint64_t alignment = take(".align") ? number() : 0;
    Type type = declared_type();
    variable.alignment = std::max<uint64_t>(alignment, type.bytes());
    variable.name = next().text;
    variable.bytes = type.bytes();
    if (take("[")) {
      variable.bytes *= number();
      expect("]");
    }
    return variable;
  }

  // Puts a variable behind those before it.
  static void lay_out(Variable& variable, std::vector<Variable>* variables, uint64_t* end) {
    variable.offset = (*end + variable.alignment - 1) / variable.alignment * variable.alignment;
    *end = variable.offset + variable.bytes;
    variables->push_back(variable);
  }

  void sizes(uint32_t* to) {
    for (int i = 0; i < 3; i++) to[i] = 1;
    for (int i = 0; i < 3; i++) {
      to[i] = static_cast<uint32_t>(number());
      if (!take(",")) break;
    }
  }

  Entry entry() {
    Entry entry;
    entry.line = peek().line;
    entry.name = next().text;
    if (take("(")) {
      while (!take(")")) {
        expect(".param");
        Variable parameter = variable();
        lay_out(parameter, &entry.parameters, &entry.parameter_bytes);
        take(",");
      }
    }
    while (!take("{")) {
      const Token& directive = next();
      if (directive.text == ".maxntid") {
        sizes(entry.most_threads);
      } else if (directive.text == ".reqntid") {
        sizes(entry.required_threads);
      } else if (directive.text == ".minnctapersm" || directive.text == ".maxnreg") {
        number();
      } else {
        throw Error(directive.line, "\"" + directive.text + "\" is not known before the body of a kernel");
      }
    }
    for (int depth = 1; depth > 0;) {
      if (take("{")) {
        depth++;
      } else if (take("}")) {
        depth--;
      } else {
        statement(&entry);
      }
    }
    return entry;
  }

  void statement(Entry* entry) {
    const Token& first = peek();
    if (first.text == ".reg") {
      next();
      registers(entry);
    } else if (first.text == ".shared") {
      next();
      Variable shared = variable();
      lay_out(shared, &entry->shared, &entry->shared_bytes);
      expect(";");
    } else if (first.text == ".pragma") {
      while (!take(";")) next();
    } else if (place_ + 1 < tokens_.size() && tokens_[place_ + 1].text == ":") {
      Statement label;
      label.line = first.line;
      label.label = first.text;
      place_ += 2;
      entry->body.push_back(label);
    } else {
      entry->body.push_back(instruction());
    }
  }

  // .reg .b32 %r<9>; declares %r0 to %r8. In an inner block a name may come again, with the same type.
  void registers(Entry* entry) {
    Type type = declared_type();
    do {
      const Token name = next();
      if (take("<")) {
        uint64_t count = number();
        expect(">");
        for (uint64_t i = 0; i < count; i++) declare(entry, name.text + std::to_string(i), type, name.line);
      } else {
        declare(entry, name.text, type, name.line);
      }
    } while (take(","));
    expect(";");
  }

  static void declare(Entry* entry, const std::string& name, Type type, int line) {
    auto inserted = entry->registers.emplace(name, type);
    if (!inserted.second && !(inserted.first->second == type)) throw Error(line, name + " is declared again with another type");
  }

  Statement instruction() {
    Statement statement;
    statement.line = peek().line;
    if (take("@")) {
      statement.negated = take("!");
      statement.guard = next().text;
    }
    statement.text = next().text;
    statement.operation = split(statement.text, '.');
    while (!take(";")) {
      statement.operands.push_back(operand());
      if (peek().text != ";") expect(",");
    }
    return statement;
  }

  Operand operand() {
    Operand operand;
    if (take("{")) {
      operand.kind = Operand::VECTOR;
      do operand.parts.push_back(this->operand());
      while (take(","));
      expect("}");
    } else if (take("[")) {
      operand.kind = Operand::ADDRESS;
      operand.name = next().text;
      if (take("+")) operand.offset = signed_number();
      expect("]");
    } else {
      operand = simple();
    }
    return operand;
  }

  int64_t signed_number() {
    bool negative = take("-");
    uint64_t value = number();
    return static_cast<int64_t>(negative ? 0 - value : value);
  }

  Operand simple() {
    Operand operand;
    const Token& token = peek();
    const std::string& text = token.text;
    if (text == "-" || (std::isdigit(static_cast<unsigned char>(text[0])) && !is_float(text))) {
      operand.bits = static_cast<uint64_t>(signed_number());
      return operand;
    }
    next();
    if (is_float(text)) {
      operand.kind = std::tolower(text[1]) == 'f' ? Operand::FLOAT32 : Operand::FLOAT64;
      operand.bits = std::strtoull(text.c_str() + 2, nullptr, 16);
    } else if (text[0] == '%') {
      operand.kind = text.find('.') == std::string::npos ? Operand::REGISTER : Operand::SPECIAL;
      operand.name = text;
    } else if (is_word(text[0])) {
      operand.kind = Operand::SYMBOL;
      operand.name = text;
    } else {
      throw Error(token.line, "\"" + text + "\" is no operand");
    }
    return operand;
  }

  // 0f3F800000 and 0d3FF0000000000000.
  static bool is_float(const std::string& text) {
    if (text.size() < 3 || text[0] != '0') return false;
    char kind = static_cast<char>(std::tolower(text[1]));
    return (kind == 'f' && text.size() == 10) || (kind == 'd' && text.size() == 18);
  }

  std::vector<Token> tokens_;
  size_t place_ = 0;
};

}  // namespace

bool type_of(const std::string& name, Type* type) {
  static const std::map<std::string, Type> types = {
      {"pred", {'p', 1}}, {"b8", {'b', 8}},   {"b16", {'b', 16}}, {"b32", {'b', 32}}, {"b64", {'b', 64}},
      {"u8", {'u', 8}},   {"u16", {'u', 16}}, {"u32", {'u', 32}}, {"u64", {'u', 64}}, {"s8", {'s', 8}},
      {"s16", {'s', 16}}, {"s32", {'s', 32}}, {"s64", {'s', 64}}, {"f32", {'f', 32}}, {"f64", {'f', 64}}};
  auto found = types.find(name);
  if (found == types.end()) return false;
  *type = found->second;
  return true;
}

Program parse(const std::string& text) { return Parser(text).program(); }

}  // namespace ptx
