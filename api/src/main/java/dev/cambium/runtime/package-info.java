/**
 * Graphs on a backend: plans, their memory, the states that live between runs, values one by one,
 * and gradient checks. Imports {@code tensor}, {@code op}, {@code spi} and {@code graph}.
 */
package dev.cambium.runtime;
