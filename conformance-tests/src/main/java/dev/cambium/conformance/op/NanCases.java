package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.AveragePooling;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.Convolution;
import dev.cambium.op.Linear;
import dev.cambium.op.MatMul;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.runtime.Coverage;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.NanBehaviour;
import dev.cambium.spi.NanBehaviour.Rule;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * NaN where a ReLU ends an operation and in max pooling, and numbers below the normal ones: what
 * becomes of them is the backend's choice. It says what its kernels make of NaN, and is held to it;
 * a host function keeps NaN.
 */
final class NanCases {
  private static final double NAN = Double.NaN;

  private NanCases() {}

  /** Every case. */
  static List<ConformanceCase> all() {
    List<ConformanceCase> cases = new ArrayList<>();
    for (ConvolutionLayer layer : ConvolutionLayers.few()) {
      Op op = new Convolution(layer.geometry(), true, Activation.RELU);
      cases.add(
          rectified(row(op, layer.what() + " bias relu", layer.x(), layer.w(), layer.b()), 0));
    }
    for (LinearLayer layer : LinearLayers.few()) {
      Op op = new Linear(true, Activation.RELU);
      cases.add(
          rectified(row(op, layer.what() + " bias relu", layer.x(), layer.w(), layer.b()), 0));
    }
    for (Shape x : NormLayers.FEW) {
      Shape c = Shape.of(x.dim(1));
      String what = "x" + x + " relu";
      cases.add(rectified(row(new BatchNormTraining(1e-5, Activation.RELU), what, x, c, c), 0));
      cases.add(
          rectified(row(new BatchNormInference(1e-5, Activation.RELU), what, x, c, c, c, c), 0));
    }
    for (PoolingLayer layer : PoolingLayers.few()) {
      cases.add(pooled(layer));
      if (layer.windows() == 1) {
        cases.add(pooledBackward(layer));
      }
    }
    cases.add(paddedWeight());
    cases.addAll(subnormals());
    return cases;
  }

  /** A row whose first operand has NaN in it; of the others, only whether they are there counts. */
  private static OpCase row(Op op, String what, Shape first, Shape... others) {
    List<Operand> operands = new ArrayList<>();
    operands.add(Operand.of(first, NonFiniteCases.specials()));
    for (Shape other : others) {
      operands.add(Operand.of(other, Draw.uniform(0.5, 1)));
    }
    return OpCase.of(op, what, "NaN", Tolerance.EXACT, operands.toArray(Operand[]::new)).zeros();
  }

  private static ConformanceCase toCase(OpCase row, OpRun.Judge judge) {
    return new ConformanceCase(
        row.id(), row.op().name(), backend -> new OpRun(row, judge).check(backend));
  }

  /**
   * Where the host function gives NaN the backend's rule holds, and nowhere else is there any; how
   * large the numbers are is the business of other rows.
   */
  private static ConformanceCase rectified(OpCase row, int output) {
    return toCase(
        row,
        (backend, expectation, got) -> {
          if (expectation.name().equals(OpRun.output(output))) {
            Rule rule = rule(backend, got, NanBehaviour::rectifier);
            OpenAnswers count = new OpenAnswers(row.id(), rule);
            double[] want = expectation.expected().values();
            for (int i = 0; i < want.length; i++) {
              if (Double.isNaN(want[i])) {
                count.see(i, got.get(i), NAN, 0);
              } else if (Double.isNaN(got.get(i))) {
                throw new AssertionError(
                    row.id() + ": element " + i + " expected no NaN, as " + want[i] + " has none");
              }
            }
            count.observe(backend, "NaN before the ReLU of " + row.op().name(), "NaN", "0");
          }
        });
  }

  private static ConformanceCase pooled(PoolingLayer layer) {
    MaxPooling op = new MaxPooling(layer.window());
    Draw holes = Draw.normal().with(1, 3, NAN);
    OpCase row =
        OpCase.of(op, layer.what(), "NaN", Tolerance.EXACT, Operand.of(layer.x(), holes)).zeros();
    return toCase(
        row,
        (backend, expectation, got) ->
            compare(backend, row, expectation, got, dropped(row, 0, op)));
  }

  private static ConformanceCase pooledBackward(PoolingLayer layer) {
    MaxPooling forward = new MaxPooling(layer.window());
    MaxPoolingBackward op = new MaxPoolingBackward(layer.window());
    Draw holes = Draw.normal().with(1, 3, NAN);
    OpCase row =
        OpCase.of(
                op,
                layer.what(),
                "NaN",
                Tolerance.EXACT,
                Operand.of(layer.y(), Draw.wide()),
                Operand.of(layer.x(), holes))
            .described(
                (emitter, in) ->
                    emitter.emit(
                        op,
                        List.of(
                            in.get(0),
                            in.get(1),
                            emitter.emit(forward, List.of(in.get(1))).get(1))))
            .zeros();
    return toCase(
        row,
        (backend, expectation, got) ->
            compare(backend, row, expectation, got, dropped(row, 1, op)));
  }

  private static List<DoubleArray> doubles(OpCase row) {
    List<DoubleArray> inputs = new ArrayList<>();
    for (HostArray value : row.values()) {
      inputs.add(new DoubleArray(value.shape(), value.toDoubles()));
    }
    return inputs;
  }

  /** What the host function gives where NaN is less than every number. */
  private static DoubleArray dropped(OpCase row, int x, Op op) {
    List<DoubleArray> inputs = doubles(row);
    inputs.set(
        x,
        Evaluated.map(
            inputs.get(x), value -> Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value));
    DoubleArray result;
    if (op instanceof MaxPooling pooling) {
      result = DoubleArray.zeros(pooling.window().output(inputs.get(x).shape()));
      op.host().orElseThrow().apply(inputs, List.of(result, DoubleArray.NONE));
    } else {
      inputs.add(DoubleArray.NONE);
      result = DoubleArray.zeros(inputs.get(x).shape());
      op.host().orElseThrow().apply(inputs, List.of(result));
    }
    return result;
  }

  private static void compare(
      BackendUnderTest backend,
      OpCase row,
      Expectation expectation,
      HostArray got,
      DoubleArray dropped) {
    Rule rule = rule(backend, got, NanBehaviour::maxPooling);
    OpenAnswers count = new OpenAnswers(row.id(), rule);
    double[] kept = expectation.expected().values();
    for (int i = 0; i < kept.length; i++) {
      if (dropped.values()[i] != Double.NEGATIVE_INFINITY) {
        count.see(i, got.get(i), kept[i], dropped.values()[i]);
      }
    }
    count.observe(backend, "NaN in " + row.op().name(), "chosen", "never chosen");
  }

  /** What the backend said, where a kernel of its own ran. */
  private static Rule rule(
      BackendUnderTest backend, HostArray y, Function<NanBehaviour, Rule> which) {
    Coverage.How how = backend.notes().how().orElseThrow();
    Backend shared = backend.shared();
    boolean own = OpRun.isNative(how) || how == Coverage.How.LOWERED && hasRectifier(shared, y);
    return own ? which.apply(shared.nanBehaviour()) : Rule.PROPAGATED;
  }

  /** Whether the ReLU that is left of a lowered operation has a kernel. */
  private static boolean hasRectifier(Backend backend, HostArray y) {
    Prepared prepared = backend.prepare(new Activate(Activation.RELU), List.of(y.type()));
    if (prepared instanceof Kernel kernel) {
      kernel.close();
      return true;
    }
    return false;
  }

  /** An infinite weight that meets padding: 0 times infinity, or nothing at all. */
  private static ConformanceCase paddedWeight() {
    ConvolutionLayer layer = ConvolutionLayer.of(Shape.of(2, 1, 4, 5), 3, 3, 2).padding(1);
    Op op = new Convolution(layer.geometry(), false, Activation.NONE);
    OpCase row =
        OpCase.of(
            op,
            layer.what(),
            "infinite weights and padding",
            Tolerance.EXACT,
            Operand.of(layer.x(), Draw.integers(1, 9)),
            Operand.of(layer.w(), Draw.integers(1, 9).with(0, 7, Double.POSITIVE_INFINITY)));
    return toCase(
        row,
        (backend, expectation, got) -> {
          DoubleArray nothing = DoubleArray.zeros(layer.y());
          List<DoubleArray> inputs = doubles(row);
          inputs.set(1, Evaluated.map(inputs.get(1), w -> Double.isInfinite(w) ? 0 : w));
          op.host().orElseThrow().apply(inputs, List.of(nothing));
          OpenAnswers answers = new OpenAnswers(row.id(), Rule.EITHER);
          double[] want = expectation.expected().values();
          for (int i = 0; i < want.length; i++) {
            answers.see(
                i, got.get(i), want[i], Double.isNaN(want[i]) ? nothing.values()[i] : want[i]);
          }
          answers.observe(backend, "infinite weights that meet padding", "NaN", "0");
        });
  }

  /** Sums of one term, maxima and means of one pixel, of numbers that only subnormals hold. */
  private static List<ConformanceCase> subnormals() {
    Draw tiny = Draw.each(random -> Float.MIN_VALUE * (1 + random.nextInt(8000)));
    Draw signs = Draw.of(1, -1);
    PoolingLayer each = PoolingLayer.of(Shape.of(2, 3, 4, 5), 1, 1);
    ConvolutionLayer pointwise = ConvolutionLayer.of(Shape.of(2, 1, 4, 5), 3, 1, 1);
    return List.of(
        subnormal(
            new Linear(false, Activation.NONE),
            Operand.of(Shape.of(7, 1), tiny),
            Operand.of(Shape.of(5, 1), signs)),
        subnormal(
            new MatMul(false, false),
            Operand.of(Shape.of(7, 1), signs),
            Operand.of(Shape.of(1, 5), tiny)),
        subnormal(
            new Convolution(pointwise.geometry(), false, Activation.NONE),
            Operand.of(pointwise.x(), tiny),
            Operand.of(pointwise.w(), signs)),
        subnormal(new MaxPooling(each.window()), Operand.of(each.x(), tiny)),
        subnormal(new AveragePooling(each.window(), true), Operand.of(each.x(), tiny)));
  }

  private static ConformanceCase subnormal(Op op, Operand... operands) {
    OpCase row =
        OpCase.of(op, "x" + operands[0].type().shape(), "subnormals", Tolerance.EXACT, operands);
    return toCase(
        row,
        (backend, expectation, got) -> {
          OpenAnswers count = new OpenAnswers(row.id(), Rule.EITHER);
          double[] want = expectation.expected().values();
          for (int i = 0; i < want.length; i++) {
            count.see(i, got.get(i), want[i], 0);
          }
          count.observe(backend, "subnormal numbers in " + op.name(), "kept", "0");
        });
  }
}
