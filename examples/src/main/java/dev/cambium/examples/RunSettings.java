package dev.cambium.examples;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cambium.data.DataSplits;
import dev.cambium.data.Datasets;
import dev.cambium.monitor.RunFolder;
import dev.cambium.monitor.RunFolderException;
import dev.cambium.nn.Layer;
import dev.cambium.nn.zoo.Zoo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that decides a run, apart from its seed: the {@code config} of {@code run.json}.
 *
 * @param data the data set, in the form that {@link Datasets#open} takes
 * @param model the name of the network
 * @param recipe how it is trained
 * @param augment what is done to training images, see {@link Augmentation}
 * @param averageDecay of the moving average of the weights; 0 for none
 * @param validation the share of the training data that is set aside to choose the best epoch by; 0
 *     for none
 * @param patience epochs without a better validation result before the run ends; 0 for no limit
 * @param accumulate batches whose gradients make one update
 * @param reportEvery steps between two rows of metrics
 * @param backendProperties settings of the backend, such as {@code cpu.threads}
 */
record RunSettings(
    String data,
    String model,
    Recipe recipe,
    String augment,
    double averageDecay,
    double validation,
    int patience,
    int accumulate,
    int reportEvery,
    Map<String, String> backendProperties) {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  RunSettings {
    if (!(validation >= 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "--validation must be at least 0 and less than 1, got " + validation);
    }
    if (patience < 0) {
      throw new IllegalArgumentException("--patience must be at least 0, got " + patience);
    }
    if (patience > 0 && validation == 0) {
      throw new IllegalArgumentException("--patience needs a --validation share above 0");
    }
    if (!(averageDecay >= 0 && averageDecay < 1)) {
      throw new IllegalArgumentException(
          "--average must be at least 0 and less than 1, got " + averageDecay);
    }
    Augmentation changes = new Augmentation(augment);
    changes.requireBatch(recipe.batch());
    augment = changes.form();
    Recipe.atLeastOne("--accumulate", accumulate);
    Recipe.atLeastOne("--report-every", reportEvery);
    data = absolute(data);
    backendProperties = Map.copyOf(backendProperties);
  }

  /** The data set with an absolute folder, so that a run can be gone on with from anywhere. */
  static String absolute(String data) {
    int colon = data.indexOf(':');
    if (colon < 0 || colon == data.length() - 1) {
      return data;
    }
    Path folder = Path.of(data.substring(colon + 1)).toAbsolutePath().normalize();
    return data.substring(0, colon + 1) + folder;
  }

  /**
   * The settings of a run.
   *
   * @throws RunFolderException when its {@code run.json} was not written by {@code train}
   */
  static RunSettings of(RunFolder run) throws RunFolderException {
    try {
      Map<String, Object> config = new LinkedHashMap<>(run.info().config());
      if (config.containsKey("treatment")) {
        throw new RunFolderException(
            "run %s belongs to an experiment: the command experiment goes on with it and tests it"
                .formatted(run.path()));
      }
      // Runs that were begun before these settings were there had none of either.
      config.putIfAbsent("augment", Augmentation.NONE.form());
      config.putIfAbsent("averageDecay", 0.0);
      return JSON.convertValue(config, RunSettings.class);
    } catch (IllegalArgumentException e) {
      throw new RunFolderException(
          "config in run.json of "
              + run.path()
              + " is none of a training: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }

  /** The {@code config} of {@code run.json}. */
  @SuppressWarnings("unchecked")
  Map<String, Object> toConfig() {
    return JSON.convertValue(this, Map.class);
  }

  /** These settings with other data. */
  RunSettings withData(String other) {
    return new RunSettings(
        other,
        model,
        recipe,
        augment,
        averageDecay,
        validation,
        patience,
        accumulate,
        reportEvery,
        backendProperties);
  }

  /** Opens the data set; {@code digits} are drawn from the run's seed. */
  DataSplits open(long seed) {
    return Datasets.open(data, seed);
  }

  /** What is done to training images. */
  Augmentation augmentation() {
    return new Augmentation(augment);
  }

  /** How the network is trained from a seed. */
  TrainingPlan plan(long seed) {
    return new TrainingPlan(recipe, augmentation(), averageDecay, accumulate, seed);
  }

  /** The network. */
  Layer network(int classes) {
    return Zoo.byName(model, classes);
  }
}
