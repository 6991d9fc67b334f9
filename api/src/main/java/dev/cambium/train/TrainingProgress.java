package dev.cambium.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How far a training has come: all that is needed, beside the tensors, to go on as if it had never
 * stopped.
 *
 * @param step batches trained on so far
 * @param epoch the epoch that comes next, or is under way, from 0
 * @param batch its next batch, from 0
 * @param samples samples that the metrics under way have seen
 * @param bestEpoch the epoch with the best validation result, from 1; 0 before the first
 * @param bestAccuracy its accuracy
 * @param bestLoss its loss
 * @param epochSamples samples of the epoch so far that were reported
 * @param epochCorrect how many of them were right
 * @param epochLoss the sum of their losses
 */
public record TrainingProgress(
    long step,
    int epoch,
    int batch,
    long samples,
    int bestEpoch,
    double bestAccuracy,
    double bestLoss,
    long epochSamples,
    long epochCorrect,
    double epochLoss) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Before the first step. */
  public static final TrainingProgress START = new TrainingProgress(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  TrainingProgress afterBatch(int batchSamples) {
    return new TrainingProgress(
        step + 1,
        epoch,
        batch + 1,
        samples + batchSamples,
        bestEpoch,
        bestAccuracy,
        bestLoss,
        epochSamples,
        epochCorrect,
        epochLoss);
  }

  TrainingProgress afterReport(long correct, double lossSum) {
    return new TrainingProgress(
        step,
        epoch,
        batch,
        0,
        bestEpoch,
        bestAccuracy,
        bestLoss,
        epochSamples + samples,
        epochCorrect + correct,
        epochLoss + lossSum);
  }

  TrainingProgress afterEpoch() {
    return new TrainingProgress(step, epoch + 1, 0, 0, bestEpoch, bestAccuracy, bestLoss, 0, 0, 0);
  }

  TrainingProgress withBest(double accuracy, double loss) {
    return new TrainingProgress(
        step,
        epoch,
        batch,
        samples,
        epoch + 1,
        accuracy,
        loss,
        epochSamples,
        epochCorrect,
        epochLoss);
  }

  String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("step", step).put("epoch", epoch).put("batch", batch).put("samples", samples);
    json.put("bestEpoch", bestEpoch).put("bestAccuracy", bestAccuracy).put("bestLoss", bestLoss);
    json.put("epochSamples", epochSamples)
        .put("epochCorrect", epochCorrect)
        .put("epochLoss", epochLoss);
    return json.toString();
  }

  static TrainingProgress parse(String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the training's progress is no JSON: " + e.getOriginalMessage(), e);
    }
    for (String name :
        new String[] {"step", "epoch", "batch", "bestEpoch", "bestAccuracy", "epochLoss"}) {
      if (!json.path(name).isNumber()) {
        throw new IllegalArgumentException("the training's progress has no number '" + name + "'");
      }
    }
    return new TrainingProgress(
        json.get("step").asLong(),
        json.get("epoch").asInt(),
        json.get("batch").asInt(),
        json.path("samples").asLong(),
        json.get("bestEpoch").asInt(),
        json.get("bestAccuracy").asDouble(),
        json.path("bestLoss").asDouble(),
        json.path("epochSamples").asLong(),
        json.path("epochCorrect").asLong(),
        json.get("epochLoss").asDouble());
  }
}
