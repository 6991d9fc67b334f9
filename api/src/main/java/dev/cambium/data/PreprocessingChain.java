package dev.cambium.data;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several preprocessings in a row, each of what the one before it gives; {@link
 * Preprocessing#andThen} makes it. The statistics of step {@code i} are named {@code i.NAME}.
 *
 * @param steps the first comes first; a chain among them is replaced by its steps
 */
public record PreprocessingChain(List<Preprocessing> steps) implements Preprocessing {
  /** The {@code type} in JSON. */
  public static final String TYPE = "chain";

  /** Checks that there is a step. */
  public PreprocessingChain {
    List<Preprocessing> flat = new ArrayList<>();
    for (Preprocessing step : steps) {
      flat.addAll(step instanceof PreprocessingChain chain ? chain.steps : List.of(step));
    }
    steps = List.copyOf(flat);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a chain of preprocessings needs at least one, got none");
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    Shape result = shape;
    for (Preprocessing step : steps) {
      result = step.outputShape(result);
    }
    return result;
  }

  @Override
  public void apply(float[] from, int fromOffset, float[] to, int toOffset, Shape shape) {
    float[] values = from;
    int offset = fromOffset;
    Shape now = shape;
    for (Preprocessing step : steps) {
      Shape next = step.outputShape(now);
      float[] result = new float[next.intSize()];
      step.apply(values, offset, result, 0, now);
      values = result;
      offset = 0;
      now = next;
    }
    System.arraycopy(values, 0, to, toOffset, values.length);
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", TYPE);
    ArrayNode array = json.putArray("steps");
    steps.forEach(step -> array.add(step.toJson()));
    return json;
  }

  @Override
  public Map<String, HostArray> tensors() {
    Map<String, HostArray> all = new LinkedHashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      String prefix = i + ".";
      steps.get(i).tensors().forEach((name, value) -> all.put(prefix + name, value));
    }
    return all;
  }

  /** Of the statistics of a chain, those of step {@code index}, under their own names. */
  public static Map<String, HostArray> ofStep(int index, Map<String, HostArray> tensors) {
    String prefix = index + ".";
    Map<String, HostArray> own = new LinkedHashMap<>();
    tensors.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            own.put(name.substring(prefix.length()), value);
          }
        });
    return own;
  }
}
