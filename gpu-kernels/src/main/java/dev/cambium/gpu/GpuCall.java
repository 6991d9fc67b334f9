package dev.cambium.gpu;

import dev.cambium.spi.Buffer;
import java.util.List;
import java.util.function.Consumer;

/** One launch of a kernel: a function, and which buffers it is given. */
final class GpuCall implements GpuStep {
  private final GpuFunction function;
  private final int[] arguments;
  private final Argument.Pointer[] pointers;
  private final GpuMemory[] given;
  private final long[] offsets;

  /**
   * Takes over {@code function}, which is closed when this fails, and sets the numbers; the buffers
   * follow at each launch.
   */
  static GpuCall of(GpuFunction function, List<Argument> all) {
    try {
      return new GpuCall(function, all);
    } catch (RuntimeException | Error failed) {
      function.close();
      throw failed;
    }
  }

  private GpuCall(GpuFunction function, List<Argument> all) {
    this.function = function;
    int count = (int) all.stream().filter(Argument.Pointer.class::isInstance).count();
    arguments = new int[count];
    pointers = new Argument.Pointer[count];
    given = new GpuMemory[count];
    offsets = new long[count];
    int next = 0;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i) instanceof Argument.Pointer pointer) {
        arguments[next] = i;
        pointers[next++] = pointer;
      } else {
        ((Argument.Scalar) all.get(i)).set(function, i);
      }
    }
  }

  /** Sets the buffers that are others than last time, and launches. */
  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    for (int i = 0; i < pointers.length; i++) {
      Argument.Pointer pointer = pointers[i];
      GpuBuffer buffer = pointer.buffer(inputs, outputs, scratch);
      GpuMemory memory = buffer.memory();
      long offset = buffer.offset() + pointer.offset();
      if (memory != given[i] || offset != offsets[i]) {
        function.set(arguments[i], memory, offset);
        given[i] = memory;
        offsets[i] = offset;
      }
    }
    function.launch();
  }

  @Override
  public void memories(Buffer[] inputs, Buffer[] outputs, Buffer scratch, Consumer<GpuSlot> uses) {
    for (Argument.Pointer pointer : pointers) {
      uses.accept(pointer.buffer(inputs, outputs, scratch).slot());
    }
  }

  @Override
  public void close() {
    function.close();
  }
}
