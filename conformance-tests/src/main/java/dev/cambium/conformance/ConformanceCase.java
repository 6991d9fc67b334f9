package dev.cambium.conformance;

import java.util.Objects;

/**
 * One thing that a backend has to do right.
 *
 * @param group what it belongs to
 * @param name the sentence of the contract that it checks, or the network
 * @param check finds out
 */
public record ConformanceCase(String group, String name, Check check) {
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

  /** Checks that nothing is null. */
  public ConformanceCase {
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(check, "check");
  }
}
