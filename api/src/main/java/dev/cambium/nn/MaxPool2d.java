package dev.cambium.nn;

import dev.cambium.op.MaxPooling;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.op.Value;
import dev.cambium.op.Window2d;
import java.util.List;
import java.util.Objects;

/**
 * Takes the largest pixel of each window: y[n, c, i, j] = max over the window at (i, j) of x[n, c].
 * Padding is never chosen; among equal pixels the gradient goes to the first in row-major order.
 *
 * <p>Shapes: x [N, C, H, W] -&gt; y [N, C, oH, oW] with oH = floor((H + top + bottom - kernel) /
 * stride) + 1. By default windows do not overlap (stride = kernel) and there is no padding.
 *
 * @param window kernel, stride and padding
 */
public record MaxPool2d(Window2d window) implements Layer {
  /** Checks that there is a window. */
  public MaxPool2d {
    Objects.requireNonNull(window, "window");
  }

  /** Square windows side by side. */
  public static MaxPool2d of(int kernel) {
    return new MaxPool2d(Window2d.of(kernel));
  }

  /** This layer with another step between windows. */
  public MaxPool2d stride(int stride) {
    return new MaxPool2d(new Window2d(window.kernel(), Size2d.square(stride), window.padding()));
  }

  /** This layer with padding on all four sides, smaller than the kernel. */
  public MaxPool2d padding(int padding) {
    return new MaxPool2d(new Window2d(window.kernel(), window.stride(), Padding2d.same(padding)));
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    Inputs.requireImages(context, this, input.shape());
    return context.emit(new MaxPooling(window), List.of(input)).get(0);
  }
}
