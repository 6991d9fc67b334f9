/**
 * Initialisers that need nothing but a shape and random numbers. Most named ones are one-line cases
 * of {@link dev.cambium.nn.init.VarianceScaling}. Imports {@code tensor} and {@code op}.
 * Initialisers that look at data are in {@code train}.
 */
package dev.cambium.nn.init;
