package dev.cambium.data.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.data.Preprocessing;
import dev.cambium.data.PreprocessingChain;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads back what {@link Preprocessing#toJson} and {@link Preprocessing#tensors} gave; floats
 * return bit by bit.
 */
public final class PreprocessingJson {
  private PreprocessingJson() {}

  /** The preprocessing that {@code json} describes, for a form without tensors. */
  public static Preprocessing read(JsonNode json) {
    return read(json, Map.of());
  }

  /**
   * The preprocessing that {@code json} describes.
   *
   * @param tensors its statistics by name; others are left alone
   * @throws IllegalArgumentException when the form is unknown or its statistics are not right
   */
  public static Preprocessing read(JsonNode json, Map<String, HostArray> tensors) {
    String type = json.path("type").asText();
    return switch (type) {
      case "none" -> Preprocessing.NONE;
      case ChannelStandardization.TYPE -> ChannelStandardization.fromJson(json);
      case MeanImage.TYPE -> MeanImage.fromJson(json);
      case Standardization.TYPE -> Standardization.read(json, tensors);
      case Pca.TYPE -> Pca.read(json, tensors);
      case Whitening.TYPE -> Whitening.read(json, tensors);
      case PreprocessingChain.TYPE -> chain(json, tensors);
      default ->
          throw new IllegalArgumentException(
              "type of a preprocessing must be none, %s, got \"%s\""
                  .formatted(
                      String.join(
                          ", ",
                          ChannelStandardization.TYPE,
                          MeanImage.TYPE,
                          Standardization.TYPE,
                          Pca.TYPE,
                          Whitening.TYPE + " or " + PreprocessingChain.TYPE),
                      type));
    };
  }

  private static Preprocessing chain(JsonNode json, Map<String, HostArray> tensors) {
    List<Preprocessing> steps = new ArrayList<>();
    for (JsonNode step : json.path("steps")) {
      steps.add(read(step, PreprocessingChain.ofStep(steps.size(), tensors)));
    }
    return new PreprocessingChain(steps);
  }

  /** {@code type} and {@code shape}, to which a form adds its own fields. */
  static ObjectNode describe(String type, Shape shape) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", type);
    ArrayNode dimensions = json.putArray("shape");
    for (int dimension : shape.toArray()) {
      dimensions.add(dimension);
    }
    return json;
  }

  /** The shape of the samples, of at least one element. */
  static Shape shape(JsonNode json) {
    List<Integer> dimensions = new ArrayList<>();
    for (JsonNode dimension : json.path("shape")) {
      if (!dimension.isInt() || dimension.intValue() < 1) {
        throw new IllegalArgumentException(
            "shape of a preprocessing must be positive integers, got " + json.path("shape"));
      }
      dimensions.add(dimension.intValue());
    }
    if (!json.path("shape").isArray()) {
      throw new IllegalArgumentException(
          "a preprocessing of type %s needs an array shape".formatted(json.path("type")));
    }
    return Shape.of(dimensions);
  }

  static double notNegative(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isNumber() || !(value.doubleValue() >= 0)) {
      throw new IllegalArgumentException(
          "%s of a preprocessing must be a number and not negative, got %s"
              .formatted(field, value.isMissingNode() ? "none" : value));
    }
    return value.doubleValue();
  }

  /** The finite numbers of a tensor that must be there. */
  static float[] statistics(Map<String, HostArray> tensors, String name, Shape shape) {
    TensorType expected = new TensorType(DType.FLOAT32, shape);
    HostArray found = tensors.get(name);
    if (found == null || !found.type().equals(expected)) {
      throw new IllegalArgumentException(
          "statistics \"%s\" of a preprocessing must be %s, got %s"
              .formatted(name, expected, found == null ? "none" : found.type()));
    }
    float[] values = found.toFloats();
    SampleShape.requireFinite(
        "statistics \"%s\" of a preprocessing".formatted(name), values, shape.size());
    return values;
  }

  static List<Float> numbers(JsonNode json, String field) {
    JsonNode array = json.path(field);
    List<Float> values = new ArrayList<>();
    for (JsonNode value : array) {
      if (!value.isNumber()) {
        throw new IllegalArgumentException(
            "%s of a preprocessing must be numbers, got %s".formatted(field, value));
      }
      values.add(value.floatValue());
    }
    if (!array.isArray() || values.isEmpty()) {
      throw new IllegalArgumentException(
          "a preprocessing of type %s needs an array %s of numbers, got %s"
              .formatted(json.path("type"), field, array.isMissingNode() ? "none" : array));
    }
    return values;
  }
}
