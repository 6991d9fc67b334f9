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
 */
record Checkpoint(Map<String, HostArray> values, TrainingProgress progress) {
  static final String TRAINING = "cambium.training";

  void write(Path file, ModelSpec spec) throws IOException {
    Safetensors.write(
        file,
        values,
        Map.of(ModelFile.MODEL, ModelFile.metadata(spec), TRAINING, progress.toJson()));
  }

  /**
   * Reads a checkpoint.
   *
   * @param expected the states that training changes
   * @throws IOException when it cannot be read, is damaged, or belongs to another network or
   *     optimiser
   */
  static Checkpoint read(Path file, Map<String, TensorType> expected) throws IOException {
    Safetensors tensors = Safetensors.read(file);
    String progress = tensors.metadata().get(TRAINING);
    if (progress == null) {
      throw new ModelFormatException(
          file + " is no checkpoint of a training: its metadata has no '" + TRAINING + "'");
    }
    tensors.require(expected);
    try {
      return new Checkpoint(
          new LinkedHashMap<>(tensors.tensors()), TrainingProgress.parse(progress));
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(file + ": " + e.getMessage());
    }
  }
}
