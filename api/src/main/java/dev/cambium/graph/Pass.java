package dev.cambium.graph;

/** Rewrites a graph into one that computes the same. */
@FunctionalInterface
public interface Pass {
  /** The rewritten graph; every name and assignment of the original is kept. */
  Graph apply(Graph graph);
}
