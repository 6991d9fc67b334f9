package dev.cambium.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * A fixed function of one sample, the same in training, evaluation and use: its statistics are
 * taken from training data once and saved with the model. Immutable, for use from many threads.
 */
public interface Preprocessing {
  /** Samples as they are. */
  Preprocessing NONE =
      new Preprocessing() {
        @Override
        public void apply(float[] from, int fromOffset, float[] to, int toOffset, Shape shape) {
          System.arraycopy(from, fromOffset, to, toOffset, shape.intSize());
        }

        @Override
        public ObjectNode toJson() {
          return JsonNodeFactory.instance.objectNode().put("type", "none");
        }

        @Override
        public String toString() {
          return "no preprocessing";
        }
      };

  /**
   * The shape of the result for samples of {@code shape}; asked before the first sample.
   *
   * @throws IllegalArgumentException when such samples do not fit the statistics
   */
  default Shape outputShape(Shape shape) {
    return shape;
  }

  /**
   * Computes one sample.
   *
   * @param from holds the sample, row-major, from {@code fromOffset} on
   * @param to receives the result from {@code toOffset} on; may be {@code from} at the same offset
   *     where the shape does not change
   * @param shape the shape of the sample, one that {@link #outputShape} has accepted
   */
  void apply(float[] from, int fromOffset, float[] to, int toOffset, Shape shape);

  /**
   * What is saved with a model: {@code type} names the form, the rest are its settings, and its
   * statistics where they are few.
   */
  ObjectNode toJson();

  /**
   * Statistics that are too many for JSON, by name; saved with a model as tensors beside its
   * weights.
   */
  default Map<String, HostArray> tensors() {
    return Map.of();
  }

  /**
   * This, and then {@code next} of what it gives; {@code next} must have been fitted on that. Both
   * are saved with the model.
   */
  default Preprocessing andThen(Preprocessing next) {
    return new PreprocessingChain(List.of(this, next));
  }
}
