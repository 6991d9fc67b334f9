package dev.cambium.train;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an epoch brought.
 *
 * @param epoch the epoch, from 1
 * @param step batches trained on so far
 * @param trainLoss the mean loss of its samples, each before the update that it took part in
 * @param trainAccuracy the share of them that was right; empty where targets are no labels
 * @param validation how the model does on the validation split; empty without one
 * @param best whether the validation result is the best so far
 * @param seconds how long the epoch took, validation not included
 */
public record EpochReport(
    int epoch,
    long step,
    double trainLoss,
    OptionalDouble trainAccuracy,
    Optional<Evaluation> validation,
    boolean best,
    double seconds) {}
