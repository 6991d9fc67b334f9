package dev.cambium.train;

import dev.cambium.runtime.Safetensors;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A training at one moment, as one safetensors file that is written whole or not at all: weights,
 * running statistics, optimiser slots, counts under way, and the progress as metadata. Also a model
 * that can be loaded.
 *
 * @param values every state that training changes, by name
 * @param progress how far it has come
 * @param terms under which it goes on
 */
record Checkpoint(Map<String, HostArray> values, TrainingProgress progress, TrainingTerms terms) {
  static final String TRAINING = "cambium.training";
  private static final String TERMS = "cambium.terms";

  void write(Path file, ModelSpec spec) throws IOException {
    Safetensors.write(
        file,
        ModelFile.withStatistics(values, spec),
        Map.of(
            ModelFile.MODEL,
            ModelFile.metadata(spec),
            TRAINING,
            progress.toJson(),
            TERMS,
            terms.toJson()));
  }

  /**
   * Reads a checkpoint.
   *
   * @param expected the states that training changes
   * @param now the terms under which it is to go on
   * @throws IllegalArgumentException when those are not the terms that it began with
   * @throws IOException when it cannot be read, is damaged, or belongs to another network or
   *     optimiser
   */
  static Checkpoint read(Path file, Map<String, TensorType> expected, TrainingTerms now)
      throws IOException {
    Safetensors tensors = Safetensors.read(file);
    String progress = tensors.metadata().get(TRAINING);
    String terms = tensors.metadata().get(TERMS);
    if (progress == null || terms == null) {
      throw new ModelFormatException(
          file
              + " is no checkpoint of a training: its metadata has no '"
              + TRAINING
              + "' and '"
              + TERMS
              + "'");
    }
    TrainingTerms before;
    TrainingProgress done;
    try {
      before = TrainingTerms.parse(terms);
      done = TrainingProgress.parse(progress);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(file + ": " + e.getMessage());
    }
    before.requireSame(now);
    Map<String, HostArray> values = new LinkedHashMap<>(tensors.tensors());
    Map<String, TensorType> all = new LinkedHashMap<>(expected);
    // Statistics of preprocessing do not change in training: those of the model in hand stay.
    tensors
        .tensors()
        .forEach(
            (name, value) -> {
              if (name.startsWith(ModelFile.STATISTICS)
                  && all.putIfAbsent(name, value.type()) == null) {
                values.remove(name);
              }
            });
    tensors.require(all);
    return new Checkpoint(values, done, before);
  }
}
