package dev.cambium.cuda;

import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.VendorKernel;
import java.util.function.IntConsumer;

/** One call of a library, prepared: descriptors are made, sizes are known. */
final class LibraryKernel implements VendorKernel {
  private final CudaContext context;
  private final String library;
  private final String algorithm;
  private final long workspaceBytes;
  private final long[] bytes;
  private final Runnable release;

  /** The arguments of the next call, which is made while nobody else calls. */
  private final long[] addresses;

  private final Runnable call;
  private boolean closed;

  /** What is called, with the addresses of the tensors and, last, of the working memory or 0. */
  interface Call {
    int run(long[] addresses);
  }

  /**
   * A call.
   *
   * @param bytes how long the tensors are
   * @param check what becomes of the status
   * @param release frees the descriptors
   */
  LibraryKernel(
      CudaContext context,
      String library,
      String algorithm,
      long workspaceBytes,
      long[] bytes,
      Call call,
      IntConsumer check,
      Runnable release) {
    this.context = context;
    this.library = library;
    this.algorithm = algorithm;
    this.workspaceBytes = workspaceBytes;
    this.bytes = bytes.clone();
    this.release = release;
    this.addresses = new long[bytes.length + 1];
    this.call = () -> check.accept(call.run(addresses));
  }

  @Override
  public String library() {
    return library;
  }

  @Override
  public String algorithm() {
    return algorithm;
  }

  @Override
  public long workspaceBytes() {
    return workspaceBytes;
  }

  @Override
  public void run(GpuMemory[] memories, long[] offsets) {
    if (closed) {
      throw new IllegalStateException("a kernel of " + library + " was closed");
    }
    context.enter();
    for (int i = 0; i < memories.length; i++) {
      long length = i < bytes.length ? bytes[i] : workspaceBytes;
      addresses[i] = context.memories().own(memories[i]).range(offsets[i], length);
    }
    context.commands().foreign(call);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      release.run();
    }
  }
}
