package dev.cambium.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/**
 * One contestant in a process of its own, so that each brings its own OpenMP and its own threads.
 * Says {@code ready}, then answers requests {@code train SECONDS} and {@code infer SECONDS} with
 * {@code done BATCHES NANOSECONDS RESULT}, until its input ends. Between requests it sleeps.
 */
final class ContestantProgram {
  static final String READY = "ready";
  static final String DONE = "done";

  /** So many batches between two looks at the clock, and between two readings of the loss. */
  private static final int BATCHES_AT_ONCE = 10;

  private static final long SEED = 7;

  private ContestantProgram() {}

  /** Arguments: name of the contestant, number of threads. */
  public static void main(String[] arguments) throws IOException {
    Workload workload = Workload.random(SEED);
    int threads = Integer.parseInt(arguments[1]);
    PrintStream out = System.out;
    try (Contestant contestant = Peer.named(arguments[0]).create(workload, threads)) {
      out.println(READY);
      BufferedReader requests =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        String[] request = line.split(" ");
        double seconds = Double.parseDouble(request[1]);
        Work work = Work.valueOf(request[0].toUpperCase(Locale.ROOT));
        out.println(DONE + " " + repeat(batches -> work.run(contestant, batches), seconds));
      }
    }
  }

  private static String repeat(IntToDoubleFunction work, double seconds) {
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    long batches = 0;
    double result;
    long now;
    do {
      result = work.applyAsDouble(BATCHES_AT_ONCE);
      batches += BATCHES_AT_ONCE;
      now = System.nanoTime();
    } while (now < end);
    return batches + " " + (now - start) + " " + result;
  }
}
