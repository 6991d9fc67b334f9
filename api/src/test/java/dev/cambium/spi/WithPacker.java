package dev.cambium.spi;

import java.util.Optional;

/** A kernel that wants its first input packed. */
record WithPacker(Kernel kernel, Packer packer) implements Kernel {
  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    kernel.run(inputs, outputs, scratch);
  }

  @Override
  public Optional<Packer> packer(int input) {
    return input == 0 ? Optional.of(packer) : Optional.empty();
  }
}
