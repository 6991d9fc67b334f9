/**
 * Losses: what training makes small. Each is described into the graph after the network, from its
 * scores and the targets. Imports {@code nn} and what {@code nn} imports.
 */
package dev.cambium.nn.loss;
