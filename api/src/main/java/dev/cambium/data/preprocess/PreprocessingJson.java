package dev.cambium.data.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cambium.data.Preprocessing;
import java.util.ArrayList;
import java.util.List;

/** Reads back what {@link Preprocessing#toJson} wrote; floats return bit by bit. */
public final class PreprocessingJson {
  private PreprocessingJson() {}

  /**
   * The preprocessing that {@code json} describes.
   *
   * @throws IllegalArgumentException when the form is unknown or its statistics are not right
   */
  public static Preprocessing read(JsonNode json) {
    String type = json.path("type").asText();
    return switch (type) {
      case "none" -> Preprocessing.NONE;
      case ChannelStandardization.TYPE -> ChannelStandardization.fromJson(json);
      case MeanImage.TYPE -> MeanImage.fromJson(json);
      default ->
          throw new IllegalArgumentException(
              "type of a preprocessing must be none, %s or %s, got \"%s\""
                  .formatted(ChannelStandardization.TYPE, MeanImage.TYPE, type));
    };
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
