/**
 * Networks with values: models, the training loop and what it reports, evaluation, checkpoints.
 * Imports every package above it in the house: {@code tensor}, {@code op}, {@code spi}, {@code
 * graph}, {@code runtime}, {@code nn}, {@code optim}, {@code image}, {@code data} and {@code
 * monitor}.
 */
package dev.cambium.train;
