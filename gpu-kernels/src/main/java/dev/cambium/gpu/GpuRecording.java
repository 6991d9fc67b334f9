package dev.cambium.gpu;

import dev.cambium.spi.OutOfMemoryException;

/** Commands that a device keeps and runs again in one go, see {@link GpuContext#record}. */
public interface GpuRecording extends AutoCloseable {
  /**
   * Gives all of them to the device, in order with everything else; allocates nothing on the heap.
   *
   * @throws OutOfMemoryException when the device has no memory for them; none of them runs then
   */
  void launch();

  /**
   * Frees it, after what was given to the device before. A second call does nothing, nor does one
   * after the context was closed.
   */
  @Override
  void close();
}
