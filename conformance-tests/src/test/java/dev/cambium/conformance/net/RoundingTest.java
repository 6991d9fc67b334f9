package dev.cambium.conformance.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.ArgMax;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The derivation of rounding errors beside what can be counted or measured. */
class RoundingTest {
  /** The mean of the sum of squared partial sums, over all 720 orders of six terms. */
  @Test
  void varianceOfASumIsTheMeanOverAllOrders() {
    double[] terms = {0.3, -1.7, 2.5, 0.01, -0.9, 1.1};
    List<double[]> orders = new ArrayList<>();
    permute(terms, 0, orders);
    assertEquals(720, orders.size());
    double mean = 0;
    for (double[] order : orders) {
      double partial = 0;
      for (double term : order) {
        partial += term;
        mean += partial * partial / orders.size();
      }
    }
    double squares = 0;
    double sum = 0;
    for (double term : terms) {
      squares += term * term;
      sum += term;
    }
    assertEquals(mean, RoundingOfSums.variance(terms.length, squares, sum) - squares, 1e-12 * mean);
  }

  private static void permute(double[] terms, int from, List<double[]> orders) {
    if (from == terms.length) {
      orders.add(terms.clone());
      return;
    }
    for (int i = from; i < terms.length; i++) {
      swap(terms, from, i);
      permute(terms, from + 1, orders);
      swap(terms, from, i);
    }
  }

  private static void swap(double[] terms, int i, int j) {
    double term = terms[i];
    terms[i] = terms[j];
    terms[j] = term;
  }

  /**
   * The error of FLOAT32 sums of products, measured in random order, is below the model, as a
   * rounding's variance is below u^2, and not far below: at least a quarter.
   */
  @Test
  void modelOfASumIsJustAboveWhatFloatsDo() {
    Random random = new Random(5);
    for (int terms : new int[] {3, 27, 288, 4000}) {
      double measured = 0;
      double model = 0;
      for (int trial = 0; trial < 400; trial++) {
        float[][] factors = new float[terms][];
        for (int k = 0; k < terms; k++) {
          factors[k] = new float[] {(float) random.nextGaussian(), Math.abs(random.nextFloat())};
        }
        Collections.shuffle(Arrays.asList(factors), random);
        float rounded = 0;
        double exact = 0;
        double squares = 0;
        for (float[] pair : factors) {
          rounded += pair[0] * pair[1];
          double product = (double) pair[0] * pair[1];
          exact += product;
          squares += product * product;
        }
        measured += Math.pow(rounded - exact, 2);
        model += Math.pow(RoundingOfSums.U, 2) * RoundingOfSums.variance(terms, squares, exact);
      }
      double ratio = Math.sqrt(measured / model);
      assertTrue(ratio > 0.25 && ratio < 1, terms + " terms: " + ratio);
    }
  }

  @Test
  void noiseHasTheAskedDeviationAndIsBounded() {
    Noise noise = new Noise(1, 2);
    double squares = 0;
    for (int i = 0; i < 100_000; i++) {
      double error = noise.draw(3);
      squares += error * error / 100_000;
      assertTrue(Math.abs(error) <= 6 * Math.sqrt(3), "error " + error);
    }
    // The variance of a square of a uniform error is 4/5 of the square of its variance.
    assertEquals(36, squares, 5 * 36 * Math.sqrt(0.8 / 100_000));
  }

  @Test
  void unknownOperationsAreRefused() {
    DoubleArray x = DoubleArray.zeros(Shape.of(1, 2));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> RoundingModel.of(new ArgMax(), List.of(x), List.of(x)));
    assertTrue(e.getMessage().contains("ArgMax"), e.getMessage());
  }
}
