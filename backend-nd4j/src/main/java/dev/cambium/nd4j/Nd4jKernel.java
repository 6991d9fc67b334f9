package dev.cambium.nd4j;

import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import java.util.Arrays;

/**
 * A kernel of this backend: its body is called on the backend's thread only, one at a time. What it
 * gives to ND4J is written into the arrays of its outputs; nothing is kept.
 */
final class Nd4jKernel implements Kernel {
  /** What a kernel does. */
  @FunctionalInterface
  interface Body {
    /**
     * Computes.
     *
     * @param in the inputs; null where the kernel says that it does not read one
     * @param out the outputs
     * @param scratch working memory; null when the kernel needs none
     */
    void run(Nd4jBuffer[] in, Nd4jBuffer[] out, Nd4jBuffer scratch);
  }

  private final Nd4jThread thread;
  private final long scratchBytes;
  private final int[] unread;
  private final Body body;

  /**
   * A kernel.
   *
   * @param thread where it runs
   * @param scratchBytes the working memory that it needs
   * @param body what it does
   * @param unread the inputs that it does not read
   */
  Nd4jKernel(Nd4jThread thread, long scratchBytes, Body body, int... unread) {
    this.thread = thread;
    this.scratchBytes = scratchBytes;
    this.body = body;
    this.unread = unread;
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    if (thread.isCurrent()) {
      execute(inputs, outputs, scratch);
    } else {
      thread.run(() -> execute(inputs, outputs, scratch));
    }
  }

  private void execute(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    body.run(own(inputs), own(outputs), scratch == null ? null : Nd4jBuffer.of(scratch));
  }

  private static Nd4jBuffer[] own(Buffer[] buffers) {
    Nd4jBuffer[] own = new Nd4jBuffer[buffers.length];
    for (int i = 0; i < own.length; i++) {
      own[i] = buffers[i] == null ? null : Nd4jBuffer.of(buffers[i]);
    }
    return own;
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public boolean reads(int input) {
    return Arrays.stream(unread).noneMatch(i -> i == input);
  }
}
