package dev.cambium.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Another program that does the same work when it is asked to. It gets a line for each task ({@code
 * convnet training}, {@code convnet forward}, {@code GEMM 512}) and answers {@code DONE SPEED}, in
 * GFLOP/s or images/s, or {@code DONE none} for work that it does not do. Before that it says who
 * it is, {@code READY NAME: DESCRIPTION}, or why it cannot work, {@code NONE NAME: REASON}. Other
 * lines that it writes are passed over; it ends with its input.
 */
final class ProgramContender implements BenchContender {
  private static final String READY = "READY ";
  private static final String NONE = "NONE ";
  private static final String DONE = "DONE ";
  private static final long SECONDS_TO_END = 20;

  private final String command;
  private final Process process;
  private final BufferedReader answers;
  private final PrintStream requests;
  private final String name;
  private final String description;
  private final boolean works;

  /**
   * Starts a program and waits until it is ready.
   *
   * @param command for the shell
   * @throws IllegalArgumentException when it ends before it has said who it is
   */
  ProgramContender(String command) {
    this.command = command;
    try {
      process =
          new ProcessBuilder("sh", "-c", command)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command, e);
    }
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    try {
      String line = answer(READY, NONE);
      works = line.startsWith(READY);
      String[] parts = line.substring(line.indexOf(' ') + 1).split(": ", 2);
      name = parts[0];
      description = parts.length == 1 ? parts[0] : parts[1];
    } catch (RuntimeException failed) {
      close();
      throw failed;
    }
  }

  /** The next line that begins with one of the words. */
  private String answer(String... words) {
    try {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        for (String word : words) {
          if (line.startsWith(word)) {
            return line;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what --program '" + command + "' answers", e);
    }
    throw new IllegalArgumentException(
        "--program '" + command + "' ended without a line '" + words[0] + "...'; try it by itself");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return description;
  }

  /** NaN, too, where it cannot work at all. */
  @Override
  public double speed(BenchTask task) {
    if (!works) {
      return Double.NaN;
    }
    requests.println(task.name());
    String speed = answer(DONE).substring(DONE.length()).strip();
    try {
      return speed.equals("none") ? Double.NaN : Double.parseDouble(speed);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--program '%s' must answer a number or none to '%s', got '%s'"
              .formatted(command, task.name(), speed),
          e);
    }
  }

  @Override
  public void close() {
    requests.close();
    try {
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
