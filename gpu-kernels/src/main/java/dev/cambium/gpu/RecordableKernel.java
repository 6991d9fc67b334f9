package dev.cambium.gpu;

import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import java.util.function.Consumer;

/**
 * A kernel that gives the device nothing but launches, copies and fills, the same at every run with
 * the same buffers, once it ran a first time: so a {@link GpuRecording} of a run does what the run
 * does.
 */
interface RecordableKernel extends Kernel {
  /** How many commands a run gives to the device, about. */
  int commands();

  /**
   * Throws when it can run no more.
   *
   * @throws IllegalStateException then, as {@link #run} would
   */
  void requireOpen();

  /**
   * Names the memory that a run with these buffers uses, a memory perhaps several times. Other
   * memory that the kernel uses is its own, and lives until {@link #close}.
   */
  void memories(Buffer[] inputs, Buffer[] outputs, Buffer scratch, Consumer<GpuSlot> uses);
}
