package dev.cambium.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A running {@link ContestantProgram}, as the comparison sees it. */
final class ContestantProcess implements AutoCloseable {
  private static final long SECONDS_TO_END = 20;

  /**
   * How often a waiting OpenMP thread looks before it sleeps. Cambium sets this for itself; with
   * the default, a peer would lose several times its speed on a machine that does other work.
   */
  private static final String SPINS = "5000";

  private final Peer peer;
  private final Process process;
  private final BufferedReader answers;
  private final PrintStream requests;

  private ContestantProcess(Peer peer, Process process) {
    this.peer = peer;
    this.process = process;
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /**
   * Starts a contestant in a JVM like this one and waits until its net is built.
   *
   * @throws IOException when it ends before it is ready; it has said why on standard error
   */
  static ContestantProcess start(Peer peer, int threads) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("-XX:+UseParallelGC");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(peer.options(threads));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(ContestantProgram.class.getName(), peer.id(), Integer.toString(threads)));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    builder.environment().putIfAbsent("GOMP_SPINCOUNT", SPINS);
    ContestantProcess started = new ContestantProcess(peer, builder.start());
    try {
      started.await(ContestantProgram.READY);
      return started;
    } catch (IOException failed) {
      started.close();
      throw failed;
    }
  }

  /** Whose process this is. */
  Peer peer() {
    return peer;
  }

  /**
   * Lets it work for so long, and a little longer, until a batch is done.
   *
   * @throws IOException when it ended, or computed something that is no number
   */
  Speed run(Work work, double seconds) throws IOException {
    requests.println(work.name().toLowerCase(Locale.ROOT) + " " + seconds);
    String[] answer = await(ContestantProgram.DONE).split(" ");
    double result = Double.parseDouble(answer[3]);
    if (!Double.isFinite(result)) {
      throw new IOException(
          peer.id() + " gave " + result + " for its " + work.title() + ", expected a number");
    }
    return new Speed(Long.parseLong(answer[1]) * Workload.BATCH, Long.parseLong(answer[2]));
  }

  /** The next line that starts with {@code word}; a library may print others. */
  private String await(String word) throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.equals(word) || line.startsWith(word + " ")) {
        return line;
      }
    }
    throw new IOException(peer.id() + " ended before it answered; its own message stands above");
  }

  /** Ends the process. */
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
