/**
 * What the GPU backends share: kernels written once in a dialect of OpenCL C and CUDA C, and the
 * host code that prepares and launches them. A backend adds a {@link dev.cambium.gpu.GpuContext}.
 * May import {@code dev.cambium.spi}, {@code dev.cambium.op} and {@code dev.cambium.tensor}, and to
 * write a file {@code dev.cambium.runtime.AtomicFile}; names no API of a device.
 */
package dev.cambium.gpu;
