package dev.cambium.spi;

import java.util.List;
import java.util.Objects;

/**
 * What {@link Backend#tune} found on a device.
 *
 * @param choices one for each thing that was measured; empty where there is nothing to tune
 * @param stored where the choices lie now, from where later runs take them: a file; empty when they
 *     are kept nowhere
 * @param remark why there is nothing to tune, or why the choices are kept nowhere; else empty
 */
public record Tuning(List<Choice> choices, String stored, String remark) {
  /** Copies the list. */
  public Tuning {
    choices = List.copyOf(choices);
    Objects.requireNonNull(stored, "stored");
    Objects.requireNonNull(remark, "remark");
  }

  /**
   * What was chosen for one thing.
   *
   * @param subject what was tuned, for example {@code large products, FLOAT32}
   * @param candidates how many variants were measured
   * @param untuned 10^9 operations per second of what runs without tuning
   * @param chosen the fastest variant, in words or numbers
   * @param tuned 10^9 operations per second of it
   */
  public record Choice(
      String subject, int candidates, double untuned, String chosen, double tuned) {
    /** Checks that nothing is missing. */
    public Choice {
      Objects.requireNonNull(subject, "subject");
      Objects.requireNonNull(chosen, "chosen");
    }
  }

  /**
   * One variant that was measured, as it goes to whoever watches.
   *
   * @param subject what is tuned
   * @param candidate the variant
   * @param gigaflopsPerSecond 10^9 operations per second; 0 when it does not run on the device
   * @param done how many variants were measured, this one included
   * @param trials how many there are, of all subjects
   */
  public record Trial(
      String subject, String candidate, double gigaflopsPerSecond, int done, int trials) {
    /** Checks that nothing is missing. */
    public Trial {
      Objects.requireNonNull(subject, "subject");
      Objects.requireNonNull(candidate, "candidate");
    }
  }

  /**
   * Nothing was measured.
   *
   * @param why in words that go on after "backend X has nothing to tune: "
   */
  public static Tuning nothing(String why) {
    return new Tuning(List.of(), "", why);
  }

  /** Whether nothing was measured. */
  public boolean isEmpty() {
    return choices.isEmpty();
  }
}
