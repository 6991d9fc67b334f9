package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_in_order;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;

/**
 * What all kernels of one open backend stand on: the submission thread, loops over threads, memory,
 * and oneDNN's engine and stream. The number of threads is the same when a primitive is created and
 * when it runs.
 */
final class CpuPlatform implements AutoCloseable {
  private final int threads;
  private final SubmissionThread thread;
  private final CpuParallel parallel;
  private final MemoryLedger memory;
  private final Set<OneDnnKernel> kernels = Collections.newSetFromMap(new IdentityHashMap<>());
  private final dnnl_engine engine = new dnnl_engine();
  private final dnnl_stream stream = new dnnl_stream();

  /**
   * Starts the threads and oneDNN.
   *
   * @param threads the threads that kernels use
   * @param memoryLimit the bytes that are given out at most
   * @param traceLeaks whether to warn about memory that nobody closed
   * @throws LinkageError when the native libraries do not load
   */
  CpuPlatform(int threads, long memoryLimit, boolean traceLeaks) {
    this.threads = threads;
    String library = OneDnnLibrary.load();
    thread = new SubmissionThread("cambium-cpu");
    memory = new MemoryLedger(thread, memoryLimit, traceLeaks);
    thread.run(() -> start(library));
    parallel = new CpuParallel(threads);
  }

  private void start(String library) {
    new OpenMp(library).setThreads(threads);
    check("create the engine", dnnl_engine_create(engine, dnnl_cpu, 0));
    check("create the stream", dnnl_stream_create(stream, engine, dnnl_stream_in_order));
  }

  /** Throws when a oneDNN call did not succeed. */
  static void check(String what, int status) {
    if (status != dnnl_success) {
      throw new OneDnnException(
          "oneDNN could not "
              + what
              + ": status "
              + status
              + " (ONEDNN_VERBOSE=error,check prints why)");
    }
  }

  /** The threads that kernels use, the submission thread included. */
  int threads() {
    return threads;
  }

  /** Where everything runs. */
  SubmissionThread thread() {
    return thread;
  }

  /** Loops over threads. */
  CpuParallel parallel() {
    return parallel;
  }

  /** Allocation. */
  MemoryLedger memory() {
    return memory;
  }

  /** A kernel was made. On the submission thread. */
  void open(OneDnnKernel kernel) {
    kernels.add(kernel);
  }

  /** A kernel was closed. On the submission thread. */
  void closed(OneDnnKernel kernel) {
    kernels.remove(kernel);
  }

  /** The number of kernels that hold native memory of oneDNN. */
  int openKernels() {
    return thread.call(kernels::size);
  }

  dnnl_engine engine() {
    return engine;
  }

  dnnl_stream stream() {
    return stream;
  }

  @Override
  public void close() {
    memory.freeAll();
    thread.run(
        () -> {
          List.copyOf(kernels).forEach(OneDnnKernel::destroy);
          dnnl_stream_destroy(stream);
          dnnl_engine_destroy(engine);
        });
    parallel.close();
    thread.close();
  }
}
