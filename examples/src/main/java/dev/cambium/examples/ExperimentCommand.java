package dev.cambium.examples;

import dev.cambium.data.DataSplits;
import dev.cambium.data.Datasets;
import dev.cambium.data.Subset;
import dev.cambium.runtime.AtomicFile;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Backends;
import dev.cambium.train.Model;
import dev.cambium.train.Predictor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Trains all treatments of an experiment from several seeds and prints a table. Each training is a
 * run folder of its own: the same command goes on where it was stopped, and once all is there
 * prints the table again.
 */
@Command(
    name = "experiment",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains the same network in several ways and prints what each of them buys.",
      "May take hours; the same command goes on where it was stopped."
    })
final class ExperimentCommand implements Callable<Integer> {
  private static final List<Experiment> EXPERIMENTS =
      List.of(new GainsExperiment(), new DepthExperiment());

  @Parameters(index = "0", paramLabel = "NAME", description = "gains or depth")
  private String name;

  @Option(names = "--data", paramLabel = "D", description = "as for train; gains needs it")
  private String data;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "folder of all runs")
  private Path out;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2,3",
      description = "one training from each; default: ${DEFAULT-VALUE}")
  private List<Long> seeds;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "trains these treatments alone; the table has all that are trained by then")
  private List<String> only = List.of();

  @Option(names = "--epochs", paramLabel = "N", description = "instead of the experiment's own")
  private Integer epochs;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "the first so many training and test images alone, to try it out")
  private Integer samples;

  @Mixin private BackendOption backend = new BackendOption();

  private final Console console;
  private final StopSignal stop;
  private final Map<Long, DataSplits> splits = new HashMap<>();

  ExperimentCommand(Console console, StopSignal stop) {
    this.console = console;
    this.stop = stop;
  }

  @Override
  public Integer call() throws IOException {
    Experiment experiment = experiment();
    requireTreatments(experiment);
    requireDifferentSeeds();
    Recipe recipe = recipe(experiment);
    seeds.forEach(this::splits);
    try (Session session =
        new Session(console, backend.selection(), Session.backendProperties(), false)) {
      Backend opened = session.get(Backend.class);
      String device = BackendsCommand.describe(session.get(Backends.class), opened.name());
      console.remark("%s: %s".formatted(experiment.name(), experiment.question()));
      console.remark("backend %s: %s; %s".formatted(opened.name(), device, recipe));
      ExperimentTable table = new ExperimentTable(seeds, experiment.treatments().get(0).name());
      for (Treatment treatment : experiment.treatments()) {
        boolean wanted = only.isEmpty() || only.contains(treatment.name());
        List<Double> accuracies = new ArrayList<>();
        for (long seed : seeds) {
          TreatmentRun run = run(treatment, recipe, seed);
          OptionalDouble accuracy = run.result();
          if (accuracy.isEmpty() && wanted) {
            accuracy = run.run(opened, device, console, stop);
            if (accuracy.isEmpty()) {
              console.remark("stopped in %s; the same command goes on".formatted(run.path()));
              return StopSignal.STOPPED;
            }
          }
          accuracy.ifPresent(
              value -> console.remark(line(treatment.name(), "seed " + seed, value)));
          accuracy.ifPresent(accuracies::add);
        }
        if (accuracies.size() == seeds.size()) {
          table.add(treatment.name(), accuracies);
        }
      }
      if (only.isEmpty()) {
        test(experiment, recipe, opened, table);
      }
      String text = String.join("\n", table.lines()) + "\n";
      AtomicFile.write(out.resolve("table.md"), text.getBytes(StandardCharsets.UTF_8));
      table.lines().forEach(console::result);
    }
    return 0;
  }

  private static String line(String treatment, String which, double accuracy) {
    return String.format(Locale.ROOT, "%s, %s: test accuracy %.4f", treatment, which, accuracy);
  }

  private Experiment experiment() {
    return EXPERIMENTS.stream()
        .filter(experiment -> experiment.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "experiment must be one of %s, got '%s'"
                        .formatted(names(EXPERIMENTS.stream().map(Experiment::name)), name)));
  }

  private static String names(Stream<String> names) {
    return names.collect(Collectors.joining(", "));
  }

  private void requireTreatments(Experiment experiment) {
    List<String> all = experiment.treatments().stream().map(Treatment::name).toList();
    for (String wanted : only) {
      if (!all.contains(wanted)) {
        throw new IllegalArgumentException(
            "--only must name treatments of %s (%s), got '%s'"
                .formatted(name, String.join(", ", all), wanted));
      }
    }
  }

  /** A seed that is there twice would be counted twice. */
  private void requireDifferentSeeds() {
    if (Set.copyOf(seeds).size() != seeds.size()) {
      throw new IllegalArgumentException("--seeds must be different numbers, got " + seeds);
    }
  }

  private Recipe recipe(Experiment experiment) {
    Recipe recipe = experiment.recipe();
    return epochs == null ? recipe : recipe.withEpochs(epochs);
  }

  private TreatmentRun run(Treatment treatment, Recipe recipe, long seed) {
    return new TreatmentRun(
        treatment, recipe, splits(seed), seed, out.resolve(treatment.name() + "-seed" + seed));
  }

  private DataSplits splits(long seed) {
    return splits.computeIfAbsent(seed, this::open);
  }

  private DataSplits open(long seed) {
    String form =
        Optional.ofNullable(data)
            .or(experiment()::usualData)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "experiment %s needs --data, such as cifar10:DIR".formatted(name)));
    DataSplits whole = Datasets.open(form, seed);
    if (samples == null) {
      return whole;
    }
    Recipe.atLeastOne("--samples", samples);
    return new DataSplits(
        whole.name(), Subset.first(whole.train(), samples), Subset.first(whole.test(), samples));
  }

  private void test(Experiment experiment, Recipe recipe, Backend opened, ExperimentTable table)
      throws IOException {
    Treatment base = experiment.treatments().get(0);
    List<TreatmentRun> runs = seeds.stream().map(seed -> run(base, recipe, seed)).toList();
    for (TreatmentRun run : runs) {
      if (!run.hasWeights()) {
        console.remark("nothing to average: %s diverged in its first epoch".formatted(run.path()));
        return;
      }
    }
    Resources resources = new Resources();
    try {
      List<Model> models = new ArrayList<>();
      for (TreatmentRun run : runs) {
        Model model = run.load(opened);
        resources.add(model::close);
        models.add(model);
      }
      for (Experiment.Testing testing : experiment.testings()) {
        table.add(testing.name(), accuracies(testing, models));
      }
    } finally {
      resources.close();
    }
  }

  private List<Double> accuracies(Experiment.Testing testing, List<Model> models) {
    List<List<Model>> groups =
        testing.ofAllSeeds() ? List.of(models) : models.stream().map(List::of).toList();
    List<Double> accuracies = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      DataSplits its = splits(seeds.get(i));
      Predictor predictor = testing.predictor().apply(groups.get(i), its.train());
      double accuracy = predictor.accuracy(its.test(), 64).value();
      String which = testing.ofAllSeeds() ? "all seeds" : "seed " + seeds.get(i);
      console.remark(line(testing.name(), which, accuracy));
      accuracies.add(accuracy);
    }
    return accuracies;
  }
}
