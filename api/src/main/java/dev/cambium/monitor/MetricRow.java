package dev.cambium.monitor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A line of {@code metrics.jsonl}: what was measured at one step. As JSON one flat object, {@code
 * {"step":230,"epoch":1,"split":"train","loss":0.25,"accuracy":0.9}}. A value is printed with the
 * digits that read back as the same double, bit for bit (a float as the double it equals); what
 * JSON has no number for stands in quotes: {@code "NaN"}, {@code "Infinity"}, {@code "-Infinity"}.
 *
 * @param step training steps done
 * @param epoch the epoch of the step, from 1
 * @param split what was measured on: {@code train}, {@code validation}, {@code test}
 * @param values the measures by name, in the order given
 */
public record MetricRow(long step, int epoch, String split, Map<String, Double> values) {
  private static final Set<String> RESERVED = Set.of("step", "epoch", "split");
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  /** Checks the fields and copies the values. */
  public MetricRow {
    if (step < 0 || epoch < 0) {
      throw new IllegalArgumentException(
          "step and epoch of a row of metrics must not be negative, got " + step + ", " + epoch);
    }
    Objects.requireNonNull(split, "split");
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    values.forEach(
        (name, value) -> {
          if (name == null || value == null || RESERVED.contains(name)) {
            throw new IllegalArgumentException(
                "a metric needs a value, and a name other than step, epoch and split, got "
                    + name
                    + " = "
                    + value);
          }
        });
  }

  /** The row as one line of JSON, without a line end. */
  String toJson() {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeNumberField("step", step);
      json.writeNumberField("epoch", epoch);
      json.writeStringField("split", split);
      for (Map.Entry<String, Double> value : values.entrySet()) {
        json.writeNumberField(value.getKey(), value.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return line.toString();
  }

  /**
   * The row of a line.
   *
   * @throws IOException when the line is no such object
   */
  static MetricRow parse(String line) throws IOException {
    Long step = null;
    Long epoch = null;
    String split = null;
    Map<String, Double> values = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(line)) {
      require(json.nextToken() == JsonToken.START_OBJECT, "it is no JSON object");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken token = json.nextToken();
        boolean whole = token == JsonToken.VALUE_NUMBER_INT;
        switch (name) {
          case "step" -> step = whole ? json.getLongValue() : null;
          case "epoch" -> epoch = whole ? (long) json.getIntValue() : null;
          case "split" -> split = token == JsonToken.VALUE_STRING ? json.getText() : null;
          default -> values.put(name, value(name, json));
        }
      }
      require(json.nextToken() == null, "something follows its JSON object");
    } catch (JsonProcessingException e) {
      throw new IOException(e.getOriginalMessage(), e); // its message would take two lines
    }
    require(
        step != null && epoch != null && split != null && step >= 0 && epoch >= 0,
        "step, epoch or split is missing or of the wrong kind");
    return new MetricRow(step, epoch.intValue(), split, values);
  }

  private static double value(String name, JsonParser json) throws IOException {
    String text = json.getText();
    return switch (json.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Double.parseDouble(text);
      case VALUE_STRING -> {
        require(
            Set.of("NaN", "Infinity", "-Infinity").contains(text), name + " is no number: " + text);
        yield Double.parseDouble(text);
      }
      default -> throw new IOException(name + " is no number");
    };
  }

  private static void require(boolean condition, String message) throws IOException {
    if (!condition) {
      throw new IOException(message);
    }
  }
}
