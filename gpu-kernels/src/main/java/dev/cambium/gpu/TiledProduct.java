package dev.cambium.gpu;

import dev.cambium.tensor.DType;

/** A product of input 0 and input 1 of an operation into output 0. */
final class TiledProduct {
  private TiledProduct() {}

  /** Adds its launches, with the tiles of the device. */
  static GpuKernel.Builder launch(
      GpuPlatform gpu, GpuTuning tuning, MatrixProduct product, Epilogue epilogue) {
    ProductSize size = ProductSize.of(product);
    return launch(gpu, tuning.tiling(TiledFamily.PRODUCT, size, gpu.device()), product, epilogue);
  }

  /** Adds its launches with these tiles. */
  static GpuKernel.Builder launch(
      GpuPlatform gpu, Tiling tiling, MatrixProduct p, Epilogue epilogue) {
    DType dtype = p.dtype();
    GpuKernel.Builder kernel = gpu.kernel();
    if (p.results() == 0) {
      return kernel;
    }
    Argument[] cut = tiling.arguments();
    kernel.launch(
        TiledFamily.PRODUCT.program(tiling.tile(), dtype),
        "product_" + (p.transposeA() ? "t" : "n") + (p.transposeB() ? "t" : "n"),
        tiling.grid(),
        Argument.input(0),
        Argument.input(1),
        epilogue.biasOr(Argument.input(0)),
        tiling.isSplit() ? Argument.scratch(0) : Argument.output(0),
        Argument.of(p.m()),
        Argument.of(p.n()),
        Argument.of(p.k()),
        cut[0],
        cut[1],
        cut[2],
        cut[3],
        epilogue.hasBias(),
        epilogue.number(),
        epilogue.slope(dtype),
        Argument.real(dtype, p.alpha()),
        Argument.real(dtype, p.beta()));
    if (tiling.isSplit()) {
      kernel.scratch(tiling.parts() * p.results() * dtype.bytes());
      TiledSums.finish(
          kernel, gpu, dtype, p.results(), p.n(), tiling.parts(), epilogue, p.alpha(), p.beta());
    }
    return kernel;
  }
}
