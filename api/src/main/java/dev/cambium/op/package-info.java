/**
 * The operations: one record each, whose javadoc is the contract of its kernels, with shape
 * inference, gradient, lowering and the host function that gives its meaning in double precision.
 * Imports {@code tensor} only.
 */
package dev.cambium.op;
