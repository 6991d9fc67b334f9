package dev.cambium.examples;

import dev.cambium.monitor.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command that was run inside this JVM.
 *
 * @param status its exit status
 * @param out what it wrote to the output stream
 * @param err what it wrote to the error stream
 * @param all both in the order in which they were written
 */
record CommandRun(int status, String out, String err, String all) {
  /** Runs a command. */
  static CommandRun of(Object... arguments) {
    String[] words = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(stream(out, all), stream(err, all), Terminal.none());
    int status = Launcher.run(console, new StopSignal(), words);
    return new CommandRun(status, text(out), text(err), text(all));
  }

  /** A stream whose every write goes to both at once. */
  private static PrintStream stream(OutputStream own, OutputStream all) {
    OutputStream both =
        new FilterOutputStream(own) {
          @Override
          public void write(int b) throws IOException {
            out.write(b);
            all.write(b);
          }
        };
    return new PrintStream(both, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The last line of both streams together. */
  String lastLine() {
    List<String> lines = all.lines().toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
