package dev.cambium.nn;

import dev.cambium.op.AveragePooling;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.op.Value;
import dev.cambium.op.Window2d;
import java.util.Objects;

/**
 * Takes the mean of each window: y[n, c, i, j] = mean over the window at (i, j) of x[n, c].
 *
 * <p>Shapes: x [N, C, H, W] -&gt; y [N, C, oH, oW] with oH = floor((H + top + bottom - kernel) /
 * stride) + 1. By default windows do not overlap (stride = kernel), there is no padding, and where
 * there is, its zeros count (as in PyTorch).
 *
 * @param window kernel, stride and padding
 * @param countPadding whether the padding's zeros count as pixels of the mean
 */
public record AvgPool2d(Window2d window, boolean countPadding) implements Layer {
  /** Checks that there is a window. */
  public AvgPool2d {
    Objects.requireNonNull(window, "window");
  }

  /** Square windows side by side. */
  public static AvgPool2d of(int kernel) {
    return new AvgPool2d(Window2d.of(kernel), true);
  }

  /** This layer with another step between windows. */
  public AvgPool2d stride(int stride) {
    return new AvgPool2d(
        new Window2d(window.kernel(), Size2d.square(stride), window.padding()), countPadding);
  }

  /** This layer with padding on all four sides, smaller than the kernel. */
  public AvgPool2d padding(int padding) {
    return new AvgPool2d(
        new Window2d(window.kernel(), window.stride(), Padding2d.same(padding)), countPadding);
  }

  /** This layer with the padding's zeros counted in the mean, or not. */
  public AvgPool2d countPadding(boolean countPadding) {
    return new AvgPool2d(window, countPadding);
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    Inputs.requireImages(context, this, input.shape());
    return context.emit(new AveragePooling(window, countPadding), input);
  }
}
