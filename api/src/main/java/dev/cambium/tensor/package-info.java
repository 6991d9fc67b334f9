/**
 * The values of the framework on the host: shapes, element types, dense arrays, and the
 * counter-based random numbers that every backend reproduces bit by bit. Imports nothing but the
 * JDK.
 */
package dev.cambium.tensor;
