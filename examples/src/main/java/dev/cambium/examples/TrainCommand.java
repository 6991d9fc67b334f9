package dev.cambium.examples;

import dev.cambium.monitor.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains a network; see {@link Training}. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Trains a network; alone: lenet on digits. Ends with the test accuracy.")
final class TrainCommand implements Callable<Integer> {
  private static final List<String> WITH_RESUME = List.of("--resume", "--backend", "--trace");

  @Option(
      names = "--data",
      paramLabel = "D",
      defaultValue = "digits",
      description =
          "digits (built in), mnist:DIR, fashion-mnist:DIR, cifar10:DIR, cifar100:DIR, images:DIR"
              + " or images:DIR@HxW; default: ${DEFAULT-VALUE}")
  private String data;

  @Option(
      names = "--model",
      paramLabel = "M",
      defaultValue = "lenet",
      description = "softmax, mlp, lenet, convnet or resnet20; default: ${DEFAULT-VALUE}")
  private String model;

  @Mixin private RecipeOptions recipe = new RecipeOptions();

  @Option(
      names = "--augment",
      paramLabel = "LIST",
      defaultValue = "none",
      description =
          "changes of training images, one after the other, such as flip,crop:4,colour:0.2,mixup;"
              + " ./cambium augment --help lists them; default: ${DEFAULT-VALUE}")
  private String augment;

  @Option(
      names = "--average",
      paramLabel = "DECAY",
      defaultValue = "0",
      description =
          "validates and keeps a moving average of the weights, with this decay once it has warmed"
              + " up, such as 0.995; 0 for none, the default")
  private double averageDecay;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "decides the first weights, the split, the order, dropout, and what digits look like;"
              + " default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--validation",
      paramLabel = "SHARE",
      defaultValue = "0.1",
      description =
          "share of the training images that chooses the best epoch; default: ${DEFAULT-VALUE}")
  private double validation;

  @Option(
      names = "--patience",
      paramLabel = "N",
      defaultValue = "0",
      description = "ends after so many epochs without a better one; 0 for never, the default")
  private int patience;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      defaultValue = "1",
      description = "batches whose gradients make one update; default: ${DEFAULT-VALUE}")
  private int accumulate;

  @Option(
      names = "--report-every",
      paramLabel = "N",
      defaultValue = "10",
      description = "steps between two rows of metrics; default: ${DEFAULT-VALUE}")
  private int reportEvery;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "folder of the run; default: a fresh one under runs/")
  private Path out;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description = "goes on with the run in this folder, with all its settings")
  private Path resume;

  @Mixin private BackendOption backend = new BackendOption();

  @Mixin private TraceOption trace = new TraceOption();

  @Spec private CommandSpec spec;

  private final Console console;
  private final StopSignal stop;

  TrainCommand(Console console, StopSignal stop) {
    this.console = console;
    this.stop = stop;
  }

  @Override
  public Integer call() throws IOException {
    Training.Ending ending = resume == null ? begin() : goOn();
    ending.test().map(Report::lastLine).ifPresent(console::result);
    return ending.status();
  }

  private Training.Ending begin() throws IOException {
    Map<String, String> properties = Session.backendProperties();
    RunSettings settings =
        new RunSettings(
            data,
            model,
            recipe.applyTo(Recipe.of(model)),
            augment,
            averageDecay,
            validation,
            patience,
            accumulate,
            reportEvery,
            properties);
    Path folder = Optional.ofNullable(out).orElseGet(() -> NewRun.freshPath(data, model));
    try (Session session =
        new Session(console, backend.selection(), properties, trace.isWanted())) {
      return session.get(Training.class).begin(settings, seed, folder, stop);
    }
  }

  private Training.Ending goOn() throws IOException {
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (!WITH_RESUME.contains(option.longestName())) {
        throw new ParameterException(
            spec.commandLine(),
            "--resume goes on with the settings of its run: leave out " + option.longestName());
      }
    }
    RunFolder folder = RunFolder.resume(resume);
    Map<String, String> properties = new TreeMap<>(RunSettings.of(folder).backendProperties());
    properties.putAll(Session.backendProperties());
    String selection = backend.selection();
    try (Session session =
        new Session(
            console,
            selection.isEmpty() ? folder.info().backend() : selection,
            properties,
            trace.isWanted())) {
      return session.get(Training.class).resume(folder, stop);
    }
  }
}
