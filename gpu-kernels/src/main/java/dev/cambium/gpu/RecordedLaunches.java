package dev.cambium.gpu;

import dev.cambium.spi.Launch;
import java.util.LinkedHashSet;
import java.util.Set;

/** A recording, and what must be open for it to run. */
final class RecordedLaunches implements AutoCloseable {
  private final GpuRecording recording;
  private final Uses uses;

  /** Takes over {@code recording}. */
  RecordedLaunches(GpuRecording recording, Uses uses) {
    this.recording = recording;
    this.uses = uses;
  }

  /**
   * Runs it.
   *
   * @throws IllegalStateException when a kernel or a memory of it was closed; nothing runs then
   */
  void run() {
    uses.requireOpen();
    recording.launch();
  }

  @Override
  public void close() {
    recording.close();
  }

  /** The kernels and the memory of launches, each once. */
  static final class Uses {
    private final RecordableKernel[] kernels;
    private final GpuSlot[] slots;

    private Uses(Set<RecordableKernel> kernels, Set<GpuSlot> slots) {
      this.kernels = kernels.toArray(RecordableKernel[]::new);
      this.slots = slots.toArray(GpuSlot[]::new);
    }

    /** What launches of recordable kernels use. */
    static Uses of(Launch... launches) {
      Set<RecordableKernel> kernels = new LinkedHashSet<>();
      Set<GpuSlot> slots = new LinkedHashSet<>();
      for (Launch launch : launches) {
        RecordableKernel kernel = (RecordableKernel) launch.kernel();
        kernels.add(kernel);
        kernel.memories(launch.inputs(), launch.outputs(), launch.scratch(), slots::add);
      }
      return new Uses(kernels, slots);
    }

    /** Allocates nothing. */
    void requireOpen() {
      for (RecordableKernel kernel : kernels) {
        kernel.requireOpen();
      }
      for (GpuSlot slot : slots) {
        slot.open();
      }
    }
  }
}
