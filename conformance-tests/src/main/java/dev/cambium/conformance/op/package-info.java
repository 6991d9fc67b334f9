/**
 * The cases of single operations, as tables: a row is an operation, the shapes and data that it is
 * given, and how far FLOAT32 may lead away from what its host function computes in double. One
 * class per family of operations; {@link dev.cambium.conformance.op.OpCases} has them all.
 */
package dev.cambium.conformance.op;
