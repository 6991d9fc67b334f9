/**
 * Initialisers that need nothing but a shape and random numbers. The named ones are one-line cases
 * of {@link dev.cambium.nn.init.VarianceScaling}. Imports {@code tensor} only.
 */
package dev.cambium.nn.init;
