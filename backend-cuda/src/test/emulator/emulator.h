// What libraries that work on the emulated device (cuBLAS, cuDNN) need from the emulated driver: a place in its streams, and a check
// of addresses. They link against libcuda.so.1 of the emulator and include this file alone.
#ifndef CAMBIUM_EMULATOR_H
#define CAMBIUM_EMULATOR_H

#include <cstddef>
#include <memory>
#include <utility>

struct CUstream_st;
typedef CUstream_st* CUstream;

// The libraries are compiled with hidden names: what they export is declared with this.
#define CAMBIUM_EMULATOR_EXPORT __attribute__((visibility("default")))

extern "C" {

// Statuses of the driver (CUresult) that libraries meet.
enum {
  CAMBIUM_EMULATOR_SUCCESS = 0,
  CAMBIUM_EMULATOR_INVALID_VALUE = 1,
  CAMBIUM_EMULATOR_INVALID_CONTEXT = 201,
  CAMBIUM_EMULATOR_INVALID_HANDLE = 400,
  CAMBIUM_EMULATOR_ILLEGAL_ADDRESS = 700
};

// Gives a command to a stream. It runs when its turn comes: after what was given to the stream before, perhaps on another thread,
// any number of times when the stream is being captured (once for each launch of the graph), and never when the stream or the graph
// is destroyed before. So everything it needs but device memory must be copied into data, and addresses are checked when it runs.
//
// stream: of the driver; null is the default stream. name: static text, named in errors. run: returns CAMBIUM_EMULATOR_SUCCESS or
// the status that the device fails with, which is sticky (ILLEGAL_ADDRESS for memory that is not there). release: frees data; called
// exactly once, also when the call fails. Returns a status of the driver.
CAMBIUM_EMULATOR_EXPORT int cambium_emulator_enqueue(
    CUstream stream, const char* name, int (*run)(void* data), void (*release)(void* data), void* data);

// 1 when all bytes lie in one live allocation of device memory (or in pinned host memory, which the device reads too) at the place
// of the stream that runs now, else 0. An empty range is valid anywhere. Call it from run: at the library's entry point, where it asks
// the current context, memory of cuMemAllocAsync may not exist yet.
CAMBIUM_EMULATOR_EXPORT int cambium_emulator_valid_memory(const void* address, size_t bytes);

// The status that the calling thread gets for work on the current device: 0, 3 before cuInit, 201 without a current context, or the
// sticky error.
CAMBIUM_EMULATOR_EXPORT int cambium_emulator_context_status(void);

// 1 when the stream is null or one that exists.
CAMBIUM_EMULATOR_EXPORT int cambium_emulator_valid_stream(CUstream stream);

// Counts a call of a function, and returns the status with which it is to fail, or 0.
CAMBIUM_EMULATOR_EXPORT int cambium_emulator_failure(const char* function);

// What is to fail from now on, written as in CAMBIUM_EMULATOR_FAIL, in whose place it comes; calls count from 1 again. For tests.
CAMBIUM_EMULATOR_EXPORT void cambium_emulator_fail(const char* failures);

// How many calls of a function there were since then, or since the beginning. For tests.
CAMBIUM_EMULATOR_EXPORT long cambium_emulator_calls(const char* function);
}

namespace cambium_emulator {

// The same for a callable of C++, int(), which is moved.
template <typename Run>
int enqueue(CUstream stream, const char* name, Run run) {
  auto* data = new Run(std::move(run));
  return cambium_emulator_enqueue(
      stream, name, [](void* it) { return (*static_cast<Run*>(it))(); }, [](void* it) { delete static_cast<Run*>(it); }, data);
}

}  // namespace cambium_emulator

#endif
