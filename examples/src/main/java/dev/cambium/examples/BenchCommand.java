package dev.cambium.examples;

import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendStatus;
import dev.cambium.spi.Backends;
import dev.cambium.spi.KernelTrace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Measures how many images a second a network trains on and infers, and what share of a training
 * step its convolutions take. All numbers of threads take turns, round by round, so that what else
 * the machine does strikes them alike; the medians are printed. With other backends, settings or
 * programs beside, those take turns instead.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures images per second of training and inference on random images.")
final class BenchCommand implements Callable<Integer> {
  /** The system property with the folder of the sources, which {@code ./cambium} sets. */
  static final String HOME = "cambium.home";

  private static final int TRACED_ROUNDS = 1;
  private static final String USUAL_MODEL = "convnet";
  private static final List<String> COMPARED_MODELS = List.of("lenet", "convnet", "resnet20");
  private static final List<String> WITH_PEERS = List.of("--peers", "--rounds", "--threads");
  private static final List<String> WITH_FLOOR =
      List.of("--floor", "--batch", "--rounds", "--backend");
  private static final List<String> WITH_AUGMENT =
      List.of("--augment", "--model", "--batch", "--rounds", "--steps", "--backend");

  @Option(
      names = "--model",
      paramLabel = "M",
      split = ",",
      description =
          "softmax, mlp, lenet, convnet or resnet20; default: convnet, and with --beside"
              + " lenet,convnet,resnet20")
  private List<String> models = List.of();

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
      description = "numbers of threads to compare, such as 1,2; by default one and all processors")
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

  @Option(
      names = "--peers",
      description =
          "compares with DJL on PyTorch instead, in processes that take turns; downloads it first")
  private boolean peers;

  @Option(
      names = "--beside",
      paramLabel = "NAME[:DEVICE]",
      split = ",",
      description =
          "other backends that take turns with the chosen one at products of matrices and networks;"
              + " prints all speeds and their ratio")
  private List<String> beside = List.of();

  @Option(
      names = "--products",
      paramLabel = "N",
      split = ",",
      defaultValue = "512,1024,2048",
      description =
          "rows and columns of the matrices that a comparison multiplies; default: ${DEFAULT-VALUE}")
  private List<Integer> products;

  @Option(
      names = "--variant",
      paramLabel = "SETTING=VALUE[,...]",
      description =
          "the chosen backend once more with other settings, such as cuda.graphs=off, in turn with"
              + " the others; may be repeated")
  private List<String> variants = List.of();

  @Option(
      names = "--program",
      paramLabel = "COMMAND",
      description =
          "another program that does the same work in turn with the others: it writes 'READY NAME:"
              + " DESCRIPTION', then 'DONE SPEED' for each line 'convnet training' that it reads;"
              + " may be repeated")
  private List<String> programs = List.of();

  @Option(
      names = "--each-round",
      description =
          "prints the table of a comparison after each round, so that one that is stopped has said"
              + " something")
  private boolean eachRound;

  @Option(
      names = "--floor",
      description =
          "measures how many times the floor of the memory's bandwidth batch norm, ReLU and pooling"
              + " take")
  private boolean floor;

  @Option(
      names = "--augment",
      paramLabel = "LIST",
      description =
          "trains on images that are changed as in train --augment, in turn with images as they"
              + " are; prints both speeds and their ratio")
  private String augment;

  @Mixin private BackendOption backend = new BackendOption();

  @Mixin private TraceOption trace = new TraceOption();

  @Spec private CommandSpec spec;

  private final Console console;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    models.forEach(Recipe::of);
    Recipe.atLeastOne("--batch", batch);
    Recipe.atLeastOne("--rounds", rounds);
    Recipe.atLeastOne("--steps", steps);
    threads.forEach(count -> Recipe.atLeastOne("--threads", count));
    products.forEach(size -> Recipe.atLeastOne("--products", size));
    if (peers) {
      return comparePeers();
    }
    if (floor) {
      return measureFloor();
    }
    if (augment != null) {
      return measureAugmentation();
    }
    if (!beside.isEmpty() || isCrowded()) {
      return compareBackends();
    }
    if (models.size() > 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--model takes several networks only with --beside, --variant or --program, got "
              + models);
    }
    boolean table = trace.isWanted();
    List<Contender> contenders = contenders();
    try {
      contenders.forEach(Contender::open);
      console.result(title(contenders.get(0).session));
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
        console.result(kernels.report().stripTrailing());
      }
    }
    return 0;
  }

  /** Whether there may be more of them than a line has room for. */
  private boolean isCrowded() {
    return !variants.isEmpty() || !programs.isEmpty();
  }

  private int compareBackends() {
    if (!threads.isEmpty() || trace.isWanted()) {
      throw new ParameterException(
          spec.commandLine(),
          "a comparison takes backends as they are: leave out --threads (-Dcambium.cpu.threads sets"
              + " them) and --trace");
    }
    List<String> compared = models.isEmpty() ? COMPARED_MODELS : models;
    List<BenchTask> tasks = BenchTask.of(products, compared);
    try (BackendComparison comparison = new BackendComparison(console, tasks, batch, steps)) {
      comparison.add(backend.selection());
      variants.forEach(variant -> comparison.add(backend.selection(), variant));
      beside.forEach(comparison::add);
      programs.forEach(comparison::addProgram);
      console.result(
          "batch %d of images %s, %d rounds of %d steps; a ratio is the median of those within a round"
              .formatted(batch, BenchSubject.sample(), rounds, steps));
      comparison.titles().forEach(console::result);
      if (isCrowded()) {
        console.result(comparison.parameters());
      }
      for (int round = 0; round <= rounds; round++) {
        comparison.round(round > 0);
        if (eachRound && round > 0 && round < rounds) {
          console.result("after round %d of %d:".formatted(round, rounds));
          table(comparison).forEach(console::result);
        }
      }
      table(comparison).forEach(console::result);
    }
    return 0;
  }

  private List<String> table(BackendComparison comparison) {
    return isCrowded() ? comparison.longTable() : comparison.table();
  }

  private int measureAugmentation() {
    requireOnly(WITH_AUGMENT, "--augment compares trainings of one network");
    Augmentation changes = new Augmentation(augment);
    try (Session session =
            new Session(console, backend.selection(), Session.backendProperties(), false);
        AugmentationBench bench =
            new AugmentationBench(model(), batch, steps, changes, session.get(Backend.class))) {
      console.result(title(session));
      for (int round = 0; round <= rounds; round++) {
        bench.round(round > 0);
      }
      bench.table().forEach(console::result);
    }
    return 0;
  }

  private void requireOnly(List<String> options, String why) {
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (!options.contains(option.longestName())) {
        throw new ParameterException(
            spec.commandLine(), why + ": leave out " + option.longestName());
      }
    }
  }

  private int measureFloor() {
    requireOnly(WITH_FLOOR, "--floor measures single kernels");
    try (Session session =
            new Session(console, backend.selection(), Session.backendProperties(), false);
        BandwidthFloor kernels = new BandwidthFloor(session.get(Backend.class), batch)) {
      Backend opened = session.get(Backend.class);
      console.result(
          "%s: %s; by %s, median of %d rounds"
              .formatted(
                  opened.name(),
                  BackendsCommand.describe(session.get(Backends.class), opened.name()),
                  opened.clock().description(),
                  rounds));
      for (int round = 0; round <= rounds; round++) {
        kernels.round(round > 0);
      }
      kernels.table().forEach(console::result);
    }
    return 0;
  }

  private String model() {
    return models.isEmpty() ? USUAL_MODEL : models.get(0);
  }

  /** The comparison is a program of its own, as its libraries are large. */
  private int comparePeers() throws IOException, InterruptedException {
    requireOnly(WITH_PEERS, "--peers compares convnet at batch 64 on cpu");
    String home = System.getProperty(HOME);
    if (home == null) {
      throw new IllegalArgumentException(
          "--peers needs the sources: start it by ./cambium, or set -D"
              + HOME
              + " to their folder");
    }
    List<String> command =
        new ArrayList<>(List.of(Path.of(home, "scripts", "bench-peers.sh").toString()));
    command.addAll(List.of("--rounds", Integer.toString(rounds)));
    if (!threads.isEmpty()) {
      command.add("--threads");
      command.add(threads.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private String title(Session session) {
    Backend opened = session.get(Backend.class);
    return "%s, batch %d of images %s, %d rounds of %d steps; backend %s: %s"
        .formatted(
            model(),
            batch,
            BenchSubject.sample(),
            rounds,
            steps,
            opened.name(),
            BackendsCommand.describe(session.get(Backends.class), opened.name()));
  }

  private List<Contender> contenders() {
    String provider =
        Backends.discover().list(backend.selection()).stream()
            .filter(BackendStatus::isChosen)
            .map(BackendStatus::name)
            .findFirst()
            .orElse("");
    List<Contender> contenders = new ArrayList<>();
    List<Integer> counts = threads.isEmpty() ? usualThreads(provider) : threads;
    if (counts.isEmpty()) {
      return List.of(new Contender("default", Session.backendProperties()));
    }
    for (int count : counts) {
      Map<String, String> properties = new TreeMap<>(Session.backendProperties());
      properties.put(provider + ".threads", Integer.toString(count));
      contenders.add(new Contender(Integer.toString(count), properties));
    }
    return contenders;
  }

  /** One thread and all, where threads are processors and nobody has chosen their number. */
  private static List<Integer> usualThreads(String provider) {
    if (!provider.equals("cpu") || Session.backendProperties().containsKey("cpu.threads")) {
      return List.of();
    }
    return IntStream.of(1, Runtime.getRuntime().availableProcessors()).distinct().boxed().toList();
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
      subject = new BenchSubject(model(), batch, steps, session.get(Backend.class));
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
          BenchSubject once = new BenchSubject(model(), batch, steps, traced.get(Backend.class))) {
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
