package dev.cambium.conformance.check;

import java.util.Objects;

/**
 * One thing that a backend has to do right.
 *
 * @param id what it checks, from the general to the particular and unique in the suite: {@code
 *     Convolution/x[2, 3, 7, 5] w[4, 3, 3, 3] stride 2/integers}; the seed of its data is this id's
 *     hash
 * @param op the operation that it examines, by {@link dev.cambium.op.Op#name}, or empty where it
 *     examines more than one
 * @param check finds out
 */
public record ConformanceCase(String id, String op, Check check) {
  /** Examines a backend. */
  @FunctionalInterface
  public interface Check {
    /**
     * Opens the backend as often as it needs to, and closes it again.
     *
     * @throws AssertionError when the backend does not conform; its message is one line
     */
    void run(BackendUnderTest backend);
  }

  /** Checks that nothing is missing and that a shell takes the id between single quotes. */
  public ConformanceCase {
    Objects.requireNonNull(op, "op");
    Objects.requireNonNull(check, "check");
    if (id.isBlank() || id.chars().anyMatch(c -> c == '\'' || c == '*' || c < ' ' || c > '~')) {
      throw new IllegalArgumentException(
          "id must be printable ASCII without ' and *, so that a shell takes it, got '" + id + "'");
    }
  }

  /** The first part of the id. */
  public String group() {
    int slash = id.indexOf('/');
    return slash < 0 ? id : id.substring(0, slash);
  }
}
