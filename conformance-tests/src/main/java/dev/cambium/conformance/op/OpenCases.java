package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.BinaryMath.Function;
import dev.cambium.op.Cast;
import dev.cambium.op.Fill;
import dev.cambium.op.Op;
import dev.cambium.op.Reduce;
import dev.cambium.op.UnaryMath;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * What the contract leaves to the backend, so that its report says what it does: subnormal numbers
 * may be taken for zeros, an integer that overflows is anything, and so is the sign of the larger
 * of two zeros. Each is right in a few ways only, or must at least not fail and be the same again.
 */
final class OpenCases {
  /** Subnormal in FLOAT32. */
  private static final double[] SUBNORMAL = {1e-40, -1e-40, 5e-39, -3e-42};

  private OpenCases() {}

  /** Every case. */
  static List<ConformanceCase> all() {
    List<ConformanceCase> cases = new ArrayList<>();
    subnormals(cases);
    overflows(cases);
    zeros(cases, Function.MAXIMUM);
    zeros(cases, Function.MINIMUM);
    return cases;
  }

  private static ConformanceCase judged(OpCase row, OpRun.Judge judge) {
    return new ConformanceCase(
        row.id(), row.op().name(), backend -> new OpRun(row, judge).check(backend));
  }

  private static void subnormals(List<ConformanceCase> cases) {
    Draw halves = Draw.of(1.5e-38, -1.2e-38, 1.3e-38, -1.9e-38);
    Draw roots = Draw.of(1e-20, -1e-20, 3e-20, 2e-21);
    for (UnaryMath.Function function :
        List.of(
            UnaryMath.Function.NEGATE,
            UnaryMath.Function.ABS,
            UnaryMath.Function.SQRT,
            UnaryMath.Function.LOG)) {
      boolean positive = function == UnaryMath.Function.SQRT || function == UnaryMath.Function.LOG;
      Draw draw = positive ? Draw.of(1e-40, 5e-39) : Draw.of(SUBNORMAL);
      subnormal(cases, new UnaryMath(function), function + " of subnormal numbers", draw);
    }
    subnormal(
        cases,
        new UnaryMath(UnaryMath.Function.SIGN),
        "SIGN of subnormal numbers",
        Draw.of(SUBNORMAL));
    subnormal(cases, new UnaryMath(UnaryMath.Function.SQUARE), "SQUARE that is subnormal", roots);
    subnormal(
        cases,
        new UnaryMath(UnaryMath.Function.EXP),
        "EXP that is subnormal",
        Draw.of(-88, -90, -95));
    subnormal(
        cases, new Activate(Activation.RELU), "RELU of subnormal numbers", Draw.of(SUBNORMAL));
    subnormal(cases, new Affine(0.5, 0), "half of small numbers", halves);
    subnormal(
        cases, new Cast(DType.FLOAT64), "of subnormal numbers to FLOAT64", Draw.of(SUBNORMAL));
    subnormal(
        cases,
        new Reduce(Reduce.Function.MAXIMUM, List.of(), false),
        "MAXIMUM of subnormal numbers",
        Draw.of(SUBNORMAL));
    subnormal(
        cases,
        new BinaryMath(Function.ADD),
        "ADD of subnormal numbers",
        Draw.of(SUBNORMAL),
        Draw.of(0));
    subnormal(
        cases,
        new BinaryMath(Function.MULTIPLY),
        "MULTIPLY that is subnormal",
        roots,
        Draw.of(1e-20));
    subnormal(
        cases, new BinaryMath(Function.DIVIDE), "DIVIDE that is subnormal", halves, Draw.of(16));
    subnormal(
        cases,
        new BinaryMath(Function.MAXIMUM),
        "MAXIMUM of subnormal numbers",
        Draw.of(SUBNORMAL),
        Draw.of(-1));
    cases.add(judged(fill(), OpenCases::judgeSubnormal));
  }

  private static OpCase fill() {
    Fill op = new Fill(TensorType.float32(8), 1e-40);
    return OpCase.of(op, "subnormal", "open", Tolerance.ulps(0.5));
  }

  private static void subnormal(List<ConformanceCase> cases, Op op, String what, Draw... draws) {
    Operand[] operands = new Operand[draws.length];
    for (int i = 0; i < draws.length; i++) {
      operands[i] = Operand.of(Shape.of(2, 3, 1, 2), draws[i]);
    }
    OpCase row = OpCase.of(op, what, "open", Tolerance.ulps(3), operands).zeros();
    double[] flushed = flushed(row);
    cases.add(judged(row, (backend, e, got) -> judgeSubnormal(backend, e, got, row, flushed)));
  }

  /** What the operation makes of zeros in place of the subnormal operands. */
  private static double[] flushed(OpCase row) {
    List<DoubleArray> inputs = new ArrayList<>();
    for (HostArray value : row.values()) {
      DoubleArray array = new DoubleArray(value.shape(), value.toDoubles());
      inputs.add(
          Evaluated.map(array, x -> Math.abs(x) < Float.MIN_NORMAL ? Math.copySign(0, x) : x));
    }
    DoubleArray output = DoubleArray.zeros(inputs.get(0).shape());
    row.op().host().orElseThrow().apply(inputs, List.of(output));
    return output.values();
  }

  private static void judgeSubnormal(BackendUnderTest backend, Expectation e, HostArray got) {
    e.check("Fill/subnormal/open", got);
    observeSubnormal(backend, "Fill", got.get(0) == 0);
  }

  /** Each element as of its operands, as of zeros in their place, or 0 for a subnormal result. */
  private static void judgeSubnormal(
      BackendUnderTest backend, Expectation e, HostArray got, OpCase row, double[] flushed) {
    double[] want = e.expected().values().clone();
    double[] bound = new double[want.length];
    boolean lost = false;
    for (int i = 0; i < want.length; i++) {
      bound[i] = 3 * (0x1p-23 * Math.abs(want[i]) + Float.MIN_VALUE);
      if (!(Math.abs(got.get(i) - want[i]) <= bound[i])) {
        boolean zero = got.get(i) == 0 && Math.abs(want[i]) < Float.MIN_NORMAL;
        want[i] = zero ? 0 : flushed[i];
        lost = true;
      }
    }
    new Expectation(e.name(), new DoubleArray(got.shape(), want), bound).check(row.id(), got);
    observeSubnormal(backend, row.op().name(), lost);
  }

  private static void observeSubnormal(BackendUnderTest backend, String op, boolean lost) {
    backend.notes().observe("subnormal numbers in " + op, lost ? "taken for 0" : "kept");
  }

  /** Powers of two, and numbers of a few bits, whose sums and products a double holds. */
  private static void overflows(List<ConformanceCase> cases) {
    for (DType dtype : List.of(DType.INT32, DType.INT64)) {
      double large = dtype == DType.INT32 ? 0x1p30 : 0x1p62;
      Draw a = Draw.of(large, -large, large / 2, 3 * 0x1p12);
      Draw b = Draw.of(large, 5 * 0x1p12, -large);
      for (Function function : List.of(Function.ADD, Function.SUBTRACT, Function.MULTIPLY)) {
        overflow(cases, new BinaryMath(function), function + " of " + dtype, dtype, a, b);
      }
      overflow(cases, new Affine(3, 0), "3 x of " + dtype, dtype, a);
    }
    overflow(cases, new Affine(2, -9), "2 x - 9 of UINT8", DType.UINT8, Draw.of(0, 4, 128, 255));
  }

  private static void overflow(
      List<ConformanceCase> cases, Op op, String what, DType dtype, Draw... draws) {
    Operand[] operands = new Operand[draws.length];
    for (int i = 0; i < draws.length; i++) {
      operands[i] = Operand.of(dtype, Shape.of(2, 3, 1, 2), draws[i]);
    }
    OpCase row = OpCase.of(op, what, "overflow", Tolerance.EXACT, operands).zeros();
    cases.add(judged(row, (backend, e, got) -> observeOverflow(backend, row, e, got)));
  }

  /** Any number will do; the two that are usual have names. */
  private static void observeOverflow(
      BackendUnderTest backend, OpCase row, Expectation expected, HostArray got) {
    boolean wraps = true;
    boolean saturates = true;
    for (int i = 0; i < got.shape().intSize(); i++) {
      double exact = expected.expected().values()[i];
      double wrapped = wrapped(exact, got.dtype());
      wraps &= got.get(i) == wrapped;
      saturates &= got.get(i) == saturated(exact, got.dtype());
    }
    backend
        .notes()
        .observe(
            "overflow in " + row.op().name() + " of " + got.dtype(),
            wraps ? "wraps around" : saturates ? "ends at the largest" : "neither");
  }

  private static double wrapped(double exact, DType dtype) {
    BigInteger whole = new BigDecimal(exact).toBigInteger();
    return switch (dtype) {
      case INT32 -> whole.intValue();
      case UINT8 -> whole.intValue() & 0xFF;
      default -> whole.longValue();
    };
  }

  private static double saturated(double exact, DType dtype) {
    return switch (dtype) {
      case INT32 -> (int) exact;
      case UINT8 -> Math.min(255, Math.max(0, (int) exact));
      default -> (long) exact;
    };
  }

  /** Either zero is the larger, or smaller, one of two. */
  private static void zeros(List<ConformanceCase> cases, Function function) {
    OpCase row =
        OpCase.of(
                new BinaryMath(function),
                function + " of zeros",
                "open",
                Tolerance.EXACT,
                Operand.of(Shape.of(2), Draw.of(0, -0.0)),
                Operand.of(Shape.of(2), Draw.of(-0.0, 0)))
            .zeros();
    cases.add(
        judged(
            row,
            (backend, expected, got) -> {
              expected.check(row.id(), got);
              backend
                  .notes()
                  .observe(
                      function + " of 0 and -0, and of -0 and 0",
                      got.get(0) + " and " + got.get(1));
            }));
  }
}
