package dev.cambium.graph;

/**
 * At the end of a run, {@code state} becomes {@code next}.
 *
 * @param state the state
 * @param next its value after the run, of the same type
 */
public record Assignment(Node.State state, Node.Output next) {}
