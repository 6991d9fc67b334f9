package dev.cambium.cuda;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A library that was looked for.
 *
 * @param name as people know it
 * @param functions what it does; null when there is none that can be used
 * @param version its version
 * @param file where it lies
 * @param reason why there is none, where more is known than that it is not there
 */
record FoundLibrary<T>(String name, T functions, String version, Path file, String reason) {
  static <T> FoundLibrary<T> of(String name, T functions, String version, Path file) {
    return new FoundLibrary<>(name, functions, version, file, "");
  }

  static <T> FoundLibrary<T> missing(String name, String reason) {
    return new FoundLibrary<>(name, null, "", null, reason);
  }

  /** What it does, if it is there. */
  Optional<T> use() {
    return Optional.ofNullable(functions);
  }

  /** Name and version; empty when it is not there. */
  String versioned() {
    return functions == null ? "" : name + " " + version;
  }

  /** As people read it in a list. */
  String description() {
    if (functions != null) {
      return versioned() + " (" + file + ")";
    }
    return "no " + name + (reason.isEmpty() ? "" : " (" + reason + ")");
  }
}
