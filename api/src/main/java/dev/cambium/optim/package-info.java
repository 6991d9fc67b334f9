/**
 * Optimisers, learning-rate schedules and rules for groups of parameters: everything between
 * gradients and new parameters. Imports {@code nn}, {@code graph}, {@code op} and {@code tensor}.
 */
package dev.cambium.optim;
