// A program in PTX, as its text says it.
#ifndef CAMBIUM_PTX_H
#define CAMBIUM_PTX_H

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace ptx {

// What is wrong with a text, and in which line.
struct Error : std::runtime_error {
  Error(int line, const std::string& what) : std::runtime_error("line " + std::to_string(line) + ": " + what) {}
};

// A type: 'b' of bits, 's' and 'u' of integers, 'f' of floating-point numbers, 'p' of predicates; 0 when there is none.
struct Type {
  char kind = 0;
  int bits = 0;

  int bytes() const { return bits / 8; }
  bool is_float() const { return kind == 'f'; }
  bool operator==(const Type& other) const { return kind == other.kind && bits == other.bits; }
};

// Reads the name of a type without its dot; false when it is none.
bool type_of(const std::string& name, Type* type);

struct Operand {
  enum Kind { REGISTER, SPECIAL, INTEGER, FLOAT32, FLOAT64, SYMBOL, VECTOR, ADDRESS };
  Kind kind = INTEGER;
  std::string name;           // of a register, a special register, a label, a variable, or the base of an address
  uint64_t bits = 0;          // of a constant
  int64_t offset = 0;         // of an address
  std::vector<Operand> parts; // of a vector
};

// An instruction, or a label, which has no operation.
struct Statement {
  int line = 0;
  std::string label;
  std::string guard;  // the register of a predicate, or empty
  bool negated = false;
  std::string text;                    // ld.global.nc.f32
  std::vector<std::string> operation;  // ld, global, nc, f32
  std::vector<Operand> operands;
};

// A parameter of a kernel, or a variable in shared memory.
struct Variable {
  std::string name;
  uint64_t bytes = 0;
  uint64_t alignment = 1;
  uint64_t offset = 0;
};

struct Entry {
  std::string name;
  int line = 0;
  std::vector<Variable> parameters;
  uint64_t parameter_bytes = 0;
  std::vector<Variable> shared;
  uint64_t shared_bytes = 0;
  uint32_t most_threads[3] = {0, 0, 0};      // .maxntid, zeroes when there is none
  uint32_t required_threads[3] = {0, 0, 0};  // .reqntid
  std::map<std::string, Type> registers;
  std::vector<Statement> body;
};

struct Program {
  int version = 0;  // 78 is 7.8
  int target = 0;   // 75 is sm_75
  std::vector<Entry> entries;
};

// Reads a text. Throws an Error.
Program parse(const std::string& text);

}  // namespace ptx

#endif
