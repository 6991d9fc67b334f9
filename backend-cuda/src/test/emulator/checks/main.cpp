// Checks the emulator itself: LD_LIBRARY_PATH=DIR DIR/emulator-checks. It prints what is wrong, and ends with 0 when nothing is.
#include <cstdio>

#include "calls.h"

namespace {

int failures = 0;

std::string program(const std::string& parameters, const std::string& body, const std::string& directives) {
  return ".version 7.8\n.target sm_75\n.address_size 64\n.visible .entry k(" + parameters + ")\n" + directives + "\n{\n" + body + "\nret;\n}\n";
}

}  // namespace

void failed(const char* file, int line, const std::string& what) {
  failures++;
  std::printf("%s:%d: %s\n", file, line, what.c_str());
}

Session::Session() {
  CUcontext context;
  EXPECT_SUCCESS(cuInit(0));
  EXPECT_SUCCESS(cuDevicePrimaryCtxRetain(&context, 0));
  EXPECT_SUCCESS(cuCtxSetCurrent(context));
  EXPECT_SUCCESS(cuStreamCreate(&stream, 1));
}

Session::~Session() {
  EXPECT_SUCCESS(cuCtxSetCurrent(nullptr));
  EXPECT_SUCCESS(cuDevicePrimaryCtxRelease_v2(0));
}

CUfunction Session::kernel(const std::string& parameters, const std::string& body, const std::string& directives) const {
  CUmodule module;
  CUfunction function = nullptr;
  EXPECT_SUCCESS(cuModuleLoadData(&module, program(parameters, body, directives).c_str()));
  EXPECT_SUCCESS(cuModuleGetFunction(&function, module, "k"));
  return function;
}

CUdeviceptr Session::memory(size_t count, uint32_t value) const {
  CUdeviceptr address = 0;
  EXPECT_SUCCESS(cuMemAlloc_v2(&address, count * 4));
  EXPECT_SUCCESS(cuMemsetD32Async(address, value, count, stream));
  return address;
}

std::vector<uint32_t> Session::read(CUdeviceptr from, size_t count) const {
  std::vector<uint32_t> values(count);
  EXPECT_SUCCESS(cuMemcpyDtoHAsync_v2(values.data(), from, count * 4, stream));
  return values;
}

int main() {
  check_calls();
  check_order();
  check_graphs();
  check_faults();
  check_instructions();
  std::printf("%d failed\n", failures);
  return failures == 0 ? 0 : 1;
}
