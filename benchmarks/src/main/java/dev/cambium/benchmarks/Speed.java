package dev.cambium.benchmarks;

/**
 * What one contestant did in one round.
 *
 * @param images how many images
 * @param nanoseconds in how long
 */
record Speed(long images, long nanoseconds) {
  double imagesPerSecond() {
    return images * 1e9 / nanoseconds;
  }
}
