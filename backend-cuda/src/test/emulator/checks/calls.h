// The calls of the driver that the checks make, and how they say what is wrong.
#ifndef CAMBIUM_CHECKS_CALLS_H
#define CAMBIUM_CHECKS_CALLS_H

#include <cstdint>
#include <string>
#include <vector>

#include "../cuda_types.h"

extern "C" {
CUresult cuInit(unsigned);
CUresult cuDeviceGetCount(int*);
CUresult cuDevicePrimaryCtxRetain(CUcontext*, CUdevice);
CUresult cuDevicePrimaryCtxRelease_v2(CUdevice);
CUresult cuCtxSetCurrent(CUcontext);
CUresult cuCtxSynchronize(void);
CUresult cuStreamCreate(CUstream*, unsigned);
CUresult cuStreamDestroy_v2(CUstream);
CUresult cuStreamSynchronize(CUstream);
CUresult cuStreamWaitEvent(CUstream, CUevent, unsigned);
CUresult cuStreamBeginCapture_v2(CUstream, int);
CUresult cuStreamEndCapture(CUstream, CUgraph*);
CUresult cuEventCreate(CUevent*, unsigned);
CUresult cuEventRecord(CUevent, CUstream);
CUresult cuEventSynchronize(CUevent);
CUresult cuEventElapsedTime(float*, CUevent, CUevent);
CUresult cuEventDestroy_v2(CUevent);
CUresult cuMemAlloc_v2(CUdeviceptr*, size_t);
CUresult cuMemFree_v2(CUdeviceptr);
CUresult cuMemAllocAsync(CUdeviceptr*, size_t, CUstream);
CUresult cuMemFreeAsync(CUdeviceptr, CUstream);
CUresult cuMemGetInfo_v2(size_t*, size_t*);
CUresult cuMemHostAlloc(void**, size_t, unsigned);
CUresult cuMemFreeHost(void*);
CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr, const void*, size_t, CUstream);
CUresult cuMemcpyDtoHAsync_v2(void*, CUdeviceptr, size_t, CUstream);
CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr, CUdeviceptr, size_t, CUstream);
CUresult cuMemsetD8Async(CUdeviceptr, unsigned char, size_t, CUstream);
CUresult cuMemsetD32Async(CUdeviceptr, unsigned, size_t, CUstream);
CUresult cuMemsetD2D32Async(CUdeviceptr, size_t, unsigned, size_t, size_t, CUstream);
CUresult cuModuleLoadData(CUmodule*, const void*);
CUresult cuModuleLoadDataEx(CUmodule*, const void*, unsigned, int*, void**);
CUresult cuModuleUnload(CUmodule);
CUresult cuModuleGetFunction(CUfunction*, CUmodule, const char*);
CUresult cuLaunchKernel(CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, CUstream, void**, void**);
CUresult cuGraphInstantiateWithFlags(CUgraphExec*, CUgraph, unsigned long long);
CUresult cuGraphLaunch(CUgraphExec, CUstream);
CUresult cuGraphExecDestroy(CUgraphExec);
CUresult cuGraphDestroy(CUgraph);
}

// Notes that something is not as it should be.
void failed(const char* file, int line, const std::string& what);

#define EXPECT(CONDITION) \
  if (!(CONDITION)) failed(__FILE__, __LINE__, #CONDITION)

#define EXPECT_STATUS(EXPECTED, CALL)                                                                                            \
  do {                                                                                                                           \
    int status_of_call = (CALL);                                                                                                 \
    if (status_of_call != (EXPECTED)) failed(__FILE__, __LINE__, #CALL " returned " + std::to_string(status_of_call));           \
  } while (false)

#define EXPECT_SUCCESS(CALL) EXPECT_STATUS(SUCCESS, CALL)

// A fresh primary context of device 0, current to this thread, with a stream. A sticky failure goes with it.
class Session {
 public:
  Session();
  ~Session();

  CUstream stream = nullptr;

  // A kernel "k" with these parameters and this body, between the directives that all programs begin with.
  CUfunction kernel(const std::string& parameters, const std::string& body, const std::string& directives = "") const;

  // Device memory with a value in each element.
  CUdeviceptr memory(size_t count, uint32_t value) const;

  // What it holds, after the stream's work.
  std::vector<uint32_t> read(CUdeviceptr from, size_t count) const;
};

void check_calls();
void check_order();
void check_graphs();
void check_faults();
void check_instructions();

#endif
