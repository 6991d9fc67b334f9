// What calls refuse.
#include "calls.h"

#include <cstring>
#include <thread>

namespace {

void before_initialization() {
  int count;
  CUcontext context;
  EXPECT_STATUS(NOT_INITIALIZED, cuDeviceGetCount(&count));
  EXPECT_STATUS(NOT_INITIALIZED, cuDevicePrimaryCtxRetain(&context, 0));
  EXPECT_STATUS(INVALID_VALUE, cuInit(1));
}

void contexts_are_of_threads() {
  Session session;
  std::thread([] {
    CUstream stream;
    EXPECT_STATUS(INVALID_CONTEXT, cuStreamCreate(&stream, 1));
  }).join();
  EXPECT_STATUS(INVALID_CONTEXT, cuCtxSetCurrent(reinterpret_cast<CUcontext>(session.stream)));
}

void handles_are_checked() {
  Session session;
  CUevent event;
  CUstream other;
  EXPECT_SUCCESS(cuEventCreate(&event, 0));
  EXPECT_SUCCESS(cuStreamCreate(&other, 1));
  EXPECT_SUCCESS(cuStreamDestroy_v2(other));
  EXPECT_STATUS(INVALID_HANDLE, cuStreamSynchronize(other));
  EXPECT_STATUS(INVALID_HANDLE, cuStreamSynchronize(reinterpret_cast<CUstream>(event)));
  EXPECT_STATUS(INVALID_HANDLE, cuEventRecord(event, other));
  EXPECT_SUCCESS(cuEventDestroy_v2(event));
  EXPECT_STATUS(INVALID_HANDLE, cuEventRecord(event, session.stream));
}

void memory_has_bounds() {
  Session session;
  CUdeviceptr memory = session.memory(25, 1), second = session.memory(25, 2), nothing;
  uint8_t bytes[101] = {};
  EXPECT(memory % 256 == 0);
  EXPECT_STATUS(INVALID_VALUE, cuMemcpyHtoDAsync_v2(memory, bytes, 101, session.stream));
  EXPECT_STATUS(INVALID_VALUE, cuMemcpyHtoDAsync_v2(memory + 1, bytes, 100, session.stream));
  EXPECT_STATUS(INVALID_VALUE, cuMemcpyDtoHAsync_v2(bytes, memory - 1, 4, session.stream));
  EXPECT_STATUS(INVALID_VALUE, cuMemcpyDtoDAsync_v2(memory, memory + 4, 8, session.stream));
  EXPECT_SUCCESS(cuMemcpyDtoDAsync_v2(memory, second, 100, session.stream));
  EXPECT_STATUS(INVALID_VALUE, cuMemsetD32Async(memory + 2, 0, 1, session.stream));
  EXPECT_STATUS(INVALID_VALUE, cuMemsetD32Async(memory, 0, 26, session.stream));
  EXPECT_STATUS(INVALID_VALUE, cuMemsetD2D32Async(memory, 40, 0, 1, 4, session.stream));
  EXPECT_STATUS(INVALID_VALUE, cuMemAlloc_v2(&nothing, 0));
  EXPECT_STATUS(INVALID_VALUE, cuMemFree_v2(memory + 4));
  EXPECT_STATUS(INVALID_VALUE, cuMemFreeAsync(memory, session.stream));
  EXPECT_SUCCESS(cuMemFree_v2(memory));
  EXPECT_STATUS(INVALID_VALUE, cuMemFree_v2(memory));
  EXPECT_STATUS(INVALID_VALUE, cuMemsetD8Async(memory, 0, 1, session.stream));
}

void memory_is_finite() {
  Session session;
  size_t before, total, after;
  CUdeviceptr most, more;
  EXPECT_SUCCESS(cuMemGetInfo_v2(&before, &total));
  EXPECT(before == total);
  EXPECT_STATUS(OUT_OF_MEMORY, cuMemAlloc_v2(&most, total + 1));
  EXPECT_SUCCESS(cuMemAllocAsync(&most, total, session.stream));
  EXPECT_STATUS(OUT_OF_MEMORY, cuMemAlloc_v2(&more, 1));
  // What the stream gives back is there again when somebody has waited for it.
  EXPECT_SUCCESS(cuMemFreeAsync(most, session.stream));
  EXPECT_STATUS(OUT_OF_MEMORY, cuMemAlloc_v2(&more, total));
  EXPECT_STATUS(OUT_OF_MEMORY, cuMemAllocAsync(&more, total, session.stream));
  EXPECT_SUCCESS(cuStreamSynchronize(session.stream));
  EXPECT_SUCCESS(cuMemAlloc_v2(&more, total));
  EXPECT_SUCCESS(cuMemFree_v2(more));
  EXPECT_SUCCESS(cuMemGetInfo_v2(&after, &total));
  EXPECT(after == before);
}

void fresh_memory_is_poisoned() {
  Session session;
  for (size_t count : {size_t(1), size_t(1000), size_t(5) << 20}) {
    CUdeviceptr memory;
    EXPECT_SUCCESS(cuMemAlloc_v2(&memory, count * 4));
    std::vector<uint32_t> values = session.read(memory, count);
    EXPECT(values.front() == 0xFFFFFFFFu && values.back() == 0xFFFFFFFFu);
    EXPECT_SUCCESS(cuMemFree_v2(memory));
  }
}

void launches_are_checked() {
  Session session;
  CUfunction function = session.kernel(".param .u32 a, .param .u64 b", "", ".maxntid 64, 1, 1");
  uint8_t arguments[17] = {};
  size_t bytes = 16;
  void* extra[] = {reinterpret_cast<void*>(1), arguments, reinterpret_cast<void*>(2), &bytes, nullptr};
  EXPECT_SUCCESS(cuLaunchKernel(function, 1, 1, 1, 64, 1, 1, 0, session.stream, nullptr, extra));
  bytes = 12;
  EXPECT_STATUS(INVALID_VALUE, cuLaunchKernel(function, 1, 1, 1, 64, 1, 1, 0, session.stream, nullptr, extra));
  bytes = 17;
  EXPECT_STATUS(INVALID_VALUE, cuLaunchKernel(function, 1, 1, 1, 64, 1, 1, 0, session.stream, nullptr, extra));
  bytes = 16;
  EXPECT_STATUS(INVALID_VALUE, cuLaunchKernel(function, 1, 1, 1, 65, 1, 1, 0, session.stream, nullptr, extra));
  EXPECT_STATUS(INVALID_VALUE, cuLaunchKernel(function, 0, 1, 1, 64, 1, 1, 0, session.stream, nullptr, extra));
  EXPECT_STATUS(INVALID_VALUE, cuLaunchKernel(function, 1, 65536, 1, 64, 1, 1, 0, session.stream, nullptr, extra));
  EXPECT_STATUS(INVALID_VALUE, cuLaunchKernel(function, 1, 1, 1, 64, 1, 1, 49153, session.stream, nullptr, extra));
  EXPECT_STATUS(INVALID_HANDLE, cuLaunchKernel(reinterpret_cast<CUfunction>(session.stream), 1, 1, 1, 64, 1, 1, 0, session.stream, nullptr, extra));
}

void programs_are_checked() {
  Session session;
  CUmodule module;
  CUfunction function;
  const std::string head = ".version 7.8\n.target sm_75\n.address_size 64\n";
  auto load = [&](const std::string& text) { return cuModuleLoadData(&module, text.c_str()); };
  EXPECT_STATUS(INVALID_PTX, load(head + ".visible .entry k() { .reg .b32 %r<2>; foo.b32 %r1, %r0; ret; }"));
  EXPECT_STATUS(INVALID_PTX, load(head + ".visible .entry k() { .reg .b32 %r<2>; mov.u32 %r2, %r0; ret; }"));
  EXPECT_STATUS(INVALID_PTX, load(head + ".visible .entry k() { .reg .b64 %r<2>; mov.u32 %r1, %r0; ret; }"));
  EXPECT_STATUS(INVALID_PTX, load(head + ".visible .entry k() { bra nowhere; }"));
  EXPECT_STATUS(INVALID_PTX, load(head + ".visible .entry k() { .shared .align 4 .b8 s[49156]; ret; }"));
  EXPECT_STATUS(INVALID_IMAGE, load("nothing"));
  EXPECT_STATUS(UNSUPPORTED_PTX_VERSION, load(".version 99.0\n.target sm_75\n"));
  EXPECT_STATUS(NO_BINARY_FOR_GPU, load(".version 7.8\n.target sm_999\n.address_size 64\n.visible .entry k() { ret; }"));
  EXPECT_SUCCESS(load(head + ".visible .entry k() { ret; }"));
  EXPECT_STATUS(NOT_FOUND, cuModuleGetFunction(&function, module, "other"));
  EXPECT_SUCCESS(cuModuleUnload(module));
  EXPECT_STATUS(INVALID_HANDLE, cuModuleGetFunction(&function, module, "k"));
}

void logs_name_the_line() {
  Session session;
  CUmodule module;
  char log[200] = "";
  int options[] = {5, 6};
  void* values[] = {log, reinterpret_cast<void*>(sizeof log)};
  const char* text = ".version 7.8\n.target sm_75\n.address_size 64\n.visible .entry k() {\nfoo;\n}";
  EXPECT_STATUS(INVALID_PTX, cuModuleLoadDataEx(&module, text, 2, options, values));
  EXPECT(std::strstr(log, "line 5") != nullptr && std::strstr(log, "foo") != nullptr);
  EXPECT(reinterpret_cast<uintptr_t>(values[1]) == std::strlen(log));
}

}  // namespace

void check_calls() {
  before_initialization();
  contexts_are_of_threads();
  handles_are_checked();
  memory_has_bounds();
  memory_is_finite();
  fresh_memory_is_poisoned();
  launches_are_checked();
  programs_are_checked();
  logs_name_the_line();
}
