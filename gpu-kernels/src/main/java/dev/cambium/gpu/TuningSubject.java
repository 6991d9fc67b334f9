package dev.cambium.gpu;

import java.util.List;

/**
 * Something that one variant of its kernels is chosen for.
 *
 * @param key as files of tuning have it
 * @param words as people read it
 * @param candidates the variants that run on the device, first the one that runs without tuning
 */
record TuningSubject<V extends Enum<V>>(String key, String words, List<V> candidates) {
  /** Copies the list. */
  TuningSubject {
    candidates = List.copyOf(candidates);
  }
}
