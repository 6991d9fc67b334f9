package dev.cambium.tensor;

/**
 * A backend's own cache: pooling indices, a workspace, re-laid weights. Only the backend that made
 * it can read it; every operation that takes one also takes the typed values from which it can do
 * without.
 */
public non-sealed interface Opaque extends ValueType {
  /** The cache of a backend that keeps none. */
  Opaque NONE =
      new Opaque() {
        @Override
        public long bytes() {
          return 0;
        }

        @Override
        public String toString() {
          return "opaque";
        }
      };

  /** The bytes that the cache needs. */
  long bytes();
}
