/**
 * The backend {@code opencl}: any OpenCL 1.2 device, through JOCL. Only what is OpenCL's own stands
 * here (devices, memory, programs, launches, errors); kernels and everything that decides about
 * them are in {@code dev.cambium.gpu}. May import {@code dev.cambium.spi}, {@code dev.cambium.gpu}
 * and {@code org.jocl}.
 */
package dev.cambium.opencl;
