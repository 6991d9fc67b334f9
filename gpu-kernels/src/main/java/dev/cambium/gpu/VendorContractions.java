package dev.cambium.gpu;

import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Products and convolutions by a library of the device's maker where it is chosen. The library sums
 * products; bias, activation, the gradient of the bias and the order of features are left to our
 * own launches behind it.
 */
final class VendorContractions implements Contractions {
  private final GpuPlatform gpu;
  private final TiledContractions ours;

  VendorContractions(GpuPlatform gpu, TiledContractions ours) {
    this.gpu = gpu;
    this.ours = ours;
  }

  @Override
  public Prepared linear(Linear op, List<ValueType> inputs) {
    int units = tensor(inputs, 1).shape().dim(0);
    LinearProblem p = LinearProblem.of(tensor(inputs, 0), units);
    MatrixProduct product =
        MatrixProduct.of(p.dtype(), p.batch(), units, p.features(), false, true);
    Epilogue epilogue = Epilogue.of(op.bias(), op.activation());
    return gpu.vendor()
        .choose(
            op,
            inputs,
            ours.linear(op, inputs),
            products("linear", product, library -> sums(library, product.results(), p, epilogue)));
  }

  @Override
  public Prepared linearBackwardData(LinearBackwardData op, List<ValueType> inputs) {
    TensorType dy = tensor(inputs, 0);
    LinearProblem p = LinearProblem.of(dy.withShape(op.inputShape()), dy.shape().dim(1));
    MatrixProduct product =
        MatrixProduct.of(p.dtype(), p.batch(), p.features(), p.units(), false, false);
    return gpu.vendor()
        .choose(
            op,
            inputs,
            ours.linearBackwardData(op, inputs),
            products("linear data", product, this::plain));
  }

  @Override
  public Prepared linearBackwardWeights(LinearBackwardWeights op, List<ValueType> inputs) {
    int units = tensor(inputs, 1).shape().dim(1);
    LinearProblem p = LinearProblem.of(tensor(inputs, 0), units);
    MatrixProduct product =
        MatrixProduct.of(p.dtype(), units, p.features(), p.batch(), true, false);
    return gpu.vendor()
        .choose(
            op,
            inputs,
            ours.linearBackwardWeights(op, inputs),
            products("linear weights", product, library -> linearWeights(library, p, op.bias())));
  }

  @Override
  public Prepared matMul(MatMul op, List<ValueType> inputs) {
    MatrixProduct product = MatrixProduct.of(op, inputs);
    return gpu.vendor()
        .choose(op, inputs, ours.matMul(op, inputs), products("matmul", product, this::plain));
  }

  @Override
  public Prepared convolution(Convolution op, List<ValueType> inputs) {
    ConvolutionProblem p = ConvolutionProblem.of(op, inputs);
    Epilogue epilogue = Epilogue.of(op.bias(), op.activation());
    List<Function<VendorKernels, List<VendorKernel>>> asks = new ArrayList<>();
    asks.add(libraries -> libraries.convolution(p));
    if (isProduct(p)) {
      MatrixProduct product = product(p, p.filters(), p.channels(), true);
      asks.add(libraries -> libraries.product(product));
    }
    long size = p.outputPixels() * p.filters();
    return gpu.vendor()
        .choose(
            op,
            inputs,
            ours.convolution(op, inputs),
            new VendorOffer(
                "convolution " + p,
                asks,
                library -> sums(library, size, p.dtype(), p.filters(), epilogue)));
  }

  @Override
  public Prepared convolutionBackwardData(ConvolutionBackwardData op, List<ValueType> inputs) {
    ConvolutionProblem p = ConvolutionProblem.of(op, inputs);
    List<Function<VendorKernels, List<VendorKernel>>> asks = new ArrayList<>();
    asks.add(libraries -> libraries.convolutionBackwardData(p));
    if (isProduct(p)) {
      MatrixProduct product = product(p, p.channels(), p.filters(), false);
      asks.add(libraries -> libraries.product(product));
    }
    return gpu.vendor()
        .choose(
            op,
            inputs,
            ours.convolutionBackwardData(op, inputs),
            new VendorOffer("convolution data " + p, asks, this::plain));
  }

  @Override
  public Prepared convolutionBackwardWeights(
      ConvolutionBackwardWeights op, List<ValueType> inputs) {
    ConvolutionProblem p = ConvolutionProblem.of(op, inputs);
    return gpu.vendor()
        .choose(
            op,
            inputs,
            ours.convolutionBackwardWeights(op, inputs),
            new VendorOffer(
                "convolution weights " + p,
                List.of(libraries -> libraries.convolutionBackwardWeights(p)),
                library -> convolutionWeights(library, p, op.bias())));
  }

  private static VendorOffer products(
      String gives, MatrixProduct product, Function<VendorKernel, GpuKernel.Builder> around) {
    return new VendorOffer(
        gives + " " + product, List.of(libraries -> libraries.product(product)), around);
  }

  /** Whether each pixel of y is a product of one pixel of x. */
  private static boolean isProduct(ConvolutionProblem p) {
    return p.taps() == 1
        && p.groups() == 1
        && p.strideHeight() == 1
        && p.strideWidth() == 1
        && p.height() == p.outputHeight()
        && p.width() == p.outputWidth()
        && p.top() == 0
        && p.left() == 0
        && p.imagePixels() <= Integer.MAX_VALUE;
  }

  private static MatrixProduct product(ConvolutionProblem p, int n, int k, boolean transposeB) {
    return MatrixProduct.of(p.dtype(), (int) p.imagePixels(), n, k, false, transposeB);
  }

  /** A library's result is the operation's. */
  private GpuKernel.Builder plain(VendorKernel library) {
    return gpu.kernel()
        .call(library, 0, Argument.input(0), Argument.input(1), Argument.output(0))
        .scratch(library.workspaceBytes());
  }

  private GpuKernel.Builder sums(
      VendorKernel library, long size, LinearProblem p, Epilogue epilogue) {
    return sums(library, size, p.dtype(), p.units(), epilogue);
  }

  /** A library's sums, then bias and activation. */
  private GpuKernel.Builder sums(
      VendorKernel library, long size, DType dtype, int columns, Epilogue epilogue) {
    if (epilogue.equals(Epilogue.NONE)) {
      return plain(library);
    }
    long workspace = TiledSums.aligned(size, dtype);
    GpuKernel.Builder kernel =
        gpu.kernel()
            .call(library, workspace, Argument.input(0), Argument.input(1), Argument.scratch(0))
            .scratch(workspace + library.workspaceBytes());
    TiledSums.finish(kernel, gpu, dtype, size, columns, 1, epilogue, 1, 0);
    return kernel;
  }

  /** dw = dy^T x, from inputs x and dy; its columns are brought into their own order. */
  private GpuKernel.Builder linearWeights(VendorKernel library, LinearProblem p, boolean bias) {
    DType dtype = p.dtype();
    GpuKernel.Builder kernel = gpu.kernel();
    long workspace = 0;
    if (p.isPermuted()) {
      workspace = TiledSums.aligned((long) p.units() * p.features(), dtype);
      Argument dw = Argument.scratch(0);
      kernel.call(library, workspace, Argument.input(1), Argument.input(0), dw);
      TiledSums.transpose(kernel, gpu, dtype, 1, p.units(), p.pixels(), p.channels(), dw);
    } else {
      kernel.call(library, workspace, Argument.input(1), Argument.input(0), Argument.output(0));
    }
    return bias(kernel, workspace, library, dtype, p.batch(), p.units(), bias);
  }

  private GpuKernel.Builder convolutionWeights(
      VendorKernel library, ConvolutionProblem p, boolean bias) {
    GpuKernel.Builder kernel =
        gpu.kernel().call(library, 0, Argument.input(0), Argument.input(1), Argument.output(0));
    return bias(kernel, 0, library, p.dtype(), p.outputPixels(), p.filters(), bias);
  }

  /** The sum of dy's rows, input 1, into output 1, after the library is done with its memory. */
  private GpuKernel.Builder bias(
      GpuKernel.Builder kernel,
      long workspace,
      VendorKernel library,
      DType dtype,
      long rows,
      int columns,
      boolean bias) {
    long bytes = library.workspaceBytes();
    if (bias) {
      long sums =
          GpuReduce.sumOfRows(
              gpu, kernel, dtype, rows, columns, Argument.input(1), Argument.output(1), workspace);
      bytes = Math.max(bytes, sums);
    }
    return kernel.scratch(workspace + bytes);
  }

  private static TensorType tensor(List<ValueType> inputs, int index) {
    return (TensorType) inputs.get(index);
  }
}
