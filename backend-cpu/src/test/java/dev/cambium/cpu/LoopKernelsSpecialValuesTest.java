package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.AdamUpdate;
import dev.cambium.op.Affine;
import dev.cambium.op.ArgMax;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Cast;
import dev.cambium.op.ConfusionUpdate;
import dev.cambium.op.CrossEntropy;
import dev.cambium.op.Dropout;
import dev.cambium.op.NonFiniteCount;
import dev.cambium.op.Op;
import dev.cambium.op.Reduce;
import dev.cambium.op.Softmax;
import dev.cambium.op.SumOfSquares;
import dev.cambium.op.TopKCorrect;
import dev.cambium.op.UnaryMath;
import dev.cambium.op.UpdateOptions;
import dev.cambium.spi.Declined;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopKernelsSpecialValuesTest {
  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    0.1f,
    1e-30f,
    88.8f,
    -104f
  };

  private static KernelRig rig;

  @BeforeAll
  static void open() {
    rig = new KernelRig(2);
  }

  @AfterAll
  static void close() {
    rig.close();
  }

  @ParameterizedTest
  @EnumSource(UnaryMath.Function.class)
  void functionsTreatSpecialValuesAsTheHostFunction(UnaryMath.Function function) {
    assertAgrees(new UnaryMath(function), HostArray.of(Shape.of(SPECIAL.length), SPECIAL));
  }

  @ParameterizedTest
  @EnumSource(BinaryMath.Function.class)
  void pairsOfSpecialValuesGiveWhatTheHostFunctionGives(BinaryMath.Function function) {
    HostArray columns = HostArray.of(Shape.of(SPECIAL.length), SPECIAL);
    HostArray rows = HostArray.of(Shape.of(SPECIAL.length, 1), SPECIAL);
    assertAgrees(new BinaryMath(function), columns, rows);
    int n = SPECIAL.length;
    float[] a = new float[n * n * 257];
    float[] b = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      a[i] = SPECIAL[i % n];
      b[i] = SPECIAL[i / n % n];
    }
    Shape large = Shape.of(a.length);
    assertAgrees(new BinaryMath(function), HostArray.of(large, a), HostArray.of(large, b));
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void castsSaturate(DType to) {
    assertAgrees(new Cast(to), HostArray.of(Shape.of(SPECIAL.length), SPECIAL));
    assertAgrees(
        new Cast(to), HostArray.of(Shape.of(5), 1e10, -1e10, 255.9, Double.NaN, 0x1p53 + 2));
  }

  @Test
  void wholeNumbersMoveExactlyBeyondWhatADoubleHolds() {
    HostArray x = HostArray.allocate(TensorType.of(DType.INT64, 2));
    x.bytes().asLongBuffer().put(0, (1L << 53) + 1).put(1, -(1L << 60) - 1);
    HostArray y = rig.run(new Affine(3, -1), List.of(x)).get(0);
    assertEquals(3 * ((1L << 53) + 1) - 1, y.bytes().asLongBuffer().get(0));
    assertEquals(-3 * ((1L << 60) + 1) - 1, y.bytes().asLongBuffer().get(1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0x1p-32, 0.5, 1 - 0x1p-32, 1 - 0x1p-53})
  void dropoutKeepsTheSameElementsAtAnyProbability(double p) {
    float[] values = new float[4099];
    for (int i = 0; i < values.length; i++) {
      values[i] = SPECIAL[i % SPECIAL.length];
    }
    HostArray x = HostArray.of(Shape.of(values.length), values);
    assertAgrees(new Dropout(p, -5), x, LoopCases.rng());
  }

  @Test
  void dropoutDropsAboutTheGivenShare() {
    HostArray ones = HostArray.of(Shape.of(3, 5, 64, 64), filled(3 * 5 * 64 * 64, 1));
    HostArray y = rig.run(new Dropout(0.3, 1), List.of(ones, LoopCases.rng())).get(0);
    long dropped = Arrays.stream(y.toDoubles()).filter(value -> value == 0).count();
    // 61440 draws with probability 0.3 have a standard deviation of 114; this is six of them.
    assertEquals(0.3 * 61_440, dropped, 6 * 114);
  }

  @Test
  void aLabelThatIsNoClassSpoilsTheLossAndNothingElse() {
    HostArray scores = LoopCase.reals("scores", 5, 3);
    HostArray weights = LoopCase.uniform("weights", 1, 2, 3);
    for (int wrong : new int[] {-1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      HostArray labels = HostArray.of(Shape.of(5), 0, 2, wrong, 1, 1);
      CrossEntropy op = new CrossEntropy(false, false, 0.1);
      assertAgrees(op, scores, labels);
      List<HostArray> outputs = rig.run(op, List.of(scores, labels));
      assertTrue(Double.isNaN(outputs.get(0).scalar()));
      for (int i = 0; i < 15; i++) {
        assertEquals(i / 3 == 2, Double.isNaN(outputs.get(1).get(i)), "gradient " + i);
      }
      assertAgrees(new CrossEntropy(false, true, 0), scores, labels, weights);
      assertAgrees(new TopKCorrect(2), scores, labels);
      HostArray confusion = LoopCase.integers(DType.INT32, "confusion", 9, 3, 3);
      assertAgrees(new ConfusionUpdate(), confusion, scores, labels);
    }
  }

  @Test
  void rowsWithNanInfinitiesAndTiesAreCountedAsTheHostFunctionDoes() {
    float nan = Float.NaN;
    float inf = Float.POSITIVE_INFINITY;
    HostArray scores =
        HostArray.of(
            Shape.of(9, 3),
            new float[] {
              nan, nan, nan, nan, -inf, nan, 1, nan, 2, 2, 2, 2, 0f, -0f, 0f, inf, -inf, inf, -inf,
              -inf, -inf, 3, 1, 2, 1, 3, 3
            });
    for (int label = 0; label < 3; label++) {
      int[] same = new int[9];
      Arrays.fill(same, label);
      HostArray labels = HostArray.of(Shape.of(9), same);
      for (int k = 1; k <= 4; k++) {
        assertAgrees(new TopKCorrect(k), scores, labels);
      }
      assertAgrees(
          new ConfusionUpdate(),
          LoopCase.integers(DType.INT32, "confusion", 9, 3, 3),
          scores,
          labels);
      assertAgrees(new CrossEntropy(false, false, 0), scores, labels);
    }
    assertAgrees(new ArgMax(), scores);
    assertAgrees(new Softmax(), scores);
    assertAgrees(new NonFiniteCount(), scores);
  }

  @Test
  void scoresOfAnyFiniteSizeHaveALoss() {
    HostArray scores = HostArray.of(Shape.of(2, 2), new float[] {3e38f, -3e38f, -1000, 1000});
    HostArray labels = HostArray.of(Shape.of(2), 0, 1);
    assertEquals(
        0, rig.run(new CrossEntropy(false, false, 0), List.of(scores, labels)).get(0).scalar());
  }

  @Test
  void aNanAmongManyElementsReachesTheirSumAndMaximum() {
    float[] values = filled(70_000, 1);
    values[69_999] = Float.NaN;
    HostArray x = HostArray.of(Shape.of(70_000), values);
    for (Reduce.Function function : Reduce.Function.values()) {
      assertAgrees(new Reduce(function, List.of(0), false), x);
    }
    assertAgrees(new SumOfSquares(), x, HostArray.of(Shape.scalar(), 1f));
    values[0] = Float.NEGATIVE_INFINITY;
    values[69_999] = Float.POSITIVE_INFINITY;
    assertAgrees(new Reduce(Reduce.Function.MAXIMUM, List.of(0), false), x);
    assertAgrees(
        new Reduce(Reduce.Function.SUM, List.of(0), false), HostArray.of(x.shape(), values));
  }

  @Test
  void float64IsDeclinedWithTheReason() {
    TensorType x = TensorType.of(DType.FLOAT64, 3);
    TensorType scalar = TensorType.of(DType.FLOAT64);
    assertDeclined(new Softmax(), TensorType.of(DType.FLOAT64, 3, 3));
    assertDeclined(new BinaryMath(BinaryMath.Function.ADD), x, x);
    assertDeclined(new Affine(1, 1), x);
    assertDeclined(
        new AdamUpdate(0.9, 0.999, 1e-8, List.of(UpdateOptions.PLAIN)),
        scalar,
        scalar,
        scalar,
        scalar,
        x,
        x,
        x,
        x);
  }

  private static void assertDeclined(Op op, TensorType... inputs) {
    Declined declined =
        assertInstanceOf(Declined.class, rig.backend().prepare(op, List.of(inputs)));
    assertTrue(declined.reason().contains("FLOAT64"), declined.reason());
  }

  private static float[] filled(int n, float value) {
    float[] values = new float[n];
    Arrays.fill(values, value);
    return values;
  }

  /** Equal, where all NaNs are equal and 0 differs from -0; up to one step where exp or log is. */
  private static void assertAgrees(Op op, HostArray... inputs) {
    List<HostArray> expected = KernelRig.host(op, List.of(inputs));
    List<HostArray> actual = rig.run(op, List.of(inputs));
    for (int output = 0; output < expected.size(); output++) {
      for (int i = 0; i < expected.get(output).shape().size(); i++) {
        double want = expected.get(output).get(i);
        double got = actual.get(output).get(i);
        if (!(Math.abs(want - got) <= Math.ulp((float) want) && want != 0)) {
          assertEquals(want, got, op + ", output " + output + ", element " + i);
        }
      }
    }
  }
}
