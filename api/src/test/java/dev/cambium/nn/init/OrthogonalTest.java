package dev.cambium.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OrthogonalTest {
  static List<Shape> shapes() {
    return List.of(
        Shape.of(30, 70),
        Shape.of(70, 30),
        Shape.of(64, 64),
        Shape.of(1, 9),
        Shape.of(9, 1),
        Shape.of(300, 200),
        Shape.of(16, 8, 3, 3),
        Shape.of(64, 2, 3, 3));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void rowsOrColumnsAreOrthogonalAndAsLongAsTheGain(Shape shape) {
    double gain = 1.5;
    double[] weights =
        Orthogonal.of(gain)
            .initialise(shape, DType.FLOAT32, new RandomStream(3, "weight"))
            .toDoubles();
    int outputs = shape.dim(0);
    int inputs = weights.length / outputs;
    boolean wide = outputs <= inputs;
    int vectors = wide ? outputs : inputs;
    int length = wide ? inputs : outputs;
    for (int a = 0; a < vectors; a++) {
      for (int b = 0; b <= a; b++) {
        double product = 0;
        for (int i = 0; i < length; i++) {
          product +=
              wide
                  ? weights[a * inputs + i] * weights[b * inputs + i]
                  : weights[i * inputs + a] * weights[i * inputs + b];
        }
        assertEquals(a == b ? gain * gain : 0, product, 1e-5, "product of " + a + " and " + b);
      }
    }
  }

  /**
   * Uniform over all orthogonal matrices of 3 x 3: an entry has mean 0, mean square 1/3 and mean
   * fourth power 1/5. Without the correction of signs, the decomposition's first entry would have
   * one sign only.
   */
  @Test
  void matricesAreUniformlyDistributed() {
    int n = 4000;
    double[] means = new double[9];
    double[] squares = new double[9];
    for (int i = 0; i < n; i++) {
      double[] q =
          Orthogonal.of()
              .initialise(Shape.of(3, 3), DType.FLOAT64, new RandomStream(i, "weight"))
              .toDoubles();
      for (int k = 0; k < 9; k++) {
        means[k] += q[k] / n;
        squares[k] += q[k] * q[k] / n;
      }
    }
    double[] thirds = new double[9];
    Arrays.fill(thirds, 1.0 / 3);
    assertArrayEquals(new double[9], means, 4 * Math.sqrt(1.0 / 3 / n));
    assertArrayEquals(thirds, squares, 4 * Math.sqrt((1.0 / 5 - 1.0 / 9) / n));
  }

  @Test
  void dependsOnTheSeedAndTheNameAlone() {
    float[] first = draw(7, "features.0.weight");
    assertArrayEquals(first, draw(7, "features.0.weight"));
    assertFalse(Arrays.equals(first, draw(8, "features.0.weight")));
    assertFalse(Arrays.equals(first, draw(7, "features.1.weight")));
  }

  private static float[] draw(long seed, String name) {
    return Orthogonal.of()
        .initialise(Shape.of(40, 50), DType.FLOAT32, new RandomStream(seed, name))
        .toFloats();
  }

  @Test
  void whatHasNoMatrixIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Orthogonal.of(0));
    assertThrows(IllegalArgumentException.class, () -> Orthogonal.of(Double.NaN));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Orthogonal.of()
                        .initialise(Shape.of(5), DType.FLOAT32, new RandomStream(1, "bias")))
            .getMessage();
    assertTrue(message.contains("[5]") && message.contains("two dimensions"), message);
  }
}
