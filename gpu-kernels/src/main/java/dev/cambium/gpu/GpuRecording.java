package dev.cambium.gpu;

/** Commands that a device keeps and runs again in one go, see {@link GpuContext#record}. */
public interface GpuRecording extends AutoCloseable {
  /** Gives all of them to the device, in order with everything else; allocates nothing. */
  void launch();

  /** Frees it, after what was given to the device before. A second call does nothing. */
  @Override
  void close();
}
