package dev.cambium.examples;

import dev.cambium.monitor.Terminal;
import java.io.PrintStream;
import java.util.Objects;

/**
 * Where a command writes to.
 *
 * @param out results, which scripts may read
 * @param err progress, remarks and errors
 * @param terminal what {@code err} is attached to
 */
record Console(PrintStream out, PrintStream err, Terminal terminal) {
  Console {
    Objects.requireNonNull(out, "out");
    Objects.requireNonNull(err, "err");
    Objects.requireNonNull(terminal, "terminal");
  }

  /** The standard streams of the process. */
  static Console ofProcess() {
    return new Console(System.out, System.err, Terminal.detect());
  }

  /** Prints a result, behind everything that was said before. */
  void result(String line) {
    err.flush();
    out.println(line);
    out.flush();
  }

  /** Prints a remark. */
  void remark(String line) {
    out.flush();
    err.println(line);
    err.flush();
  }
}
