/**
 * The backend that needs nothing but the JDK: every operation by its host function, in double. It
 * is what other backends are measured against, and what runs where none of them can. Imports {@code
 * tensor}, {@code op} and {@code spi}.
 */
package dev.cambium.spi.reference;
