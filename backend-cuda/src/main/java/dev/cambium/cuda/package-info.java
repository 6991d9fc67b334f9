/**
 * The CUDA backend, with nothing but NVIDIA's driver: {@link dev.cambium.gpu.GpuContext} on the
 * driver's own interface through JCuda, the kernels of {@code gpu-kernels} compiled to PTX, and
 * cuBLAS and cuDNN where they are found. It is found by {@link java.util.ServiceLoader}; nobody
 * imports from it.
 */
package dev.cambium.cuda;
