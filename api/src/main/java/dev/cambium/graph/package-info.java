/**
 * Operations on named values as an immutable graph: how it is built, differentiated and rewritten.
 * Imports {@code tensor}, {@code op} and {@code spi}.
 */
package dev.cambium.graph;
