package dev.cambium.cpu;

import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;

/**
 * A kernel of this backend: {@link #execute} is called on the submission thread only, one at a
 * time, so that it may keep working state in fields.
 */
abstract class CpuKernel implements Kernel {
  private final SubmissionThread thread;

  CpuKernel(CpuPlatform platform) {
    this.thread = platform.thread();
  }

  @Override
  public final void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    if (thread.isCurrent()) {
      execute(inputs, outputs, scratch);
    } else {
      thread.run(() -> execute(inputs, outputs, scratch));
    }
  }

  /** Computes; buffers are read with {@link CpuBuffer#of}. */
  abstract void execute(Buffer[] inputs, Buffer[] outputs, Buffer scratch);
}
