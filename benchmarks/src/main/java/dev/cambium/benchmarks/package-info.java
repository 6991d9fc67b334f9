/**
 * Cambium and its peers on the same work, in turn within one run. May import {@code api} and the
 * peers; no backend, which is chosen when it runs.
 */
package dev.cambium.benchmarks;
