package dev.cambium.cuda;

import static jcuda.driver.CUevent_flags.CU_EVENT_DEFAULT;
import static jcuda.driver.CUevent_flags.CU_EVENT_DISABLE_TIMING;
import static jcuda.driver.CUjit_option.CU_JIT_ERROR_LOG_BUFFER;
import static jcuda.driver.CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES;
import static jcuda.driver.CUresult.CUDA_SUCCESS;
import static jcuda.driver.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL;
import static jcuda.driver.CUstream_flags.CU_STREAM_NON_BLOCKING;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import jcuda.driver.JITOptions;

/** The driver of this machine, through JCuda; {@link CudaLibrary} loads it. */
final class NativeCudaDriver implements CudaDriver {
  private static final int LOG_BYTES = 8192;

  NativeCudaDriver() {}

  @Override
  public int init() {
    return JCudaDriver.cuInit(0);
  }

  @Override
  public int driverGetVersion(int[] version) {
    return JCudaDriver.cuDriverGetVersion(version);
  }

  @Override
  public int deviceGetCount(int[] count) {
    return JCudaDriver.cuDeviceGetCount(count);
  }

  @Override
  public int deviceGet(CUdevice device, int index) {
    return JCudaDriver.cuDeviceGet(device, index);
  }

  @Override
  public int deviceGetName(byte[] name, CUdevice device) {
    return JCudaDriver.cuDeviceGetName(name, name.length, device);
  }

  @Override
  public int deviceTotalMem(long[] bytes, CUdevice device) {
    return JCudaDriver.cuDeviceTotalMem(bytes, device);
  }

  @Override
  public int deviceGetAttribute(int[] value, int attribute, CUdevice device) {
    return JCudaDriver.cuDeviceGetAttribute(value, attribute, device);
  }

  @Override
  public int devicePrimaryCtxRetain(CUcontext context, CUdevice device) {
    return JCudaDriver.cuDevicePrimaryCtxRetain(context, device);
  }

  @Override
  public int devicePrimaryCtxRelease(CUdevice device) {
    return JCudaDriver.cuDevicePrimaryCtxRelease(device);
  }

  @Override
  public int ctxSetCurrent(CUcontext context) {
    return JCudaDriver.cuCtxSetCurrent(context == null ? new CUcontext() : context);
  }

  @Override
  public int ctxGetCurrent(CUcontext context) {
    return JCudaDriver.cuCtxGetCurrent(context);
  }

  @Override
  public int streamCreate(CUstream stream) {
    return JCudaDriver.cuStreamCreate(stream, CU_STREAM_NON_BLOCKING);
  }

  @Override
  public int streamDestroy(CUstream stream) {
    return JCudaDriver.cuStreamDestroy(stream);
  }

  @Override
  public int streamSynchronize(CUstream stream) {
    return JCudaDriver.cuStreamSynchronize(stream);
  }

  @Override
  public int streamWaitEvent(CUstream stream, CUevent event) {
    return JCudaDriver.cuStreamWaitEvent(stream, event, 0);
  }

  @Override
  public int streamBeginCapture(CUstream stream) {
    return JCudaDriver.cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
  }

  @Override
  public int streamEndCapture(CUstream stream, CUgraph graph) {
    return JCudaDriver.cuStreamEndCapture(stream, graph);
  }

  @Override
  public int eventCreate(CUevent event, boolean timed) {
    return JCudaDriver.cuEventCreate(event, timed ? CU_EVENT_DEFAULT : CU_EVENT_DISABLE_TIMING);
  }

  @Override
  public int eventRecord(CUevent event, CUstream stream) {
    return JCudaDriver.cuEventRecord(event, stream);
  }

  @Override
  public int eventSynchronize(CUevent event) {
    return JCudaDriver.cuEventSynchronize(event);
  }

  @Override
  public int eventElapsedTime(float[] milliseconds, CUevent start, CUevent end) {
    return JCudaDriver.cuEventElapsedTime(milliseconds, start, end);
  }

  @Override
  public int eventDestroy(CUevent event) {
    return JCudaDriver.cuEventDestroy(event);
  }

  @Override
  public int memAlloc(long[] address, long bytes) {
    Address memory = new Address();
    int status = JCudaDriver.cuMemAlloc(memory, bytes);
    address[0] = memory.value();
    return status;
  }

  @Override
  public int memFree(long address) {
    return JCudaDriver.cuMemFree(at(address));
  }

  @Override
  public int memAllocAsync(long[] address, long bytes, CUstream stream) {
    Address memory = new Address();
    int status = JCudaDriver.cuMemAllocAsync(memory, bytes, stream);
    address[0] = memory.value();
    return status;
  }

  @Override
  public int memFreeAsync(long address, CUstream stream) {
    return JCudaDriver.cuMemFreeAsync(at(address), stream);
  }

  @Override
  public int memGetInfo(long[] free, long[] total) {
    return JCudaDriver.cuMemGetInfo(free, total);
  }

  @Override
  public Pointer memHostAlloc(long bytes, int[] status) {
    Pointer memory = new Pointer();
    status[0] = JCudaDriver.cuMemHostAlloc(memory, bytes, 0);
    return status[0] == CUDA_SUCCESS ? memory : null;
  }

  @Override
  public int memFreeHost(Pointer memory) {
    return JCudaDriver.cuMemFreeHost(memory);
  }

  @Override
  public int memcpyHtoDAsync(long to, Pointer from, long bytes, CUstream stream) {
    return JCudaDriver.cuMemcpyHtoDAsync(at(to), from, bytes, stream);
  }

  @Override
  public int memcpyDtoHAsync(Pointer to, long from, long bytes, CUstream stream) {
    return JCudaDriver.cuMemcpyDtoHAsync(to, at(from), bytes, stream);
  }

  @Override
  public int memcpyDtoDAsync(long to, long from, long bytes, CUstream stream) {
    return JCudaDriver.cuMemcpyDtoDAsync(at(to), at(from), bytes, stream);
  }

  @Override
  public int memsetD8Async(long to, byte value, long count, CUstream stream) {
    return JCudaDriver.cuMemsetD8Async(at(to), value, count, stream);
  }

  @Override
  public int memsetD16Async(long to, short value, long count, CUstream stream) {
    return JCudaDriver.cuMemsetD16Async(at(to), value, count, stream);
  }

  @Override
  public int memsetD32Async(long to, int value, long count, CUstream stream) {
    return JCudaDriver.cuMemsetD32Async(at(to), value, count, stream);
  }

  @Override
  public int memsetD2D32Async(long to, long pitch, int value, long rows, CUstream stream) {
    return JCudaDriver.cuMemsetD2D32Async(at(to), pitch, value, 1, rows, stream);
  }

  @Override
  public int moduleLoadData(CUmodule module, byte[] ptx, StringBuilder log) {
    JITOptions options = new JITOptions();
    options.putBytes(CU_JIT_ERROR_LOG_BUFFER, new byte[LOG_BYTES]);
    // Without it the driver takes the buffer to be empty.
    options.putInt(CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, LOG_BYTES);
    // Of an array the whole heap would be held while the driver compiles; the last byte is zero.
    ByteBuffer text = ByteBuffer.allocateDirect(ptx.length + 1).put(ptx).rewind();
    int status = JCudaDriver.cuModuleLoadDataJIT(module, Pointer.to(text), options);
    if (status != CUDA_SUCCESS) {
      log.append(options.getString(CU_JIT_ERROR_LOG_BUFFER).replace("\0", "").strip());
    }
    return status;
  }

  @Override
  public int moduleUnload(CUmodule module) {
    return JCudaDriver.cuModuleUnload(module);
  }

  @Override
  public int moduleGetFunction(CUfunction function, CUmodule module, String name) {
    return JCudaDriver.cuModuleGetFunction(function, module, name);
  }

  @Override
  public Pointer launchParameters(ByteBuffer arguments, int bytes) {
    ByteBuffer size = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
    size.putLong(0, bytes);
    return Pointer.to(
        JCudaDriver.CU_LAUNCH_PARAM_BUFFER_POINTER,
        Pointer.to(arguments),
        JCudaDriver.CU_LAUNCH_PARAM_BUFFER_SIZE,
        Pointer.to(size),
        JCudaDriver.CU_LAUNCH_PARAM_END);
  }

  @Override
  public int launchKernel(
      CUfunction function, int[] grid, int[] block, CUstream stream, Pointer parameters) {
    return JCudaDriver.cuLaunchKernel(
        function, grid[0], grid[1], grid[2], block[0], block[1], 1, 0, stream, null, parameters);
  }

  @Override
  public int graphInstantiate(CUgraphExec exec, CUgraph graph) {
    return JCudaDriver.cuGraphInstantiate(exec, graph, 0);
  }

  @Override
  public int graphLaunch(CUgraphExec exec, CUstream stream) {
    return JCudaDriver.cuGraphLaunch(exec, stream);
  }

  @Override
  public int graphExecDestroy(CUgraphExec exec) {
    return JCudaDriver.cuGraphExecDestroy(exec);
  }

  @Override
  public int graphDestroy(CUgraph graph) {
    return JCudaDriver.cuGraphDestroy(graph);
  }

  /** JCuda has no pointer from a number: it is an offset from the one that is zero. */
  private static CUdeviceptr at(long address) {
    return new CUdeviceptr().withByteOffset(address);
  }

  /** Device memory whose address can be read. */
  private static final class Address extends CUdeviceptr {
    long value() {
      return getNativePointer() + getByteOffset();
    }
  }
}
