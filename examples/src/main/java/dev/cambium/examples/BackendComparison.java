package dev.cambium.examples;

import dev.cambium.spi.Backend;
import dev.cambium.spi.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Several backends at the same work in one process: products of matrices, networks forward and in
 * training. They take turns at each piece of work, round by round, so that what else the machine
 * does strikes them alike. A ratio is the median over the rounds of the ratio within a round.
 */
final class BackendComparison implements AutoCloseable {
  private static final int[] PRODUCTS = {512, 1024, 2048};

  /** A piece of work on one backend, which says how fast it was. */
  private record Task(String name, DoubleSupplier speed) {}

  /** A backend with its work; its speeds by task and round. */
  private static final class Contender implements AutoCloseable {
    final Session session;
    final Backend backend;
    final Resources resources = new Resources();
    final List<Task> tasks = new ArrayList<>();
    final List<List<Double>> speeds = new ArrayList<>();

    Contender(Console console, String selection) {
      session = new Session(console, selection, Session.backendProperties(), false);
      resources.add(session::close);
      try {
        backend = session.get(Backend.class);
      } catch (RuntimeException | Error failed) {
        resources.closeAfter(failed);
        throw failed;
      }
    }

    void prepare(List<String> models, int batch, int steps) {
      for (int size : PRODUCTS) {
        BenchProduct product = new BenchProduct(size, backend);
        resources.add(product::close);
        tasks.add(new Task("GEMM " + size + ", GFLOP/s", product::gigaflopsPerSecond));
      }
      for (String model : models) {
        BenchSubject subject = new BenchSubject(model, batch, steps, backend);
        resources.add(subject::close);
        tasks.add(new Task(model + " forward, images/s", subject::infer));
        tasks.add(new Task(model + " training, images/s", subject::train));
      }
      tasks.forEach(task -> speeds.add(new ArrayList<>()));
    }

    String description() {
      return BackendsCommand.describe(session.get(Backends.class), backend.name());
    }

    @Override
    public void close() {
      resources.close();
    }
  }

  private final Console console;
  private final List<Contender> contenders = new ArrayList<>();
  private final Resources resources = new Resources();

  BackendComparison(Console console) {
    this.console = console;
  }

  /** Opens a backend, {@code NAME[:DEVICE]}, and prepares its work. */
  void add(String selection, List<String> models, int batch, int steps) {
    Contender contender = new Contender(console, selection);
    contenders.add(contender);
    resources.add(contender::close);
    contender.prepare(models, batch, steps);
  }

  /** What is compared, a line for each backend. */
  List<String> titles() {
    return contenders.stream()
        .map(contender -> contender.backend.name() + ": " + contender.description())
        .toList();
  }

  /** Lets all do everything once; a first round is there to warm up. */
  void round(boolean counts) {
    int tasks = contenders.get(0).tasks.size();
    for (int task = 0; task < tasks; task++) {
      for (Contender contender : contenders) {
        double speed = contender.tasks.get(task).speed().getAsDouble();
        if (counts) {
          contender.speeds.get(task).add(speed);
        }
      }
    }
  }

  /** A line for each task: the speed of each backend, and the first one's against each other. */
  List<String> table() {
    List<Contender> others = contenders.subList(1, contenders.size());
    Contender first = contenders.get(0);
    int width = first.tasks.stream().mapToInt(task -> task.name().length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    lines.add(
        " ".repeat(width)
            + contenders.stream()
                .map(contender -> cell("%14s", contender.backend.name()))
                .collect(Collectors.joining())
            + others.stream()
                .map(other -> cell("%20s", first.backend.name() + " / " + other.backend.name()))
                .collect(Collectors.joining()));
    for (int task = 0; task < first.tasks.size(); task++) {
      List<List<Double>> speeds = new ArrayList<>();
      for (Contender contender : contenders) {
        speeds.add(contender.speeds.get(task));
      }
      lines.add(cell("%-" + width + "s", first.tasks.get(task).name()) + line(speeds));
    }
    return lines;
  }

  private static String line(List<List<Double>> speeds) {
    StringBuilder line = new StringBuilder();
    speeds.forEach(rounds -> line.append(cell("%14.1f", BenchCommand.median(rounds))));
    for (List<Double> other : speeds.subList(1, speeds.size())) {
      line.append(cell("%20.2f", ratio(speeds.get(0), other)));
    }
    return line.toString();
  }

  /** The median of the ratios within the rounds. */
  static double ratio(List<Double> speeds, List<Double> others) {
    return BenchCommand.median(
        IntStream.range(0, speeds.size())
            .mapToObj(round -> speeds.get(round) / others.get(round))
            .toList());
  }

  private static String cell(String format, Object value) {
    return String.format(Locale.ROOT, format, value);
  }

  @Override
  public void close() {
    resources.close();
  }
}
