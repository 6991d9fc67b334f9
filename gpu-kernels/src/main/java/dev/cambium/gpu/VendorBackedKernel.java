package dev.cambium.gpu;

import dev.cambium.spi.Buffer;
import dev.cambium.spi.Packer;
import dev.cambium.tensor.Opaque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A kernel that calls a library of the device's maker, and ours, which takes over for good when the
 * library fails.
 */
final class VendorBackedKernel implements RecordableKernel {
  private final GpuPlatform gpu;
  private final GpuKernel ours;
  private final GpuKernel theirs;
  private final String library;
  private final boolean mayAlias;

  /**
   * Takes over both kernels.
   *
   * @param library whose kernel {@code theirs} is
   * @param mayAlias whether output 0 may be input 0, where the library is not asked
   */
  VendorBackedKernel(
      GpuPlatform gpu, GpuKernel ours, GpuKernel theirs, String library, boolean mayAlias) {
    this.gpu = gpu;
    this.ours = ours;
    this.theirs = theirs;
    this.library = library;
    this.mayAlias = mayAlias;
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    gpu.enter();
    try {
      if (gpu.vendor().isDropped(library) || (mayAlias && inPlace(inputs[0], outputs[0]))) {
        ours.run(inputs, outputs, scratch);
      } else {
        runTheirs(inputs, outputs, scratch);
      }
    } finally {
      gpu.leave();
    }
  }

  private void runTheirs(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    try {
      theirs.run(inputs, outputs, scratch);
    } catch (VendorException failed) {
      gpu.vendor().drop(failed);
      ours.run(inputs, outputs, scratch);
    }
  }

  private static boolean inPlace(Buffer input, Buffer output) {
    GpuBuffer x = GpuBuffer.of(input);
    GpuBuffer y = GpuBuffer.of(output);
    return x.memory() == y.memory() && x.offset() == y.offset();
  }

  @Override
  public int commands() {
    return Math.max(ours.commands(), theirs.commands());
  }

  @Override
  public void requireOpen() {
    ours.requireOpen();
  }

  @Override
  public void memories(Buffer[] inputs, Buffer[] outputs, Buffer scratch, Consumer<GpuSlot> uses) {
    ours.memories(inputs, outputs, scratch, uses);
    theirs.memories(inputs, outputs, scratch, uses);
  }

  @Override
  public long scratchBytes() {
    return Math.max(ours.scratchBytes(), theirs.scratchBytes());
  }

  @Override
  public boolean reads(int input) {
    return ours.reads(input) || theirs.reads(input);
  }

  @Override
  public Opaque cache(int output) {
    return ours.cache(output);
  }

  @Override
  public Optional<Packer> packer(int input) {
    return ours.packer(input);
  }

  @Override
  public void close() {
    try {
      theirs.close();
    } finally {
      ours.close();
    }
  }
}
