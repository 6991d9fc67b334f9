/**
 * Layers: immutable descriptions that write themselves into a graph. A layer knows no input size
 * and holds no numbers; both come when it is described, so that one layer serves training,
 * evaluation and any batch. Parameters are named by path, as PyTorch names them. Imports {@code
 * tensor}, {@code op}, {@code graph} and {@code nn.init}.
 */
package dev.cambium.nn;
