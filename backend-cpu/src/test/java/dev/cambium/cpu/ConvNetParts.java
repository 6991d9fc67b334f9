package dev.cambium.cpu;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.op.Window2d;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Sequence;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Times the parts of a training step of the reference convnet (batch 64, images of 3x32x32): each
 * part's launches run as one sequence, the least time of many counts. Arguments: the number of
 * repetitions; the threads are chosen with {@code -Dcambium.cpu.threads}.
 */
final class ConvNetParts {
  private static final Logger LOG = LoggerFactory.getLogger(ConvNetParts.class);
  private static final int BATCH = 64;
  private static final ConvolutionGeometry SAME =
      new ConvolutionGeometry(Size2d.ONE, Padding2d.same(1), Size2d.ONE, 1);

  private final Backend backend = new CpuProvider().open(BackendConfig.defaults());
  private final Map<String, List<Launch>> parts = new LinkedHashMap<>();
  private final Random random = new Random(1);

  private ConvNetParts() {}

  /** Logs the table. */
  public static void main(String[] arguments) {
    int repetitions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50;
    ConvNetParts net = new ConvNetParts();
    net.describe();
    net.measure(repetitions);
    net.backend.close();
  }

  private void describe() {
    convolution(3, 32, 32, false);
    convolution(32, 32, 32, true);
    pool(32, 32);
    convolution(32, 64, 16, true);
    convolution(64, 64, 16, true);
    pool(64, 16);
    linear(Shape.of(BATCH, 64, 8, 8), 256, Activation.RELU);
    linear(Shape.of(BATCH, 256), 10, Activation.NONE);
  }

  private void convolution(int channels, int filters, int side, boolean data) {
    TensorType x = TensorType.float32(BATCH, channels, side, side);
    TensorType w = TensorType.float32(filters, channels, 3, 3);
    TensorType b = TensorType.float32(filters);
    TensorType y = TensorType.float32(BATCH, filters, side, side);
    add("conv forward", new Convolution(SAME, true, Activation.NONE), x, w, b);
    if (data) {
      add("conv backward data", new ConvolutionBackwardData(SAME, Size2d.square(side)), y, w);
    }
    add(
        "conv backward weights",
        new ConvolutionBackwardWeights(SAME, Size2d.square(3), true),
        x,
        y);
    OpRun norm = add("norm + relu", new BatchNormTraining(1e-5, Activation.RELU), y, b, b);
    norm.run();
    ValueType cache = norm.kernel().cache(3);
    add("norm + relu", new BatchNormBackward(1e-5, Activation.RELU), y, y, y, b, b, b, cache)
        .set(6, norm.output(3));
  }

  private void pool(int channels, int side) {
    TensorType x = TensorType.float32(BATCH, channels, side, side);
    TensorType y = TensorType.float32(BATCH, channels, side / 2, side / 2);
    OpRun pool = add("pool", new MaxPooling(Window2d.of(2)), x);
    pool.run();
    add("pool", new MaxPoolingBackward(Window2d.of(2)), y, x, pool.kernel().cache(1))
        .set(2, pool.output(1));
  }

  private void linear(Shape input, int units, Activation activation) {
    TensorType x = TensorType.float32(input.toArray());
    TensorType w = TensorType.float32(units, (int) input.size(1, input.rank()));
    TensorType b = TensorType.float32(units);
    TensorType y = TensorType.float32(BATCH, units);
    add("linear", new Linear(true, activation), x, w, b);
    add("linear", new LinearBackwardData(input), y, w);
    add("linear", new LinearBackwardWeights(true), x, y);
  }

  private OpRun add(String part, Op op, ValueType... inputs) {
    OpRun run = new OpRun(backend, op, List.of(inputs));
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i] instanceof TensorType type) {
        HostArray value = HostArray.allocate(type);
        for (int k = 0; k < type.shape().intSize(); k++) {
          value.set(k, random.nextGaussian());
        }
        run.set(i, value);
      }
    }
    parts.computeIfAbsent("packing", key -> new ArrayList<>()).addAll(run.packings());
    parts.computeIfAbsent(part, key -> new ArrayList<>()).add(run.launch());
    return run;
  }

  private void measure(int repetitions) {
    List<Launch> step = new ArrayList<>();
    double sum = 0;
    for (Map.Entry<String, List<Launch>> part : parts.entrySet()) {
      step.addAll(part.getValue());
      double best = best(part.getValue(), repetitions);
      sum += best;
      report(part.getKey(), best);
    }
    report("sum", sum);
    report("one sequence", best(step, repetitions));
  }

  private static void report(String part, double milliseconds) {
    LOG.info(String.format("%-22s %7.2f ms", part, milliseconds));
  }

  private double best(List<Launch> launches, int repetitions) {
    double best = Double.MAX_VALUE;
    try (Sequence sequence = backend.sequence(launches)) {
      for (int i = 0; i < repetitions; i++) {
        long start = System.nanoTime();
        sequence.run();
        best = Math.min(best, (System.nanoTime() - start) / 1e6);
      }
    }
    return best;
  }
}
