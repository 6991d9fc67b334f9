/**
 * What a training run shows of itself: running statistics and metrics, the run folder that holds
 * them, TensorBoard event files, and the progress on a terminal. Imports {@code tensor} and, for
 * files that are replaced whole, {@code runtime}; knows nothing of training.
 */
package dev.cambium.monitor;
