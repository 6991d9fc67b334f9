package dev.cambium.examples.lecture;

/**
 * How many rows came out how.
 *
 * @param passed rows all of whose checks passed
 * @param failed rows with a check that did not, or an exception
 * @param notYet rows without a program
 */
public record Tally(int passed, int failed, int notYet) {
  /** The line that scripts read: {@code 22 passed, 0 failed}. */
  public String line() {
    return passed + " passed, " + failed + " failed";
  }
}
