package dev.cambium.examples;

import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendStatus;
import dev.cambium.spi.Backends;
import dev.cambium.spi.KernelTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures how many images a second a network trains on and infers, and what share of a training
 * step its convolutions take. All numbers of threads take turns, round by round, so that what else
 * the machine does strikes them alike; the medians are printed.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures images per second of training and inference on random images.")
final class BenchCommand implements Callable<Integer> {
  private static final int TRACED_ROUNDS = 1;

  @Option(
      names = "--model",
      paramLabel = "M",
      defaultValue = "convnet",
      description = "softmax, mlp, lenet, convnet or resnet20; default: ${DEFAULT-VALUE}")
  private String model;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "images of a batch; default: ${DEFAULT-VALUE}")
  private int batch;

  @Option(
      names = "--threads",
      paramLabel = "N",
      split = ",",
      description = "numbers of threads to compare, such as 1,2; by default the backend's own")
  private List<Integer> threads = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "rounds, after one to warm up; default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "20",
      description = "batches of a round; default: ${DEFAULT-VALUE}")
  private int steps;

  @Mixin private BackendOption backend = new BackendOption();

  @Mixin private TraceOption trace = new TraceOption();

  private final Console console;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Recipe.of(model);
    Recipe.atLeastOne("--batch", batch);
    Recipe.atLeastOne("--rounds", rounds);
    Recipe.atLeastOne("--steps", steps);
    threads.forEach(count -> Recipe.atLeastOne("--threads", count));
    boolean table = trace.isWanted();
    List<Contender> contenders = contenders();
    try {
      contenders.forEach(Contender::open);
      console.result(title(contenders.get(0)));
      for (int round = 0; round <= rounds; round++) {
        boolean counts = round > 0;
        contenders.forEach(contender -> contender.round(counts));
      }
    } finally {
      contenders.forEach(Contender::close);
    }
    console.result(
        "threads     training images/s    inference images/s    convolutions' share of a step");
    for (Contender contender : contenders) {
      KernelTrace kernels = contender.trace();
      console.result(contender.line(kernels));
      if (table) {
        console.result(kernels.table(kernels.byOperation()).stripTrailing());
      }
    }
    return 0;
  }

  private String title(Contender contender) {
    Backend opened = contender.session.get(Backend.class);
    return "%s, batch %d of images %s, %d rounds of %d steps; backend %s: %s"
        .formatted(
            model,
            batch,
            BenchSubject.sample(),
            rounds,
            steps,
            opened.name(),
            BackendsCommand.describe(contender.session.get(Backends.class), opened.name()));
  }

  private List<Contender> contenders() {
    if (threads.isEmpty()) {
      return List.of(new Contender("default", Session.backendProperties()));
    }
    String provider =
        Backends.discover().list(backend.selection()).stream()
            .filter(BackendStatus::isChosen)
            .map(BackendStatus::name)
            .findFirst()
            .orElse("");
    List<Contender> contenders = new ArrayList<>();
    for (int count : threads) {
      Map<String, String> properties = new TreeMap<>(Session.backendProperties());
      properties.put(provider + ".threads", Integer.toString(count));
      contenders.add(new Contender(Integer.toString(count), properties));
    }
    return contenders;
  }

  /** One number of threads, with what was measured of it. */
  private final class Contender {
    private final String name;
    private final Map<String, String> properties;
    private final List<Double> training = new ArrayList<>();
    private final List<Double> inference = new ArrayList<>();
    private Session session;
    private BenchSubject subject;

    Contender(String name, Map<String, String> properties) {
      this.name = name;
      this.properties = properties;
    }

    void open() {
      session = new Session(console, backend.selection(), properties, false);
      subject = new BenchSubject(model, batch, steps, session.get(Backend.class));
    }

    void round(boolean counts) {
      double trained = subject.train();
      double inferred = subject.infer();
      if (counts) {
        training.add(trained);
        inference.add(inferred);
      }
    }

    void close() {
      if (subject != null) {
        subject.close();
      }
      if (session != null) {
        session.close();
      }
    }

    /** The kernels of training steps, measured one by one. */
    KernelTrace trace() {
      try (Session traced = new Session(console, backend.selection(), properties, true);
          BenchSubject once = new BenchSubject(model, batch, steps, traced.get(Backend.class))) {
        once.train();
        traced.trace().reset();
        for (int round = 0; round < TRACED_ROUNDS; round++) {
          once.train();
        }
        return traced.takeTrace();
      }
    }

    String line(KernelTrace kernels) {
      long convolutions =
          kernels.byOperation().stream()
              .filter(row -> row.name().startsWith("Convolution"))
              .mapToLong(KernelTrace.Row::nanoseconds)
              .sum();
      return String.format(
          Locale.ROOT,
          "%-7s %21.0f %21.0f %28.1f%%",
          name,
          median(training),
          median(inference),
          100.0 * convolutions / Math.max(1, kernels.total().nanoseconds()));
    }
  }

  /** The middle value, or the mean of the two in the middle. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
