package dev.cambium.conformance.op;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.Emitter;
import dev.cambium.op.Fill;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Value;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Max pooling and its gradient. What is chosen is copied, so the forward results are exact. All
 * numbers of the rows with ties are below 0, so that padding shows where it is chosen as if it were
 * 0.
 */
final class MaxPoolingCases {
  private static final Draw TIES = Draw.integers(-4, -1);

  /** Equal numbers of different signs: the first is the largest, whichever it is. */
  private static final Draw SIGNED_ZEROS =
      Draw.each(random -> new double[] {0.0, -0.0, -1}[random.nextInt(3)]);

  private MaxPoolingCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (PoolingLayer layer : PoolingLayers.all()) {
      rows.add(forward(layer, DType.FLOAT32, "ties", TIES));
      rows.add(forward(layer, DType.FLOAT32, "reals", Draw.normal()));
    }
    for (PoolingLayer layer : PoolingLayers.few()) {
      rows.add(forward(layer, DType.FLOAT64, "reals", Draw.normal()));
      // A window of nothing but negative infinity has it as its largest.
      rows.add(forward(layer, DType.FLOAT32, "special", Draw.of(Double.NEGATIVE_INFINITY)));
      rows.add(
          forward(
              layer,
              DType.FLOAT32,
              "special, mixed",
              Draw.of(
                  -Float.MAX_VALUE,
                  Double.NEGATIVE_INFINITY,
                  -Float.MAX_VALUE,
                  Double.NEGATIVE_INFINITY,
                  Float.MAX_VALUE,
                  -3,
                  Double.POSITIVE_INFINITY)));
    }
    for (PoolingLayer layer : PoolingLayers.all()) {
      rows.add(backward(layer, DType.FLOAT32, CacheFrom.OWN, "ties", TIES, Draw.wide()));
      rows.add(backward(layer, DType.FLOAT32, CacheFrom.NOTHING, "ties", TIES, Draw.wide()));
      rows.add(
          backward(layer, DType.FLOAT32, CacheFrom.OWN, "reals", Draw.normal(), Draw.normal()));
    }
    for (PoolingLayer layer : PoolingLayers.few()) {
      others(rows, layer);
    }
    return rows;
  }

  private static void others(List<OpCase> rows, PoolingLayer layer) {
    for (CacheFrom cache : CacheFrom.values()) {
      rows.add(backward(layer, DType.FLOAT32, cache, "signed zeros", SIGNED_ZEROS, Draw.wide()));
      rows.add(
          backward(
              layer,
              DType.FLOAT32,
              cache,
              "special",
              Draw.of(Double.NEGATIVE_INFINITY),
              Draw.wide()));
    }
    rows.add(backward(layer, DType.FLOAT32, CacheFrom.ELSEWHERE, "ties", TIES, Draw.wide()));
    rows.add(
        backward(layer, DType.FLOAT32, CacheFrom.NOTHING, "reals", Draw.normal(), Draw.normal()));
    rows.add(backward(layer, DType.FLOAT64, CacheFrom.OWN, "ties", TIES, Draw.wide()));
    rows.add(
        backward(layer, DType.FLOAT64, CacheFrom.NOTHING, "reals", Draw.normal(), Draw.normal()));
  }

  private static OpCase forward(PoolingLayer layer, DType dtype, String data, Draw x) {
    MaxPooling op = new MaxPooling(layer.window());
    String what = layer.what() + (dtype == DType.FLOAT32 ? "" : " of " + dtype);
    return OpCase.of(op, what, data, Tolerance.EXACT, Operand.of(dtype, layer.x(), x));
  }

  private static OpCase backward(
      PoolingLayer layer, DType dtype, CacheFrom cache, String data, Draw x, Draw dy) {
    MaxPoolingBackward op = new MaxPoolingBackward(layer.window());
    String what = layer.what() + (dtype == DType.FLOAT32 ? "" : " of " + dtype) + cache.word();
    boolean reals = data.equals("reals");
    OpCase row =
        OpCase.of(
                op,
                what,
                data,
                reals ? sums(op, layer.windows()) : Tolerance.EXACT,
                Operand.of(dtype, layer.y(), dy),
                Operand.of(dtype, layer.x(), x))
            .described(
                (emitter, in) ->
                    emitter.emit(
                        op, List.of(in.get(0), in.get(1), emit(emitter, layer, cache, in.get(1)))));
    return layer.isSparse(true) ? row.zeros() : row;
  }

  private static Value emit(Emitter emitter, PoolingLayer layer, CacheFrom cache, Value x) {
    return switch (cache) {
      case OWN -> emitter.emit(new MaxPooling(layer.window()), List.of(x)).get(1);
      case NOTHING -> emitter.emit(new NoCache());
      case ELSEWHERE -> {
        TensorType channels = TensorType.of(x.tensorType().dtype(), x.shape().dim(1));
        Value one = emitter.emit(new Fill(channels, 1));
        yield emitter.emit(new BatchNormTraining(1, Activation.RELU), List.of(x, one, one)).get(3);
      }
    };
  }

  /** A sum of so many numbers; what is summed is chosen by x, so only dy loses its sign. */
  private static Tolerance sums(MaxPoolingBackward op, double terms) {
    return evaluated -> {
      DoubleArray dy = Evaluated.map(evaluated.inputs().get(0), Math::abs);
      List<DoubleArray> sums =
          evaluated.evaluate(op, List.of(dy, evaluated.inputs().get(1), DoubleArray.NONE));
      double roundings = (terms - 1) * evaluated.u();
      return Tolerance.fill(
          evaluated,
          (output, i) ->
              roundings / (1 - roundings) * sums.get(0).values()[i] + terms * evaluated.tiny());
    };
  }
}
