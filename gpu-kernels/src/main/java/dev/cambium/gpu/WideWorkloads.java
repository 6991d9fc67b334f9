package dev.cambium.gpu;

import dev.cambium.op.Activation;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.op.Op;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;

/** The products by which the variants of {@link WideTile} are measured on a processor. */
final class WideWorkloads {
  private static final DType DTYPE = TuningRun.DTYPE;

  /** Images at a time: enough for several tiles and cores, and soon done. */
  private static final int BATCH = 8;

  private final GpuPlatform gpu;
  private final TuningSubject<WideTile> subject;
  private final List<TuningWorkload<WideTile>> all = new ArrayList<>();

  private WideWorkloads(GpuPlatform gpu) {
    this.gpu = gpu;
    this.subject = subject(gpu.device());
  }

  /** A square product, dense layers, and the convolutions of the nets that come with Cambium. */
  static List<TuningWorkload<WideTile>> all(GpuPlatform gpu) {
    WideWorkloads workloads = new WideWorkloads(gpu);
    workloads.matrices(512);
    workloads.dense(256, 2048);
    workloads.convolutions(3, 32, 32, 1);
    workloads.convolutions(32, 32, 32, 1);
    workloads.convolutions(32, 16, 64, 1);
    workloads.convolutions(64, 16, 64, 1);
    workloads.convolutions(16, 32, 16, 1);
    workloads.convolutions(16, 32, 32, 2);
    workloads.convolutions(64, 8, 64, 1);
    return List.copyOf(workloads.all);
  }

  /** The one choice for all products on a processor. */
  static TuningSubject<WideTile> subject(GpuDevice device) {
    WideTile byDefault = WideTile.byDefault(device);
    List<WideTile> candidates = new ArrayList<>(List.of(byDefault));
    for (WideTile tile : WideTile.values()) {
      if (tile != byDefault) {
        candidates.add(tile);
      }
    }
    return new TuningSubject<>(GpuTuning.WIDE, "products and convolutions, " + DTYPE, candidates);
  }

  private void matrices(int side) {
    MatMul op = new MatMul(false, false);
    double operations = 2.0 * side * side * side;
    add(op, operations, Contractions::matMul, Shape.of(side, side), Shape.of(side, side));
  }

  private void dense(int units, int features) {
    int batch = 8 * BATCH;
    double operations = 2.0 * batch * units * features;
    Shape x = Shape.of(batch, features);
    Shape w = Shape.of(units, features);
    Shape y = Shape.of(batch, units);
    add(new Linear(false, Activation.NONE), operations, Contractions::linear, x, w);
    add(new LinearBackwardData(x), operations, Contractions::linearBackwardData, y, w);
    add(new LinearBackwardWeights(true), operations, Contractions::linearBackwardWeights, x, y);
  }

  /** A layer of 3x3 filters and its gradients. */
  private void convolutions(int channels, int side, int filters, int stride) {
    Size2d kernel = new Size2d(3, 3);
    ConvolutionGeometry geometry =
        new ConvolutionGeometry(
            new Size2d(stride, stride), new Padding2d(1, 1, 1, 1), Size2d.ONE, 1);
    int output = geometry.outputHeight(side, 3);
    double operations = 2.0 * BATCH * output * output * filters * channels * 9;
    Shape x = Shape.of(BATCH, channels, side, side);
    Shape w = Shape.of(filters, channels, 3, 3);
    Shape y = Shape.of(BATCH, filters, output, output);
    add(
        new Convolution(geometry, false, Activation.NONE),
        operations,
        Contractions::convolution,
        x,
        w);
    if (channels > 3) {
      add(
          new ConvolutionBackwardData(geometry, new Size2d(side, side)),
          operations,
          Contractions::convolutionBackwardData,
          y,
          w);
    }
    add(
        new ConvolutionBackwardWeights(geometry, kernel, true),
        operations,
        Contractions::convolutionBackwardWeights,
        x,
        y);
  }

  /** How {@link Contractions} prepare one kind of operation. */
  private interface Preparation<O extends Op> {
    Prepared prepare(Contractions products, O op, List<ValueType> inputs);
  }

  private <O extends Op> void add(
      O op, double operations, Preparation<O> preparation, Shape first, Shape second) {
    List<ValueType> inputs = List.of(new TensorType(DTYPE, first), new TensorType(DTYPE, second));
    all.add(
        new TuningWorkload<>(
            subject,
            op + " of " + inputs,
            operations,
            elements(inputs),
            elements(op.infer(inputs)),
            tile -> (GpuKernel) preparation.prepare(new WideContractions(gpu, tile), op, inputs)));
  }

  private static List<Long> elements(List<ValueType> types) {
    return types.stream().map(type -> ((TensorType) type).shape().size()).toList();
  }
}
