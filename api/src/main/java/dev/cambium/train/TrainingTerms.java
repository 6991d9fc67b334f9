package dev.cambium.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What must be the same when a training is resumed, so that it goes on as if it had never stopped.
 *
 * @param batchSize samples of a batch
 * @param seed decides order, masks and augmentation
 * @param accumulate batches of an update
 * @param samples training samples
 */
record TrainingTerms(int batchSize, long seed, int accumulate, int samples) {
  private static final ObjectMapper JSON = new ObjectMapper();

  String toJson() {
    return JSON.createObjectNode()
        .put("batchSize", batchSize)
        .put("seed", seed)
        .put("accumulate", accumulate)
        .put("samples", samples)
        .toString();
  }

  static TrainingTerms parse(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      return new TrainingTerms(
          json.path("batchSize").asInt(),
          json.path("seed").asLong(),
          json.path("accumulate").asInt(),
          json.path("samples").asInt());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the training's terms are no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Throws when a training under {@code now} cannot go on from these. */
  void requireSame(TrainingTerms now) {
    requireSame("batchSize was", batchSize, now.batchSize);
    requireSame("seed was", seed, now.seed);
    requireSame("accumulate was", accumulate, now.accumulate);
    requireSame("samples were", samples, now.samples);
  }

  private static void requireSame(String what, long before, long now) {
    if (before != now) {
      throw new IllegalArgumentException(
          "a training resumes under the terms that it began with: "
              + what
              + " "
              + before
              + (what.endsWith("were") ? ", are " : ", is ")
              + now);
    }
  }
}
