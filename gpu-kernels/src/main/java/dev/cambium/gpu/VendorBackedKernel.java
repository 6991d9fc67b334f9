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

  /**
   * Takes over both kernels.
   *
   * @param library whose kernel {@code theirs} is
   */
  VendorBackedKernel(GpuPlatform gpu, GpuKernel ours, GpuKernel theirs, String library) {
    this.gpu = gpu;
    this.ours = ours;
    this.theirs = theirs;
    this.library = library;
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    gpu.enter();
    try {
      if (gpu.vendor().isDropped(library)) {
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
