package dev.cambium.cpu;

import dev.cambium.tensor.Opaque;
import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_memory_desc;

/**
 * A layout that oneDNN chose: weights in the blocks of a primitive, or a workspace. Two are equal
 * exactly when their bytes mean the same.
 */
final class OneDnnLayout implements Opaque {
  private final byte[] blob;
  private final long bytes;

  OneDnnLayout(dnnl_memory_desc layout) {
    this.blob = Descriptors.blob(layout);
    this.bytes = Descriptors.bytes(layout);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OneDnnLayout layout && Arrays.equals(blob, layout.blob);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(blob);
  }

  @Override
  public String toString() {
    return "oneDNN layout of " + bytes + " bytes";
  }
}
