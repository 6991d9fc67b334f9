package dev.cambium.gpu;

import dev.cambium.op.Window2d;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;

/**
 * What {@link GpuMaxPooling} leaves for the gradient: the place of each chosen pixel in its window,
 * row by row, in the order of y in memory.
 *
 * @param window the windows
 * @param image the shape of x
 */
record ChosenPixels(Window2d window, Shape image) implements Opaque {
  private static final int BYTE_VALUES = 256;

  /** The bytes of one place. */
  int each() {
    long places = (long) window.kernel().height() * window.kernel().width();
    return places <= BYTE_VALUES ? Byte.BYTES : Integer.BYTES;
  }

  @Override
  public long bytes() {
    return each() * window.output(image).size();
  }
}
