package dev.cambium.spi;

import dev.cambium.tensor.Opaque;
import java.util.Optional;

/**
 * An operation made ready for one combination of types: everything costly happened in {@link
 * Backend#prepare}. {@link #run} allocates nothing, does not block, and is in order with everything
 * that was given to the same backend before.
 */
public non-sealed interface Kernel extends Prepared, AutoCloseable {
  /**
   * Computes every element of every output.
   *
   * @param inputs the inputs, of the types that the kernel was prepared for; a packed one where
   *     {@link #packer} says so
   * @param outputs the outputs
   * @param scratch at least {@link #scratchBytes} bytes that nobody else uses meanwhile; null when
   *     that is 0
   */
  void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch);

  /** The bytes of working memory that a run needs. */
  default long scratchBytes() {
    return 0;
  }

  /** Whether a run reads {@code input} at all; a value that nobody reads needs no memory. */
  default boolean reads(int input) {
    return true;
  }

  /**
   * What the backend really keeps in output {@code output}, which the operation declares as a
   * cache.
   */
  default Opaque cache(int output) {
    return Opaque.NONE;
  }

  /**
   * A kernel that re-lays {@code input} once per update (weights into blocks, say); {@link #run} is
   * then given the result instead of the input itself.
   */
  default Optional<Packer> packer(int input) {
    return Optional.empty();
  }

  /** Frees what the preparation made. */
  @Override
  default void close() {}
}
