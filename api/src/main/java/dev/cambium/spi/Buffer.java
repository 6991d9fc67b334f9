package dev.cambium.spi;

import dev.cambium.tensor.ValueType;

/**
 * A typed view of a {@link Memory}, made by {@link Backend#bind}; valid as long as the memory is.
 */
public interface Buffer {
  /** What the memory is read and written as. */
  ValueType type();
}
