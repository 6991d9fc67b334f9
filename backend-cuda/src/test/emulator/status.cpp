#include <map>

#include "cuda_types.h"

namespace {

struct Meaning {
  const char* name;
  const char* text;
};

const std::map<int, Meaning>& meanings() {
  static const std::map<int, Meaning> meanings = {
      {0, {"CUDA_SUCCESS", "no error"}},
      {1, {"CUDA_ERROR_INVALID_VALUE", "invalid argument"}},
      {2, {"CUDA_ERROR_OUT_OF_MEMORY", "out of memory"}},
      {3, {"CUDA_ERROR_NOT_INITIALIZED", "initialization error"}},
      {4, {"CUDA_ERROR_DEINITIALIZED", "driver shutting down"}},
      {34, {"CUDA_ERROR_STUB_LIBRARY", "the library is a stub"}},
      {46, {"CUDA_ERROR_DEVICE_UNAVAILABLE", "the device is busy or not available"}},
      {100, {"CUDA_ERROR_NO_DEVICE", "no device is there"}},
      {101, {"CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"}},
      {200, {"CUDA_ERROR_INVALID_IMAGE", "the image of the module is invalid"}},
      {201, {"CUDA_ERROR_INVALID_CONTEXT", "invalid context"}},
      {209, {"CUDA_ERROR_NO_BINARY_FOR_GPU", "there is no code for this device"}},
      {214, {"CUDA_ERROR_ECC_UNCORRECTABLE", "uncorrectable error of memory"}},
      {218, {"CUDA_ERROR_INVALID_PTX", "the PTX does not compile"}},
      {221, {"CUDA_ERROR_JIT_COMPILER_NOT_FOUND", "the compiler for PTX is missing"}},
      {222, {"CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "the PTX is newer than the driver"}},
      {304, {"CUDA_ERROR_OPERATING_SYSTEM", "a call of the operating system failed"}},
      {400, {"CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"}},
      {401, {"CUDA_ERROR_ILLEGAL_STATE", "the resource is not in the state for this"}},
      {500, {"CUDA_ERROR_NOT_FOUND", "the named symbol is not there"}},
      {600, {"CUDA_ERROR_NOT_READY", "the work is not done yet"}},
      {700, {"CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was met"}},
      {701, {"CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "too many resources are asked for by the launch"}},
      {702, {"CUDA_ERROR_LAUNCH_TIMEOUT", "the launch took too long and was ended"}},
      {709, {"CUDA_ERROR_CONTEXT_IS_DESTROYED", "the context is destroyed"}},
      {710, {"CUDA_ERROR_ASSERT", "an assertion on the device failed"}},
      {714, {"CUDA_ERROR_HARDWARE_STACK_ERROR", "an error of the hardware's stack"}},
      {715, {"CUDA_ERROR_ILLEGAL_INSTRUCTION", "an illegal instruction was met"}},
      {716, {"CUDA_ERROR_MISALIGNED_ADDRESS", "a misaligned address was met"}},
      {717, {"CUDA_ERROR_INVALID_ADDRESS_SPACE", "an address of a wrong space was met"}},
      {718, {"CUDA_ERROR_INVALID_PC", "an invalid program counter was met"}},
      {719, {"CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"}},
      {800, {"CUDA_ERROR_NOT_PERMITTED", "the operation is not permitted"}},
      {801, {"CUDA_ERROR_NOT_SUPPORTED", "the operation is not supported"}},
      {802, {"CUDA_ERROR_SYSTEM_NOT_READY", "the system is not ready yet"}},
      {803, {"CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "the library and the driver of the kernel are of different versions"}},
      {900, {"CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "the operation is not permitted while a stream is captured"}},
      {901, {"CUDA_ERROR_STREAM_CAPTURE_INVALIDATED", "the capture failed because of an error before"}},
      {902, {"CUDA_ERROR_STREAM_CAPTURE_MERGE", "two independent captures would be merged"}},
      {903, {"CUDA_ERROR_STREAM_CAPTURE_UNMATCHED", "the capture did not begin in this stream"}},
      {904, {"CUDA_ERROR_STREAM_CAPTURE_UNJOINED", "work of the capture was not joined to its first stream"}},
      {905, {"CUDA_ERROR_STREAM_CAPTURE_ISOLATION", "a dependency would cross the border of the capture"}},
      {906, {"CUDA_ERROR_STREAM_CAPTURE_IMPLICIT", "the default stream would depend on a stream that is captured"}},
      {907, {"CUDA_ERROR_CAPTURED_EVENT", "the event was recorded in a capture"}},
      {908, {"CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD", "the capture began in another thread"}},
      {909, {"CUDA_ERROR_TIMEOUT", "the wait took too long"}},
      {999, {"CUDA_ERROR_UNKNOWN", "unknown error"}}};
  return meanings;
}

}  // namespace

const char* status_name(int status) {
  auto found = meanings().find(status);
  return found == meanings().end() ? nullptr : found->second.name;
}

const char* status_text(int status) {
  auto found = meanings().find(status);
  return found == meanings().end() ? nullptr : found->second.text;
}

bool is_sticky(int status) {
  switch (status) {
    case 214:
    case 700:
    case 702:
    case 709:
    case 710:
    case 714:
    case 715:
    case 716:
    case 717:
    case 718:
    case 719: return true;
    default: return false;
  }
}
