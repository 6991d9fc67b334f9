package dev.cambium.train;

import dev.cambium.tensor.HostArray;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What was measured since the last report, counted on the device.
 *
 * @param step batches trained on so far
 * @param epoch the epoch under way, from 1
 * @param batch batches of it that are done
 * @param batches batches of an epoch
 * @param samples samples since the last report
 * @param loss their mean loss
 * @param accuracy the share that was right; empty where targets are no labels
 * @param nonFiniteScores scores that were NaN or infinite
 * @param learningRate of the last step
 * @param watched the values that a listener asked for at this step
 */
public record StepReport(
    long step,
    int epoch,
    int batch,
    int batches,
    long samples,
    double loss,
    OptionalDouble accuracy,
    long nonFiniteScores,
    double learningRate,
    Map<String, HostArray> watched) {
  /** Whether a number stopped being a number. */
  public boolean diverged() {
    return !Double.isFinite(loss) || nonFiniteScores > 0;
  }
}
