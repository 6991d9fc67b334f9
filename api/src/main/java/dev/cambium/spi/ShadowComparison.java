package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.HostArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Compares what a kernel gave with what the second backend gives for the same inputs. */
final class ShadowComparison {
  /** Some roundings of float32, of the largest magnitude in an input. */
  private static final double PERTURBATION = 0x1p-20;

  /** The signs of the perturbation of the inputs with even and with odd numbers. */
  private static final int[][] SIGNS = {{1, 1}, {-1, -1}, {1, -1}, {-1, 1}};

  private final ShadowTolerance tolerance;
  private final boolean keepsNan;

  ShadowComparison(ShadowTolerance tolerance, NanBehaviour nanBehaviour) {
    this.tolerance = Objects.requireNonNull(tolerance, "tolerance");
    this.keepsNan = nanBehaviour.equals(NanBehaviour.PROPAGATES);
  }

  /** The first output that is wrong. */
  Optional<Divergence> compare(
      String label, Op op, ShadowRun shadow, List<HostArray> inputs, List<HostArray> got) {
    List<List<HostArray>> runs = new ArrayList<>(List.of(shadow.run(inputs)));
    for (int output = 0; output < got.size(); output++) {
      if (got.get(output) == null) {
        continue;
      }
      double bound = tolerance.bound(op, output, runs.get(0).get(output));
      Optional<Divergence> first = diverging(label, op, output, got, runs, bound);
      if (first.isPresent() && runs.size() == 1) {
        for (int[] signs : SIGNS) {
          runs.add(shadow.run(perturbed(inputs, signs)));
        }
        first = diverging(label, op, output, got, runs, bound);
      }
      if (first.isPresent()) {
        return first;
      }
    }
    return Optional.empty();
  }

  private Optional<Divergence> diverging(
      String label,
      Op op,
      int output,
      List<HostArray> got,
      List<List<HostArray>> runs,
      double bound) {
    HostArray values = got.get(output);
    HostArray expected = runs.get(0).get(output);
    int elements = 0;
    int worst = -1;
    double largest = -1;
    for (int i = 0; i < values.shape().intSize(); i++) {
      double error = error(values.get(i), output, i, runs);
      if (!(error <= bound)) {
        elements++;
        if (error > largest || (Double.isNaN(error) && !Double.isNaN(largest))) {
          worst = i;
          largest = error;
        }
      }
    }
    return worst < 0
        ? Optional.empty()
        : Optional.of(
            new Divergence(
                label,
                op,
                output,
                values.type(),
                elements,
                worst,
                expected.get(worst),
                values.get(worst),
                bound));
  }

  /** How far {@code value} is from the interval of the results; NaN where one alone is NaN. */
  private double error(double value, int output, int index, List<List<HostArray>> runs) {
    double low = runs.get(0).get(output).get(index);
    double high = low;
    if (Double.isNaN(low)) {
      return Double.isNaN(value) || !keepsNan ? 0 : Double.NaN;
    }
    for (List<HostArray> run : runs) {
      double result = run.get(output).get(index);
      low = result < low ? result : low;
      high = result > high ? result : high;
    }
    if (low <= value && value <= high) {
      return 0;
    }
    return Double.isNaN(value) ? Double.NaN : Math.max(low - value, value - high);
  }

  private static List<HostArray> perturbed(List<HostArray> inputs, int[] signs) {
    List<HostArray> perturbed = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      HostArray input = inputs.get(i);
      boolean floating = input != null && input.dtype().isFloating();
      perturbed.add(floating ? shifted(input, signs[i % 2] * PERTURBATION) : input);
    }
    return perturbed;
  }

  private static HostArray shifted(HostArray input, double factor) {
    double shift = factor * ShadowTolerance.largest(input);
    HostArray shifted = HostArray.allocate(input.type());
    for (int i = 0; i < input.shape().intSize(); i++) {
      shifted.set(i, input.get(i) + shift);
    }
    return shifted;
  }
}
