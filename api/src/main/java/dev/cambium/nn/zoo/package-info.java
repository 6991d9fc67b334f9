/**
 * Networks by name, from softmax regression to a residual net. Imports {@code nn} and what {@code
 * nn} imports.
 */
package dev.cambium.nn.zoo;
