package dev.cambium.spi;

/**
 * What a backend has allocated.
 *
 * @param bytes bytes in use now
 * @param allocations pieces of memory in use now
 * @param peakBytes the most bytes that were ever in use
 * @param totalAllocations pieces of memory ever allocated; constant over a steady step
 */
public record MemoryStatistics(
    long bytes, long allocations, long peakBytes, long totalAllocations) {}
