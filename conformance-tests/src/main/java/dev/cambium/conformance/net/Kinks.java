package dev.cambium.conformance.net;

import dev.cambium.conformance.check.HostEvaluation;
import dev.cambium.graph.Graph;
import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.Op;
import dev.cambium.op.Window2d;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import java.util.List;

/**
 * Where a net is not smooth: ReLU decides by the sign of its input, max pooling by an order. Where
 * an error is large enough to turn such a decision round, gradients jump, and no analysis of small
 * errors holds.
 */
final class Kinks {
  private Kinks() {}

  /** Whether a kink of any operation of {@code graph} lies in reach of the noisy evaluation. */
  static boolean reached(Graph graph, HostEvaluation exact, HostEvaluation noisy) {
    return graph.operations().stream()
        .anyMatch(
            operation -> reached(operation.op(), exact.inputs(operation), noisy.inputs(operation)));
  }

  /**
   * Whether a change of an operation's inputs from exact to noisy, or the opposite change, reaches
   * a kink.
   */
  static boolean reached(Op op, List<DoubleArray> exactInputs, List<DoubleArray> noisyInputs) {
    if (exactInputs.isEmpty()) {
      return false;
    }
    DoubleArray exact = exactInputs.get(0);
    DoubleArray noisy = noisyInputs.get(0);
    if (op instanceof Activate activate) {
      return isRectifier(activate.function()) && signReached(exact.values(), noisy.values());
    }
    return op instanceof MaxPooling pooling && orderReached(pooling.window(), exact, noisy);
  }

  private static boolean isRectifier(Activation function) {
    return function instanceof Activation.Relu || function instanceof Activation.LeakyRelu;
  }

  private static boolean signReached(double[] exact, double[] noisy) {
    for (int i = 0; i < exact.length; i++) {
      if (reached(exact[i], noisy[i])) {
        return true;
      }
    }
    return false;
  }

  /** Whether a difference that should keep its sign could lose it; what stays 0 is exact. */
  private static boolean reached(double exact, double noisy) {
    return Math.abs(noisy - exact) >= Math.abs(exact) && (exact != 0 || noisy != 0);
  }

  private static boolean orderReached(Window2d window, DoubleArray exact, DoubleArray noisy) {
    Shape x = exact.shape();
    Shape y = window.output(x);
    for (int plane = 0; plane < x.dim(0) * x.dim(1); plane++) {
      for (int i = 0; i < y.dim(2); i++) {
        for (int j = 0; j < y.dim(3); j++) {
          int top = i * window.stride().height() - window.padding().top();
          int left = j * window.stride().width() - window.padding().left();
          int[] rows = clip(top, window.kernel().height(), x.dim(2));
          int[] columns = clip(left, window.kernel().width(), x.dim(3));
          int from = plane * x.dim(2) * x.dim(3);
          if (windowReached(from, x.dim(3), rows, columns, exact.values(), noisy.values())) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static int[] clip(int from, int length, int limit) {
    return new int[] {Math.max(0, from), Math.min(limit, from + length)};
  }

  private static boolean windowReached(
      int plane, int width, int[] rows, int[] columns, double[] exact, double[] noisy) {
    int best = plane + rows[0] * width + columns[0];
    for (int row = rows[0]; row < rows[1]; row++) {
      for (int column = columns[0]; column < columns[1]; column++) {
        int at = plane + row * width + column;
        best = exact[at] > exact[best] ? at : best;
      }
    }
    for (int row = rows[0]; row < rows[1]; row++) {
      for (int column = columns[0]; column < columns[1]; column++) {
        int at = plane + row * width + column;
        if (at != best && reached(exact[best] - exact[at], noisy[best] - noisy[at])) {
          return true;
        }
      }
    }
    return false;
  }
}
