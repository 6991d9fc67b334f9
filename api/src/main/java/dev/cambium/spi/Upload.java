package dev.cambium.spi;

import dev.cambium.tensor.HostArray;
import java.util.Objects;

/**
 * A value of the host on its way to a device.
 *
 * @param value what is copied
 * @param to where it goes, a buffer of the same type
 */
public record Upload(HostArray value, Buffer to) {
  /**
   * Checks that both have the same type.
   *
   * @throws IllegalArgumentException when they do not
   */
  public Upload {
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(to, "to");
    if (!value.type().equals(to.type())) {
      throw new IllegalArgumentException(
          "value must have the buffer's type " + to.type() + ", got " + value.type());
    }
  }
}
