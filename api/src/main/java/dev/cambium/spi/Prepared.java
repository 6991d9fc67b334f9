package dev.cambium.spi;

/**
 * A backend's answer to an operation: a kernel, a second view of memory that is there already, or a
 * reasoned no.
 */
public sealed interface Prepared permits Kernel, View, Declined {}
