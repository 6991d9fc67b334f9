package dev.cambium.spi;

/**
 * A kernel with its arguments, one step of a {@link Sequence}.
 *
 * @param label which operation of which layer, for traces and messages
 * @param kernel what runs
 * @param inputs its inputs
 * @param outputs its outputs
 * @param scratch its working memory, or null
 */
public record Launch(
    String label, Kernel kernel, Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
  /** Gives the kernel to the backend. */
  public void run() {
    kernel.run(inputs, outputs, scratch);
  }
}
