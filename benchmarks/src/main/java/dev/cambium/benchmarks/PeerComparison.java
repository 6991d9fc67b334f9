package dev.cambium.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs Cambium and its peers on the same work in turn, each in a process of its own, and prints how
 * fast each was and the ratio. While one works, the others sleep.
 */
@Command(
    name = "bench-peers",
    mixinStandardHelpOptions = true,
    description = "Trains and infers the reference net with Cambium and its peers, in turn.")
public final class PeerComparison implements Callable<Integer> {

  private static final double SECONDS_OF_A_MINUTE = 60;

  @Spec private CommandSpec command;

  @Option(
      names = "--peers",
      split = ",",
      paramLabel = "NAME",
      description = "Beside whom Cambium runs: djl-pytorch (the default).")
  private List<String> peers = List.of(Peer.DJL_PYTORCH.id());

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      description = "Numbers of threads, one comparison each (default: 1,2).")
  private List<Integer> threads = List.of(1, 2);

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Measured rounds (default: ${DEFAULT-VALUE}).")
  private int rounds = 9;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Rounds before the measured ones (default: ${DEFAULT-VALUE}).")
  private int warmUp = 3;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long each works in a round (default: ${DEFAULT-VALUE}).")
  private double seconds = 2;

  private PeerComparison() {}

  /** Ends with status 2 on wrong options, 1 when a contestant fails. */
  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new PeerComparison());
    line.setExecutionExceptionHandler(
        (failure, command, result) -> {
          command.getErr().println("bench-peers: " + failure.getMessage());
          return 1;
        });
    System.exit(line.execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    List<Peer> opponents = opponents();
    PrintWriter out = command.commandLine().getOut();
    command.commandLine().getErr().println(plan(opponents.size()));
    for (int count : threads) {
      for (Peer peer : opponents) {
        for (Comparison comparison : compare(peer, count)) {
          out.println(comparison.line());
          out.flush();
        }
      }
    }
    return 0;
  }

  private String plan(int opponents) {
    int all = rounds + warmUp;
    double minutes =
        threads.size() * opponents * all * Work.values().length * 2 * seconds / SECONDS_OF_A_MINUTE;
    return String.format(
        Locale.ROOT,
        "convnet on random images, batch %d: %d rounds to warm up and %d that count, about %.0f minutes",
        Workload.BATCH,
        warmUp,
        rounds,
        Math.ceil(minutes));
  }

  private List<Peer> opponents() {
    if (rounds < 1 || warmUp < 0 || !(seconds > 0) || threads.stream().anyMatch(n -> n < 1)) {
      throw wrong(
          "--rounds, --threads and --seconds must be more than 0, and --warm-up at least 0");
    }
    try {
      return peers.stream().map(Peer::named).toList();
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private List<Comparison> compare(Peer peer, int count) throws IOException {
    try (ContestantProcess ours = ContestantProcess.start(Peer.CAMBIUM, count);
        ContestantProcess theirs = ContestantProcess.start(peer, count)) {
      Map<Work, List<Comparison.Round>> measured = new EnumMap<>(Work.class);
      for (int round = -warmUp; round < rounds; round++) {
        for (Work work : Work.values()) {
          Comparison.Round speeds = round(ours, theirs, work, round % 2 == 0);
          if (round >= 0) {
            measured.computeIfAbsent(work, w -> new ArrayList<>()).add(speeds);
          }
        }
      }
      return measured.entrySet().stream()
          .map(e -> new Comparison(e.getKey(), count, Peer.CAMBIUM, peer, e.getValue()))
          .toList();
    }
  }

  /** Who starts changes from round to round, so that being second is nobody's advantage. */
  private Comparison.Round round(
      ContestantProcess ours, ContestantProcess theirs, Work work, boolean weStart)
      throws IOException {
    if (weStart) {
      Speed our = ours.run(work, seconds);
      return new Comparison.Round(our, theirs.run(work, seconds));
    }
    Speed their = theirs.run(work, seconds);
    return new Comparison.Round(ours.run(work, seconds), their);
  }
}
