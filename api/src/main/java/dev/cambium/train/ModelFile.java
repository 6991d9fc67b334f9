package dev.cambium.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.data.Preprocessing;
import dev.cambium.data.preprocess.PreprocessingJson;
import dev.cambium.nn.Architecture;
import dev.cambium.nn.Network;
import dev.cambium.runtime.Safetensors;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model in a safetensors file: weights as tensors, the statistics of its preprocessing as tensors
 * under {@code preprocessing.}, and what else is needed to use them as metadata under {@code
 * cambium.model}. A checkpoint is such a file with the optimiser's tensors beside the weights.
 *
 * @param spec what the model is
 * @param network its network
 * @param values parameters and running statistics by name
 */
record ModelFile(ModelSpec spec, Network network, Map<String, HostArray> values) {
  static final String MODEL = "cambium.model";

  /** Before the name of a tensor of {@link Preprocessing#tensors}. */
  static final String STATISTICS = "preprocessing.";

  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  static ModelFile read(Path file, Architecture architecture) throws IOException {
    Safetensors tensors = Safetensors.read(file);
    ModelSpec spec = spec(tensors, architecture);
    Network network = spec.network();
    Map<String, TensorType> expected = new LinkedHashMap<>();
    Model.saved(network).forEach(name -> expected.put(name, network.states().get(name).type()));
    if (!tensors.metadata().containsKey(Checkpoint.TRAINING)) {
      Map<String, TensorType> all = new LinkedHashMap<>(expected);
      statistics(spec).forEach((name, value) -> all.put(name, value.type()));
      tensors.require(all);
    }
    Map<String, HostArray> values = new LinkedHashMap<>();
    for (String name : expected.keySet()) {
      HostArray value = tensors.tensors().get(name);
      if (value == null || !value.type().equals(expected.get(name))) {
        throw new ModelFormatException(
            file
                + ": tensor "
                + name
                + " is "
                + (value == null ? "missing" : value.type())
                + ", expected "
                + expected.get(name));
      }
      values.put(name, value);
    }
    return new ModelFile(spec, network, values);
  }

  static void write(Path file, ModelSpec spec, Map<String, HostArray> weights) throws IOException {
    Safetensors.write(file, withStatistics(weights, spec), Map.of(MODEL, metadata(spec)));
  }

  /**
   * The values with the statistics of the preprocessing beside them.
   *
   * @throws IllegalArgumentException when a value has the name of a statistic
   */
  static Map<String, HostArray> withStatistics(Map<String, HostArray> values, ModelSpec spec) {
    Map<String, HostArray> all = new LinkedHashMap<>(values);
    statistics(spec)
        .forEach(
            (name, value) -> {
              if (all.put(name, value) != null) {
                throw new IllegalArgumentException(
                    "the network has a state "
                        + name
                        + ", which is the name of a statistic of its preprocessing; name the layer otherwise");
              }
            });
    return all;
  }

  private static Map<String, HostArray> statistics(ModelSpec spec) {
    Map<String, HostArray> named = new LinkedHashMap<>();
    spec.preprocessing().tensors().forEach((name, value) -> named.put(STATISTICS + name, value));
    return named;
  }

  /** The spec as JSON. */
  static String metadata(ModelSpec spec) {
    ObjectNode json = JSON.createObjectNode();
    json.put("formatVersion", VERSION);
    try {
      json.set("network", JSON.readTree(spec.architecture().write(spec.layer())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a network was written as no JSON", e);
    }
    for (int dimension : spec.sample().toArray()) {
      json.withArray("sample").add(dimension);
    }
    json.set("preprocessing", spec.preprocessing().toJson());
    spec.classNames().forEach(json.withArray("classNames")::add);
    return json.toString();
  }

  private static ModelSpec spec(Safetensors tensors, Architecture architecture) throws IOException {
    String text = tensors.metadata().get(MODEL);
    if (text == null) {
      throw new ModelFormatException(
          tensors.file()
              + " holds tensors but no model: its metadata has no '"
              + MODEL
              + "'; read weights from elsewhere with Safetensors.read and Model.setWeights");
    }
    try {
      JsonNode json = JSON.readTree(text);
      int version = json.path("formatVersion").asInt();
      if (version != VERSION) {
        throw new ModelFormatException(
            tensors.file()
                + " has a model of format "
                + version
                + ", this version reads "
                + VERSION);
      }
      List<Integer> sample = new ArrayList<>();
      json.path("sample").forEach(dimension -> sample.add(dimension.asInt()));
      List<String> names = new ArrayList<>();
      json.path("classNames").forEach(name -> names.add(name.asText()));
      return new ModelSpec(
          architecture.read(json.path("network").toString()),
          Shape.of(sample),
          preprocessing(tensors, json.path("preprocessing")),
          names,
          architecture);
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          tensors.file() + ": '" + MODEL + "' is no JSON: " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(
          tensors.file() + ": '" + MODEL + "' is damaged: " + e.getMessage());
    }
  }

  private static Preprocessing preprocessing(Safetensors tensors, JsonNode json)
      throws ModelFormatException {
    Map<String, HostArray> statistics = new LinkedHashMap<>();
    tensors
        .tensors()
        .forEach(
            (name, value) -> {
              if (name.startsWith(STATISTICS)) {
                statistics.put(name.substring(STATISTICS.length()), value);
              }
            });
    try {
      return PreprocessingJson.read(json, statistics);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(
          tensors.file() + ": the preprocessing of its model is damaged: " + e.getMessage());
    }
  }
}
