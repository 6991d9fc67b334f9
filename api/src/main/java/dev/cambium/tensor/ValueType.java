package dev.cambium.tensor;

/**
 * What a value in a graph is: a dense tensor that everybody can read, or a cache that only its own
 * backend understands.
 */
public sealed interface ValueType permits TensorType, Opaque {}
