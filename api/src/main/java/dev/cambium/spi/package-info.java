/**
 * What a backend author implements: memory and one method, {@link dev.cambium.spi.Backend#prepare};
 * and how an application finds the backends on its class path. Imports {@code tensor} and {@code
 * op}.
 */
package dev.cambium.spi;
