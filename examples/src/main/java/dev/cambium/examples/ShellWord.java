package dev.cambium.examples;

import java.util.regex.Pattern;

/** A word of a command as a shell has to be given it. */
final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,+-]+");

  private ShellWord() {}

  /** The word as it is where a shell takes it so, else between single quotes. */
  static String of(String word) {
    return PLAIN.matcher(word).matches() ? word : quoted(word);
  }

  /** The word between single quotes, those inside of it escaped. */
  static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
