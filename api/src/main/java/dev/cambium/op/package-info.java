/**
 * The operations: one record each, whose javadoc is the contract of its kernels, with shape
 * inference, gradient, lowering and the host function that gives its meaning in double precision.
 * Imports {@code tensor} only.
 *
 * <h2>How exact a kernel is</h2>
 *
 * Where an operation's javadoc says nothing else:
 *
 * <ul>
 *   <li>sums, differences and products are rounded once, to nearest even; a sum of many terms may
 *       be taken in any order, with or without fused multiply-add
 *   <li>a quotient or a reciprocal is within 2.5 ulp of the exact result, a square root, an
 *       exponential or a logarithm within 3 ulp, a hyperbolic tangent within 5 ulp: what OpenCL 1.2
 *       asks of FLOAT32 in its full profile (section 7.4, "Relative Error as ULPs"), and what CUDA
 *       and the vector libraries of processors keep; in FLOAT64 the same numbers of its own ulps
 *   <li>a setting of a record, which is a double, is rounded to the element type before it is used
 *   <li>a subnormal number, operand or result, may be taken for a zero; only operations that move
 *       elements ({@link dev.cambium.op.Reshape}, {@link dev.cambium.op.Transpose}, {@link
 *       dev.cambium.op.Broadcast}) keep it
 * </ul>
 */
package dev.cambium.op;
