// Turns one instruction of PTX into C.
#ifndef CAMBIUM_PTX_INSTRUCTIONS_H
#define CAMBIUM_PTX_INSTRUCTIONS_H

#include <string>

#include "ptx.h"

namespace ptx {

// The name in C of a register or a label.
std::string c_name(const std::string& name);

// The type in C of a register, or of a value of a type.
std::string c_type(Type type);

// Translates the instructions of a kernel but those that steer a thread (branches, barriers, ends).
class Instructions {
 public:
  explicit Instructions(const Entry& entry) : entry_(entry) {}

  // The instruction as statements of C, without its guard. Throws an Error when it is not known.
  std::string translate(const Statement& statement);

  // How many windows on global memory the instructions need so far.
  uint32_t sites() const { return sites_; }

  // A register's declared type. Throws an Error when it is not declared.
  Type declared(const std::string& name, int line) const;

 private:
  const Entry& entry_;
  uint32_t sites_ = 0;
};

}  // namespace ptx

#endif
