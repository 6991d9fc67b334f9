package dev.cambium.examples;

import dev.cambium.data.DataSplits;
import dev.cambium.data.Dataset;
import dev.cambium.data.preprocess.ChannelStandardization;
import dev.cambium.monitor.MetricRow;
import dev.cambium.monitor.ProgressBar;
import dev.cambium.monitor.RunFolder;
import dev.cambium.monitor.RunFolderException;
import dev.cambium.monitor.RunInfo;
import dev.cambium.spi.Backend;
import dev.cambium.train.Evaluator;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.ProgressListener;
import dev.cambium.train.RunRecorder;
import dev.cambium.train.Trainer;
import dev.cambium.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A treatment with one seed, in a run folder of its own: trained on all training images for a fixed
 * number of epochs, then tested once. What was begun is gone on with; what is done stays.
 *
 * @param treatment how it is trained
 * @param recipe the budget and the rule of updates
 * @param data what it is trained and tested on
 * @param seed decides first weights, order, noise
 * @param path its folder
 */
record TreatmentRun(Treatment treatment, Recipe recipe, DataSplits data, long seed, Path path) {
  private static final String TEST = "test";

  /** What decides the run, as {@code run.json} has it. */
  private Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("treatment", treatment.name());
    config.put("data", RunSettings.absolute(data.name()));
    config.put("samples", (long) data.train().size());
    config.put("augment", treatment.augmentation().form());
    config.put("averageDecay", treatment.averageDecay());
    config.put("recipe", recipe.toString());
    return config;
  }

  /** The share of right answers on the test images, where the run is done. */
  OptionalDouble result() throws RunFolderException {
    if (!Files.exists(path.resolve("run.json"))) {
      return OptionalDouble.empty();
    }
    RunFolder folder = RunFolder.open(path);
    requireSame(folder.info());
    return folder.readMetrics().stream()
        .filter(row -> row.split().equals(TEST))
        .map(MetricRow::values)
        .mapToDouble(values -> values.get("accuracy"))
        .findFirst();
  }

  private void requireSame(RunInfo info) throws RunFolderException {
    if (!info.config().equals(config()) || info.seed() != seed) {
      throw new RunFolderException(
          "folder %s holds another run: %s with seed %d, expected %s with seed %d; choose another --out"
              .formatted(path, info.config(), info.seed(), config(), seed));
    }
  }

  /**
   * Trains from where it stands to the end and tests.
   *
   * @return the share of right answers; empty when it was asked to stop
   */
  OptionalDouble run(Backend backend, String device, Console console, StopSignal stop)
      throws IOException {
    RunFolder folder =
        Files.exists(path.resolve("run.json"))
            ? RunFolder.resume(path)
            : RunFolder.create(path, RunInfo.now(config(), seed, backend.name(), device));
    requireSame(folder.info());
    if (!folder.info().backend().equals(backend.name())) {
      console.remark(Training.otherBackend(folder.info(), backend));
    }
    Dataset train = data.train();
    ModelSpec spec =
        ModelSpec.of(
                treatment.network().apply(train.classNames().size()),
                train.sampleShape(),
                train.classNames())
            .with(ChannelStandardization.fit(train));
    try (Model model = Model.create(spec, seed, backend);
        RunRecorder recorder = new RunRecorder(folder)) {
      treatment.start().prepare(model, train, seed);
      ProgressBar bar = new ProgressBar(console.err(), console.terminal());
      Trainer trainer = trainer(model, folder, recorder, bar);
      stop.arm(trainer::requestStop);
      TrainingResult result;
      try {
        result = trainer.fit(train);
      } finally {
        stop.disarm();
        bar.clear();
      }
      return switch (result.outcome()) {
        case INTERRUPTED -> OptionalDouble.empty();
        case COMPLETED, STOPPED_EARLY, DIVERGED -> {
          recorder.tested(
              result.progress().epoch(),
              new Evaluator(model, recipe.loss(), recipe.batch()).evaluate(data.test()));
          yield result();
        }
      };
    }
  }

  private Trainer trainer(Model model, RunFolder folder, RunRecorder recorder, ProgressBar bar) {
    Dataset train = data.train();
    Trainer.Builder builder =
        new TrainingPlan(recipe, treatment.augmentation(), treatment.averageDecay(), 1, seed)
            .trainer(model, train, treatment.augmentation().trainingTransform(train))
            .runFolder(folder)
            .listener(recorder)
            .listener(new ProgressListener(bar));
    if (Files.exists(folder.lastCheckpoint())) {
      builder.resume();
    }
    return builder.build();
  }

  /** Whether an epoch of the run came to its end. */
  boolean hasWeights() throws RunFolderException {
    return Files.exists(RunFolder.open(path).bestCheckpoint());
  }

  /** The model as it was at the end of the last epoch. */
  Model load(Backend backend) throws IOException {
    return Model.load(Training.bestWeights(RunFolder.open(path)), backend);
  }
}
