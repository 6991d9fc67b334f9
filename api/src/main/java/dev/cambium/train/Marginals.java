package dev.cambium.train;

/**
 * What a model says of pictures on average over noise, and how much it varies.
 *
 * @param scores the averages, by picture and class; softmax of them are probabilities
 * @param deviations the standard deviation of each probability over the passes (of a population:
 *     the mean square distance from their mean), by picture and class; large where the answer
 *     depends on the noise
 * @param passes how many answers were averaged
 */
public record Marginals(double[][] scores, double[][] deviations, int passes) {}
