package dev.cambium.spi;

import dev.cambium.tensor.ValueType;

/** A buffer of a {@link ShadowingBackend} over one of its first backend. */
record ShadowedBuffer(ShadowedMemory memory, long offset, ValueType type, Buffer buffer)
    implements Buffer {}
