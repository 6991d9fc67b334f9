package dev.cambium.data.augment;

import static dev.cambium.data.augment.Pictures.assertFrequency;
import static dev.cambium.data.augment.Pictures.stream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.RandomStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ZigguratTest {
  private static final int DRAWS = 1_000_000;

  @Test
  void drawsHaveTheDistributionFunctionOfTheNormalDistribution() {
    RandomStream random = stream("ziggurat");
    double[] draws = new double[DRAWS];
    Arrays.setAll(draws, i -> Ziggurat.next(random));
    // Shares below, from a table of the normal distribution; 3.4426 is where the tail begins.
    double[][] table = {
      {-4, 3.16712e-5},
      {-3.442619855899, 2.88064e-4},
      {-2.5, 6.20967e-3},
      {-1.5, 6.68072e-2},
      {-1, 0.158655},
      {-0.5, 0.308538},
      {-0.1, 0.460172},
      {0, 0.5},
      {0.25, 0.598706},
      {0.75, 0.773373},
      {1.25, 0.894350},
      {2, 0.977250},
      {3, 0.998650},
      {3.442619855899, 0.999711946},
      {4, 0.9999683288}
    };
    for (double[] row : table) {
      int below = (int) Arrays.stream(draws).filter(draw -> draw < row[0]).count();
      assertFrequency(row[1], below, DRAWS);
    }
    double mean = Arrays.stream(draws).average().orElseThrow();
    assertEquals(0, mean, 4 / Math.sqrt(DRAWS));
    assertTrue(Arrays.stream(draws).max().orElseThrow() > 4.2);
  }

  @Test
  void neighboursAreIndependent() {
    RandomStream random = stream("pairs");
    double products = 0;
    double squares = 0;
    double before = Ziggurat.next(random);
    for (int i = 0; i < DRAWS; i++) {
      double draw = Ziggurat.next(random);
      products += draw * before;
      squares += (draw * draw - 1) * (before * before - 1);
      before = draw;
    }
    // Products have variance 1, products of squares 2 * 2.
    assertEquals(0, products / DRAWS, 4 / Math.sqrt(DRAWS));
    assertEquals(0, squares / DRAWS, 8 / Math.sqrt(DRAWS));
  }
}
