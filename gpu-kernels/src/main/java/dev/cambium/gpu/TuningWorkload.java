package dev.cambium.gpu;

import java.util.List;
import java.util.function.Function;

/**
 * A product as nets have it, by which variants of kernels are measured.
 *
 * @param subject what it stands for
 * @param product what it is, in messages
 * @param operations multiplications and additions
 * @param inputs the elements of each input
 * @param outputs the elements of each output
 * @param kernel makes it in the given variant
 */
record TuningWorkload<V extends Enum<V>>(
    TuningSubject<V> subject,
    Object product,
    double operations,
    List<Long> inputs,
    List<Long> outputs,
    Function<V, GpuKernel> kernel) {}
