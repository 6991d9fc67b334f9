package dev.cambium.conformance.op;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.Emitter;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.RunningStatistics;
import dev.cambium.op.Value;
import dev.cambium.op.Window2d;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradient of batch normalisation, after the forward operation on the same backend, and the
 * running statistics.
 */
final class NormGradientCases {
  private static final double EPSILON = 1e-5;
  private static final double BETA = 0.125;

  private NormGradientCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (Shape x : NormLayers.ALL) {
      rows.add(plain(x, CacheFrom.OWN, EPSILON, "reals", Draw.normal()));
      rows.add(relu(x, DType.FLOAT32, CacheFrom.OWN));
      rows.add(relu(x, DType.FLOAT32, CacheFrom.NOTHING));
    }
    for (Shape x : NormLayers.FEW) {
      rows.add(plain(x, CacheFrom.NOTHING, EPSILON, "reals", Draw.normal()));
      rows.add(plain(x, CacheFrom.OWN, EPSILON, "offset 1000", Draw.normal(1000, 1)));
      rows.add(plain(x, CacheFrom.OWN, EPSILON, "constant channels", NormLayers.constants()));
      rows.add(plain(x, CacheFrom.OWN, EPSILON, "channels of all sizes", NormLayers.scaled()));
      rows.add(plain(x, CacheFrom.OWN, 0.5, "reals", Draw.normal(3, 1)));
      rows.add(plain(x, CacheFrom.OWN, 1e-12, "reals", Draw.normal(0, 1e-3)));
      rows.add(relu(x, DType.FLOAT64, CacheFrom.OWN));
      if (x.rank() == 4) {
        rows.add(relu(x, DType.FLOAT32, CacheFrom.ELSEWHERE));
      }
    }
    statistics(rows);
    return rows;
  }

  private static OpCase plain(Shape x, CacheFrom cache, double epsilon, String data, Draw draw) {
    return row(
        new BatchNormBackward(epsilon, Activation.NONE), x, DType.FLOAT32, cache, data, draw);
  }

  private static OpCase relu(Shape x, DType dtype, CacheFrom cache) {
    return row(
        new BatchNormBackward(EPSILON, Activation.RELU),
        x,
        dtype,
        cache,
        "two-sided",
        NormLayers.twoSided());
  }

  private static OpCase row(
      BatchNormBackward op, Shape x, DType dtype, CacheFrom cache, String data, Draw draw) {
    Shape channels = Shape.of(x.dim(1));
    String what =
        "x"
            + x
            + (op.epsilon() == EPSILON ? "" : " epsilon " + op.epsilon())
            + FusedActivation.word(op.activation())
            + (dtype == DType.FLOAT32 ? "" : " of " + dtype)
            + cache.word();
    return OpCase.of(
            op,
            what,
            data,
            NormTolerance.backward(op, BETA),
            Operand.of(dtype, x, draw),
            Operand.of(dtype, channels, NormLayers.slopes()),
            Operand.of(dtype, channels, Draw.of(BETA)),
            Operand.of(dtype, x, Draw.normal()))
        .described((emitter, in) -> emit(emitter, op, in, cache));
  }

  private static List<Value> emit(
      Emitter emitter, BatchNormBackward op, List<Value> in, CacheFrom from) {
    Value x = in.get(0);
    List<Value> forward =
        emitter.emit(
            new BatchNormTraining(op.epsilon(), op.activation()), List.of(x, in.get(1), in.get(2)));
    Value cache =
        switch (from) {
          case OWN -> forward.get(3);
          case NOTHING -> emitter.emit(new NoCache());
          case ELSEWHERE -> emitter.emit(new MaxPooling(Window2d.of(1)), List.of(x)).get(1);
        };
    return emitter.emit(
        op,
        List.of(in.get(3), x, forward.get(0), in.get(1), forward.get(1), forward.get(2), cache));
  }

  private static void statistics(List<OpCase> rows) {
    for (int channels : new int[] {1, 7, 8, 9, 15, 17, 33, 64, 65, 257, 1000}) {
      rows.add(statistics(channels, DType.FLOAT32, new RunningStatistics(0.1, 64), false));
    }
    for (double momentum : new double[] {0.01, 0.9}) {
      for (long count : new long[] {2, 3, 64, 1_000_003}) {
        rows.add(statistics(13, DType.FLOAT32, new RunningStatistics(momentum, count), false));
      }
    }
    // Halves, ones and zeros as weights, and the factor 2 that makes two values' variance unbiased.
    for (double momentum : new double[] {0, 0.5, 1}) {
      rows.add(statistics(17, DType.FLOAT32, new RunningStatistics(momentum, 2), true));
    }
    rows.add(statistics(0, DType.FLOAT32, new RunningStatistics(0.1, 2), false));
    rows.add(statistics(5, DType.FLOAT64, new RunningStatistics(0.1, 3), false));
    rows.add(statistics(16, DType.FLOAT64, new RunningStatistics(0.9, 1000), false));
  }

  private static OpCase statistics(
      int channels, DType dtype, RunningStatistics op, boolean integers) {
    Shape c = Shape.of(channels);
    Draw means = integers ? Draw.wide() : Draw.normal();
    Draw variances = integers ? Draw.integers(1, 8191) : Draw.uniform(0.01, 3);
    return OpCase.of(
        op,
        "momentum "
            + op.momentum()
            + " count "
            + op.count()
            + " channels "
            + channels
            + (dtype == DType.FLOAT32 ? "" : " of " + dtype),
        integers ? "integers" : "reals",
        integers ? Tolerance.EXACT : NormTolerance.moved(op),
        Operand.of(dtype, c, means),
        Operand.of(dtype, c, variances),
        Operand.of(dtype, c, means),
        Operand.of(dtype, c, variances));
  }
}
