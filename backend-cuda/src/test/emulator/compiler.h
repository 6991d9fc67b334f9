// Compiles kernels in C with gcc, and keeps what comes of it in a folder for later processes.
#ifndef CAMBIUM_COMPILER_H
#define CAMBIUM_COMPILER_H

#include <cstdint>
#include <stdexcept>
#include <string>

struct Block;
struct Thread;

struct MachineCode {
  void (*run_block)(Block* block, Thread* threads) = nullptr;
  uint64_t thread_bytes = 0;
};

// There is no compiler, or it refuses the code.
struct CompilerError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Compiles, or takes from the process or the folder what was compiled before. Throws a CompilerError.
const MachineCode& compiled(const std::string& code);

#endif
