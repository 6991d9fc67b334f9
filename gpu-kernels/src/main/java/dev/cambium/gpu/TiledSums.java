package dev.cambium.gpu;

import dev.cambium.tensor.DType;

/** The second passes of products: they add up partial sums, and bring weights into their order. */
final class TiledSums {
  private static final String FILE = "tiled_finish";
  private static final int LOCAL = 64;
  private static final int SIDE = 16;
  private static final long ALIGNMENT = 512;

  private TiledSums() {}

  /** The bytes that {@code elements} take in working memory when something follows them. */
  static long aligned(long elements, DType dtype) {
    return Grid.groups(elements * dtype.bytes(), ALIGNMENT) * ALIGNMENT;
  }

  /**
   * Output 0 = activation(alpha * the sum of the parts at the beginning of the working memory +
   * beta * output 0 + bias).
   *
   * @param size the elements of the output
   * @param columns the length of the bias
   */
  static void finish(
      GpuKernel.Builder kernel,
      GpuPlatform gpu,
      DType dtype,
      long size,
      int columns,
      int parts,
      Epilogue epilogue,
      double alpha,
      double beta) {
    kernel.launch(
        gpu.program(FILE, dtype),
        "finish",
        Grid.line(size, LOCAL),
        Argument.scratch(0),
        epilogue.biasOr(Argument.scratch(0)),
        Argument.output(0),
        Argument.of(size),
        Argument.of(columns),
        Argument.of(parts),
        epilogue.hasBias(),
        epilogue.number(),
        epilogue.slope(dtype),
        Argument.real(dtype, alpha),
        Argument.real(dtype, beta));
  }

  /**
   * The gradients of weights and bias, outputs 0 and 1, from their parts in the working memory.
   *
   * @param biasParts where the parts of the bias's gradient begin
   * @param size the elements of the weights
   * @param filters the elements of the bias
   * @param bias whether there is one
   */
  static void finishGradients(
      GpuKernel.Builder kernel,
      GpuPlatform gpu,
      DType dtype,
      long biasParts,
      long size,
      int filters,
      int parts,
      boolean bias) {
    kernel.launch(
        gpu.program(FILE, dtype),
        "finish_gradients",
        Grid.line(size + (bias ? filters : 0), LOCAL),
        Argument.scratch(0),
        Argument.scratch(bias ? biasParts : 0),
        Argument.output(0),
        Argument.output(bias ? 1 : 0),
        Argument.of(size),
        Argument.of(filters),
        Argument.of(parts),
        Argument.of(bias ? 1 : 0));
  }

  /** The gradient of a bias, output 1, from its parts in the working memory. */
  static void finishBias(
      GpuKernel.Builder kernel, GpuPlatform gpu, DType dtype, long from, int units, int parts) {
    kernel.launch(
        gpu.program(FILE, dtype),
        "finish",
        Grid.line(units, LOCAL),
        Argument.scratch(from),
        Argument.scratch(from),
        Argument.output(1),
        Argument.of((long) units),
        Argument.of(units),
        Argument.of(parts),
        Argument.of(0),
        Argument.of(0),
        Argument.real(dtype, 0),
        Argument.real(dtype, 1),
        Argument.real(dtype, 0));
  }

  /**
   * Output 0 [matrices, columns, rows] = the transposes of {@code from} [parts, matrices, rows,
   * columns], added up.
   */
  static void transpose(
      GpuKernel.Builder kernel,
      GpuPlatform gpu,
      DType dtype,
      int parts,
      int matrices,
      int rows,
      int columns,
      Argument from) {
    long down = Grid.groups(rows, SIDE);
    long across = Grid.groups(columns, SIDE);
    kernel.launch(
        gpu.program(FILE, dtype),
        "transpose",
        Grid.groups1(down * across * matrices, SIDE * SIDE),
        from,
        Argument.output(0),
        Argument.of((long) matrices * rows * columns),
        Argument.of(rows),
        Argument.of(columns),
        Argument.of(Math.toIntExact(down)),
        Argument.of(Math.toIntExact(across)),
        Argument.of(parts));
  }
}
