// Turns a kernel of PTX into C.
#ifndef CAMBIUM_PTX_TRANSLATOR_H
#define CAMBIUM_PTX_TRANSLATOR_H

#include <string>

#include "ptx.h"

namespace ptx {

// What a kernel in C needs to run beside its text.
struct Translation {
  std::string code;   // exports cambium_run_block and cambium_thread_bytes
  uint32_t sites = 0; // instructions that touch global memory, each with a Window of its own
};

// Throws an Error for an instruction, a form of one, or a type that it does not know.
Translation translate(const Entry& entry);

}  // namespace ptx

#endif
