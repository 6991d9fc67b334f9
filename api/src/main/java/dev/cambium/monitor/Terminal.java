package dev.cambium.monitor;

import java.io.Console;
import java.util.Map;

/**
 * Where output goes to.
 *
 * @param interactive whether somebody watches, so that a line may be drawn over
 * @param width the columns of a line
 */
public record Terminal(boolean interactive, int width) {
  /** Columns where nobody says otherwise. */
  public static final int DEFAULT_WIDTH = 80;

  /** Checks the width. */
  public Terminal {
    if (width < 1) {
      throw new IllegalArgumentException("width of a terminal must be at least 1, got " + width);
    }
  }

  /** Output that nobody watches: a file, a pipe. */
  public static Terminal none() {
    return new Terminal(false, DEFAULT_WIDTH);
  }

  /**
   * What the process is attached to: interactive when both its input and its output are, and the
   * variable {@code TERM} is not {@code dumb}; as wide as the variable {@code COLUMNS} says.
   */
  public static Terminal detect() {
    return of(isAttached(System.console()), System.getenv());
  }

  static Terminal of(boolean attached, Map<String, String> environment) {
    int width = DEFAULT_WIDTH;
    String columns = environment.getOrDefault("COLUMNS", "");
    if (columns.matches("[1-9][0-9]{0,3}")) {
      width = Integer.parseInt(columns);
    }
    return new Terminal(attached && !"dumb".equals(environment.get("TERM")), width);
  }

  /** From Java 22 on there is a console without a terminal too, and a method that says so. */
  private static boolean isAttached(Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true; // before Java 22 a console is a terminal
    }
  }
}
