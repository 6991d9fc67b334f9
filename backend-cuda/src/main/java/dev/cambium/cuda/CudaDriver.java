package dev.cambium.cuda;

import java.nio.ByteBuffer;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;

/**
 * The functions of NVIDIA's driver that the backend calls, under their own names without {@code
 * cu}, each with the status that it returns: 0 is success, see {@link jcuda.driver.CUresult}.
 * Handles are filled by the calls that create them; device memory is a number, its address.
 */
interface CudaDriver {
  /** Must be called first, by any thread. */
  int init();

  /** For example 12060 for CUDA 12.6, what the driver supports; works before {@link #init}. */
  int driverGetVersion(int[] version);

  /** How many devices the process may see. */
  int deviceGetCount(int[] count);

  /** The device of an index. */
  int deviceGet(CUdevice device, int index);

  /** Its name, ended by a zero byte. */
  int deviceGetName(byte[] name, CUdevice device);

  /** Its memory in bytes. */
  int deviceTotalMem(long[] bytes, CUdevice device);

  /** A number of {@link jcuda.driver.CUdevice_attribute}. */
  int deviceGetAttribute(int[] value, int attribute, CUdevice device);

  /** The context that all libraries of the process share on a device. */
  int devicePrimaryCtxRetain(CUcontext context, CUdevice device);

  /** Gives it back. */
  int devicePrimaryCtxRelease(CUdevice device);

  /** Makes it the context of the calling thread; null: none. */
  int ctxSetCurrent(CUcontext context);

  /** The context of the calling thread, null in {@code context} where it has none. */
  int ctxGetCurrent(CUcontext context);

  /** A stream that does not wait for the default stream ({@code CU_STREAM_NON_BLOCKING}). */
  int streamCreate(CUstream stream);

  /** Frees it once its work is done. */
  int streamDestroy(CUstream stream);

  /** Waits for all of its work. */
  int streamSynchronize(CUstream stream);

  /** What comes later in the stream waits for the event's last record. */
  int streamWaitEvent(CUstream stream, CUevent event);

  /** Notes what this thread gives to the stream ({@code THREAD_LOCAL}) instead of doing it. */
  int streamBeginCapture(CUstream stream);

  /** Ends that. */
  int streamEndCapture(CUstream stream, CUgraph graph);

  /** With a clock when {@code timed}, else without, which is cheaper. */
  int eventCreate(CUevent event, boolean timed);

  /** Marks the place that the stream's work has reached. */
  int eventRecord(CUevent event, CUstream stream);

  /** Waits for the event's last record. */
  int eventSynchronize(CUevent event);

  /** Milliseconds between two timed events that have passed. */
  int eventElapsedTime(float[] milliseconds, CUevent start, CUevent end);

  /** Frees it. */
  int eventDestroy(CUevent event);

  /** Memory of a device, at a multiple of at least 256 bytes. */
  int memAlloc(long[] address, long bytes);

  /** Waits, and frees it. */
  int memFree(long address);

  /** Memory of the stream's pool, from this place of the stream on. */
  int memAllocAsync(long[] address, long bytes, CUstream stream);

  /** Gives it back to the pool, at this place of the stream. */
  int memFreeAsync(long address, CUstream stream);

  /** How much is free on the device, and how much it has. */
  int memGetInfo(long[] free, long[] total);

  /**
   * Memory of the host that the device reads and writes by itself.
   *
   * @param bytes how many
   * @param status becomes the status
   * @return where it is, with its bytes by {@link Pointer#getByteBuffer(long, long)}; null unless
   *     it succeeded
   */
  Pointer memHostAlloc(long bytes, int[] status);

  /** Frees it. */
  int memFreeHost(Pointer memory);

  /** From the host. */
  int memcpyHtoDAsync(long to, Pointer from, long bytes, CUstream stream);

  /** To the host. */
  int memcpyDtoHAsync(Pointer to, long from, long bytes, CUstream stream);

  /** Within the device. */
  int memcpyDtoDAsync(long to, long from, long bytes, CUstream stream);

  /** Repeats a byte. */
  int memsetD8Async(long to, byte value, long count, CUstream stream);

  /** Repeats two bytes. */
  int memsetD16Async(long to, short value, long count, CUstream stream);

  /** Repeats four bytes. */
  int memsetD32Async(long to, int value, long count, CUstream stream);

  /** Writes four bytes at the beginning of each of {@code rows} rows, {@code pitch} bytes apart. */
  int memsetD2D32Async(long to, long pitch, int value, long rows, CUstream stream);

  /**
   * Compiles PTX for the device of the current context.
   *
   * @param module becomes the module
   * @param ptx the text, without a zero byte at its end
   * @param log becomes what the compiler says when it does not compile
   */
  int moduleLoadData(CUmodule module, byte[] ptx, StringBuilder log);

  /** Unloads it. */
  int moduleUnload(CUmodule module);

  /** A kernel of a module. */
  int moduleGetFunction(CUfunction function, CUmodule module, String name);

  /**
   * What a launch passes to a kernel, made once.
   *
   * @param arguments a direct buffer whose first {@code bytes} bytes hold the arguments, each at a
   *     multiple of its size; read at each launch
   */
  Pointer launchParameters(ByteBuffer arguments, int bytes);

  /**
   * Launches a kernel.
   *
   * @param grid groups along x, y and z
   * @param block work-items of a group along x and y
   * @param parameters of {@link #launchParameters}
   */
  int launchKernel(
      CUfunction function, int[] grid, int[] block, CUstream stream, Pointer parameters);

  /** Makes a graph ready to be launched. */
  int graphInstantiate(CUgraphExec exec, CUgraph graph);

  /** Gives all of a graph to the stream. */
  int graphLaunch(CUgraphExec exec, CUstream stream);

  /** Frees it. */
  int graphExecDestroy(CUgraphExec exec);

  /** Frees it; what was made of it stays. */
  int graphDestroy(CUgraph graph);
}
