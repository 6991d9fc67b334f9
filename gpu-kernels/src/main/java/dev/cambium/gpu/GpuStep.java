package dev.cambium.gpu;

import dev.cambium.spi.Buffer;
import java.util.function.Consumer;

/** Something that a kernel gives to the device: a launch, or a call of a library. */
interface GpuStep extends AutoCloseable {
  /** Gives it to the device with these buffers. */
  void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch);

  /** Names the memory of all that it points to. */
  void memories(Buffer[] inputs, Buffer[] outputs, Buffer scratch, Consumer<GpuSlot> uses);

  /** Frees what the preparation made. */
  @Override
  void close();
}
