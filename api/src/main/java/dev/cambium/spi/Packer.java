package dev.cambium.spi;

import dev.cambium.tensor.Opaque;

/**
 * Re-lays one input of a kernel. Packers of the same {@code type} (by equals) and the same source
 * share their result.
 *
 * @param kernel takes the typed value, gives the packed one
 * @param type the packed layout; equal exactly when the layouts are
 */
public record Packer(Kernel kernel, Opaque type) {}
