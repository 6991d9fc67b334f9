package dev.cambium.conformance.op;

import dev.cambium.conformance.op.Contraction.Factor;
import dev.cambium.op.Activation;
import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Padding2d;
import dev.cambium.op.RunningStatistics;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * NaN, infinities and numbers at the edge of overflow in layers: they go on as IEEE 754 says, to
 * those results that depend on them and to no other. What an infinite weight makes of padding is
 * left open, so weights, and whatever meets padded images in a gradient, are finite there.
 */
final class NonFiniteCases {
  private static final double NAN = Double.NaN;
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private NonFiniteCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    ConvolutionLayers.few().forEach(layer -> convolution(rows, layer));
    LinearLayers.few().forEach(layer -> linear(rows, layer));
    for (boolean transposeA : new boolean[] {false, true}) {
      Factor a = new Factor("a", transposeA ? Shape.of(33, 7) : Shape.of(7, 33));
      MatMul op = new MatMul(transposeA, true);
      String what = a.shape() + (transposeA ? " transposed" : "") + " by [17, 33] transposed";
      rows.addAll(both(Contraction.of(op, what, 33, a, new Factor("b", Shape.of(17, 33)))));
    }
    activated(rows);
    PoolingLayers.few().forEach(layer -> pooling(rows, layer));
    NormLayers.FEW.forEach(x -> norm(rows, x));
    return rows;
  }

  /** A NaN and both infinities, far from each other, among normal numbers. */
  static Draw specials() {
    return some(NAN, INFINITY, -INFINITY);
  }

  /** These among normal numbers, once each and far from each other. */
  private static Draw some(double... values) {
    return (type, random) -> {
      int size = type.shape().intSize();
      int distance = Math.max(1, size / values.length);
      return Draw.normal().with(Math.min(5, distance - 1), distance, values).values(type, random);
    };
  }

  private static List<OpCase> both(Contraction sums) {
    return List.of(left(sums), right(sums));
  }

  private static OpCase left(Contraction sums) {
    return sums.row(
        sums.op(),
        sums.what(),
        "special " + sums.left().name(),
        Tolerance.products(sums.op(), sums.terms()),
        specials(),
        Draw.normal());
  }

  private static OpCase right(Contraction sums) {
    return sums.row(
        sums.op(),
        sums.what(),
        "special " + sums.right().name(),
        Tolerance.products(sums.op(), sums.terms()),
        Draw.normal(),
        specials());
  }

  private static void convolution(List<OpCase> rows, ConvolutionLayer layer) {
    Factor x = new Factor("x", layer.x());
    Factor w = new Factor("w", layer.w());
    Factor dy = new Factor("dy", layer.y());
    String what = layer.what();
    Contraction forward =
        Contraction.of(
            new Convolution(layer.geometry(), false, Activation.NONE),
            what,
            layer.forwardTerms(),
            x,
            w);
    Contraction data =
        Contraction.of(
            new ConvolutionBackwardData(layer.geometry(), layer.image()),
            what,
            layer.dataTerms(),
            dy,
            w);
    Contraction weights =
        Contraction.of(
            new ConvolutionBackwardWeights(layer.geometry(), layer.kernel(), true),
            what + " bias",
            layer.weightTerms(),
            x,
            dy);
    boolean padded = !layer.geometry().padding().equals(Padding2d.NONE);
    rows.add(left(forward));
    rows.add(left(data));
    rows.add(left(weights));
    if (!padded) {
      rows.add(right(forward));
      rows.add(right(data));
      rows.add(right(weights));
    }
  }

  private static void linear(List<OpCase> rows, LinearLayer layer) {
    Factor x = new Factor("x", layer.x());
    Factor w = new Factor("w", layer.w());
    Factor dy = new Factor("dy", layer.y());
    String what = layer.what();
    rows.addAll(
        both(
            Contraction.of(
                    new Linear(true, Activation.NONE), what + " bias", layer.features(), x, w)
                .plusBias(layer.b())));
    rows.addAll(
        both(Contraction.of(new LinearBackwardData(layer.x()), what, layer.units(), dy, w)));
    rows.addAll(
        both(
            Contraction.of(
                new LinearBackwardWeights(true), what + " bias", layer.x().dim(0), x, dy)));
  }

  /** Tanh, sigmoid and leaky ReLU keep NaN and take infinities to their limits; overflow. */
  private static void activated(List<OpCase> rows) {
    LinearLayer layer = LinearLayers.few().get(0);
    Contraction plain =
        Contraction.of(
            new Linear(false, Activation.NONE),
            layer.what(),
            layer.features(),
            new Factor("x", layer.x()),
            new Factor("w", layer.w()));
    for (Activation activation : FusedActivation.ALL.subList(2, FusedActivation.ALL.size())) {
      Tolerance sums = Tolerance.products(plain.op(), plain.terms());
      rows.add(
          plain.row(
              new Linear(false, activation),
              plain.what() + FusedActivation.word(activation),
              "special x",
              FusedActivation.bound(sums, plain.op(), activation),
              specials(),
              Draw.normal()));
    }
    // Each row of w has one sign, so that all partial sums overflow alike.
    rows.add(
        OpCase.of(
            new Linear(false, Activation.NONE),
            "x[3, 4] to 2",
            "special, overflow",
            Tolerance.EXACT,
            Operand.of(Shape.of(3, 4), Draw.of(Float.MAX_VALUE)),
            Operand.of(Shape.of(2, 4), Draw.of(1, 1, 1, 1, -1, -1, -1, -1))));
  }

  private static void pooling(List<OpCase> rows, PoolingLayer layer) {
    AveragePooling mean = new AveragePooling(layer.window(), false);
    rows.add(
        OpCase.of(
            mean,
            layer.what(),
            "special",
            Tolerance.products(mean, layer.pixels()),
            Operand.of(layer.x(), specials())));
    Op share = new AveragePoolingBackward(layer.window(), false, layer.image());
    rows.add(
        OpCase.of(
            share,
            layer.what(),
            "special",
            Tolerance.products(share, layer.windows()),
            Operand.of(layer.y(), specials())));
    if (layer.windows() == 1) {
      MaxPooling max = new MaxPooling(layer.window());
      MaxPoolingBackward back = new MaxPoolingBackward(layer.window());
      OpCase row =
          OpCase.of(
                  back,
                  layer.what(),
                  "special dy",
                  Tolerance.EXACT,
                  Operand.of(layer.y(), specials()),
                  Operand.of(layer.x(), Draw.normal()))
              .described(
                  (emitter, in) ->
                      emitter.emit(
                          back,
                          List.of(
                              in.get(0), in.get(1), emitter.emit(max, List.of(in.get(1))).get(1))));
      rows.add(row.zeros());
    }
  }

  /** A channel with NaN or infinity is lost, statistics included; the others are as ever. */
  private static void norm(List<OpCase> rows, Shape x) {
    Shape c = Shape.of(x.dim(1));
    BatchNormTraining training = new BatchNormTraining(1e-5, Activation.NONE);
    rows.add(
        OpCase.of(
            training,
            "x" + x,
            "special x",
            NormTolerance.training(training),
            Operand.of(x, specials()),
            Operand.of(c, NormLayers.slopes()),
            Operand.of(c, Draw.normal())));
    rows.add(
        OpCase.of(
            training,
            "x" + x,
            "special gamma and beta",
            NormTolerance.training(training),
            Operand.of(x, Draw.normal()),
            Operand.of(c, NormLayers.slopes().with(1, 4, NAN)),
            Operand.of(c, Draw.normal().with(0, 4, INFINITY))));
    BatchNormInference inference = new BatchNormInference(1e-5, Activation.NONE);
    rows.add(
        OpCase.of(
            inference,
            "x" + x,
            "special x",
            NormTolerance.inference(inference),
            Operand.of(x, specials()),
            Operand.of(c, NormLayers.slopes()),
            Operand.of(c, Draw.normal()),
            Operand.of(c, Draw.normal()),
            Operand.of(c, Draw.uniform(0.05, 3))));
    rows.add(
        OpCase.of(
            inference,
            "x" + x,
            "special statistics",
            NormTolerance.inference(inference),
            Operand.of(x, Draw.normal()),
            Operand.of(c, NormLayers.slopes()),
            Operand.of(c, Draw.normal()),
            Operand.of(c, Draw.normal().with(0, 5, NAN, -INFINITY)),
            Operand.of(c, Draw.uniform(0.05, 3).with(1, 5, NAN, -3))));
    BatchNormBackward backward = new BatchNormBackward(1e-5, Activation.NONE);
    rows.add(
        OpCase.of(
                backward,
                "x" + x,
                "special dy",
                NormTolerance.backward(backward, 0),
                Operand.of(x, some(NAN)),
                Operand.of(x, Draw.normal()),
                Operand.of(c, NormLayers.slopes()),
                Operand.of(c, Draw.normal()))
            .described(
                (emitter, in) -> {
                  List<Value> forward =
                      emitter.emit(training, List.of(in.get(1), in.get(2), in.get(3)));
                  return emitter.emit(
                      backward,
                      List.of(
                          in.get(0),
                          in.get(1),
                          forward.get(0),
                          in.get(2),
                          forward.get(1),
                          forward.get(2),
                          forward.get(3)));
                }));
    RunningStatistics moved = new RunningStatistics(0.1, 5);
    rows.add(
        OpCase.of(
            moved,
            "momentum 0.1 count 5 channels " + x.dim(1),
            "special",
            NormTolerance.moved(moved),
            Operand.of(c, specials()),
            Operand.of(c, Draw.uniform(0, 1).with(1, 3, NAN, INFINITY)),
            Operand.of(c, Draw.normal()),
            Operand.of(c, Draw.uniform(0, 1))));
  }
}
