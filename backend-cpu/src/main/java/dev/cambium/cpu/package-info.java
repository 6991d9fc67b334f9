/**
 * The {@code cpu} backend: oneDNN primitives, and loops of our own over native memory where oneDNN
 * has none. Rank-4 values lie channels-last in memory (images N,H,W,C; filters O,H,W,I), all others
 * row-major. Imports {@code tensor}, {@code op} and {@code spi} of the api.
 */
package dev.cambium.cpu;
