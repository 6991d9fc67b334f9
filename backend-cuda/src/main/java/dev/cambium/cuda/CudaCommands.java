package dev.cambium.cuda;

import dev.cambium.gpu.GpuException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraphExec;

/** What is given to the device, in order, on one stream; measured while somebody asks for it. */
final class CudaCommands {
  private final CudaDriver driver;
  private final CudaFaults faults;
  private final CudaStream stream = new CudaStream();
  private final CudaClock clock;

  CudaCommands(CudaDriver driver, CudaFaults faults) {
    this.driver = driver;
    this.faults = faults;
    faults.check(driver.streamCreate(stream), "cuStreamCreate");
    this.clock = new CudaClock(driver, stream, faults);
  }

  CudaStream stream() {
    return stream;
  }

  CudaClock clock() {
    return clock;
  }

  void launch(CUfunction function, int[] groups, int[] items, Pointer parameters, String call) {
    CUevent start = clock.before();
    faults.checkRoom(driver.launchKernel(function, groups, items, stream, parameters), call);
    clock.after(start);
  }

  void launch(CUgraphExec graph) {
    CUevent start = clock.before();
    faults.checkRoom(driver.graphLaunch(graph, stream), "cuGraphLaunch");
    clock.after(start);
  }

  /** What another library gives to the stream. */
  void foreign(Runnable work) {
    CUevent start = clock.before();
    work.run();
    clock.after(start);
  }

  void copy(long from, long to, long bytes) {
    CUevent start = clock.before();
    faults.check(driver.memcpyDtoDAsync(to, from, bytes, stream), "cuMemcpyDtoDAsync");
    clock.after(start);
  }

  /** Repeats a pattern of 1, 2, 4 or 8 bytes. */
  void fill(long to, long bytes, byte[] pattern) {
    ByteBuffer value = ByteBuffer.wrap(pattern).order(ByteOrder.nativeOrder());
    CUevent start = clock.before();
    switch (pattern.length) {
      case 1 -> check(driver.memsetD8Async(to, value.get(), bytes, stream));
      case 2 -> check(driver.memsetD16Async(to, value.getShort(), bytes / 2, stream));
      case 4 -> check(driver.memsetD32Async(to, value.getInt(), bytes / 4, stream));
      case 8 -> fillPairs(to, bytes / 8, value.getInt(), value.getInt());
      default ->
          throw new IllegalArgumentException(
              "pattern must have 1, 2, 4 or 8 bytes, got " + pattern.length);
    }
    clock.after(start);
  }

  private void fillPairs(long to, long count, int first, int second) {
    if (first == second) {
      check(driver.memsetD32Async(to, first, 2 * count, stream));
    } else {
      check(driver.memsetD2D32Async(to, 2 * Integer.BYTES, first, count, stream));
      check(driver.memsetD2D32Async(to + Integer.BYTES, 2 * Integer.BYTES, second, count, stream));
    }
  }

  private void check(int status) {
    faults.check(status, "cuMemset");
  }

  /** Waits for everything. */
  void finish() {
    faults.checkFinished(driver.streamSynchronize(stream), "cuStreamSynchronize");
  }

  /** How long the device works on what {@code work} gives it. */
  long nanoseconds(Runnable work) {
    clock.start();
    try {
      finish();
      work.run();
      finish();
      return clock.nanoseconds();
    } catch (RuntimeException | Error failed) {
      finishAfter(failed);
      throw failed;
    } finally {
      clock.stop();
    }
  }

  /** Waits for what was given before a failure, so that nothing given later runs beside it. */
  private void finishAfter(Throwable failure) {
    try {
      finish();
    } catch (GpuException lost) {
      if (lost != failure) {
        failure.addSuppressed(lost);
      }
    }
  }

  /** Frees the stream; what fails then is of no interest any more. */
  void release() {
    clock.release();
    driver.streamDestroy(stream);
  }
}
