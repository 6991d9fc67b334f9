package dev.cambium.gpu;

import dev.cambium.spi.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A call of a library, and which buffers it is given. */
final class VendorCall implements GpuStep {
  private final VendorKernel library;
  private final Argument.Pointer[] pointers;
  private final GpuMemory[] memories;
  private final long[] offsets;

  /**
   * A call.
   *
   * @param library what it computes, which is closed with the call
   * @param workspace where its working memory begins
   * @param tensors pointers to its operands and results
   */
  static VendorCall of(VendorKernel library, long workspace, List<Argument> tensors) {
    List<Argument> all = new ArrayList<>(tensors);
    if (library.workspaceBytes() > 0) {
      all.add(Argument.scratch(workspace));
    }
    return new VendorCall(library, all);
  }

  private VendorCall(VendorKernel library, List<Argument> all) {
    this.library = library;
    pointers = all.stream().map(Argument.Pointer.class::cast).toArray(Argument.Pointer[]::new);
    memories = new GpuMemory[pointers.length];
    offsets = new long[pointers.length];
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    for (int i = 0; i < pointers.length; i++) {
      GpuBuffer buffer = pointers[i].buffer(inputs, outputs, scratch);
      memories[i] = buffer.memory();
      offsets[i] = buffer.offset() + pointers[i].offset();
    }
    library.run(memories, offsets);
  }

  @Override
  public void memories(Buffer[] inputs, Buffer[] outputs, Buffer scratch, Consumer<GpuSlot> uses) {
    for (Argument.Pointer pointer : pointers) {
      uses.accept(pointer.buffer(inputs, outputs, scratch).slot());
    }
  }

  @Override
  public void close() {
    library.close();
  }
}
