// The gradient of batch normalisation over rows of channels. `rectified` says how the ReLU's derivative is known: 0,
// there was no ReLU; 1, by the sign of y; 2, by what the forward operation made of x, which is made again with the scales
// that it left, so that y need not be read.
#include "channel_rows.cl"

DEVICE REAL before_relu(
    GLOBAL const REAL* RESTRICT dy,
    GLOBAL const REAL* RESTRICT y,
    LONG i,
    REAL distance,
    REAL scale,
    REAL shift,
    int rectified) {
  const REAL z = rectified == 0 ? R(1.0) : rectified == 1 ? y[i] : fma(distance, scale, shift);
  return z > R(0.0) ? dy[i] : R(0.0);
}

// Of each block and channel: the sum of dz, and of dz (x - mean).
KERNEL GROUP_OF(CHANNELS, LANES) void batchnorm_gradient_sums(
    GLOBAL const REAL* RESTRICT dy,
    GLOBAL const REAL* RESTRICT x,
    GLOBAL const REAL* RESTRICT y,
    GLOBAL const REAL* RESTRICT means,
    GLOBAL const REAL* RESTRICT scales,
    GLOBAL REAL* RESTRICT sums,
    int channels,
    LONG rows,
    LONG each,
    int rectified) {
  LOCAL REAL shared_dz[LANES][CHANNELS];
  LOCAL REAL shared_product[LANES][CHANNELS];
  const int c = GROUP_X * CHANNELS + LOCAL_X;
  REAL sum = R(0.0);
  REAL product = R(0.0);
  if (c < channels) {
    const LONG to = end_of_block(GROUP_Y * each, each, rows);
    const REAL mean = means[c];
    const REAL scale = rectified == 2 ? scales[c] : R(0.0);
    const REAL shift = rectified == 2 ? scales[channels + c] : R(0.0);
    for (LONG row = GROUP_Y * each + LOCAL_Y; row < to; row += LANES) {
      const LONG i = row * channels + c;
      const REAL distance = x[i] - mean;
      const REAL dz = before_relu(dy, y, i, distance, scale, shift, rectified);
      sum += dz;
      product += dz * distance;
    }
  }
  ADD_LANES(sum, shared_dz)
  ADD_LANES(product, shared_product)
  if (LOCAL_Y == 0 && c < channels) {
    GLOBAL REAL* RESTRICT block = sums + (LONG)GROUP_Y * 2 * channels + c;
    block[0] = sum;
    block[channels] = product;
  }
}

KERNEL GROUP_OF(CHANNELS, LANES) void batchnorm_gradient_merge(
    GLOBAL const REAL* RESTRICT sums,
    GLOBAL const REAL* RESTRICT variances,
    GLOBAL REAL* RESTRICT dgamma,
    GLOBAL REAL* RESTRICT dbeta,
    int channels,
    int blocks,
    REAL epsilon) {
  LOCAL REAL shared_dz[LANES][CHANNELS];
  LOCAL REAL shared_product[LANES][CHANNELS];
  const int c = GROUP_X * CHANNELS + LOCAL_X;
  REAL sum = R(0.0);
  REAL product = R(0.0);
  if (c < channels) {
    for (int b = LOCAL_Y; b < blocks; b += LANES) {
      GLOBAL const REAL* RESTRICT block = sums + (LONG)b * 2 * channels + c;
      sum += block[0];
      product += block[channels];
    }
  }
  ADD_LANES(sum, shared_dz)
  ADD_LANES(product, shared_product)
  if (LOCAL_Y == 0 && c < channels) {
    dgamma[c] = product / sqrt(variances[c] + epsilon);
    dbeta[c] = sum;
  }
}

KERNEL GROUP_OF(CHANNELS, LANES) void batchnorm_gradient(
    GLOBAL const REAL* RESTRICT dy,
    GLOBAL const REAL* RESTRICT x,
    GLOBAL const REAL* RESTRICT y,
    GLOBAL const REAL* RESTRICT gamma,
    GLOBAL const REAL* RESTRICT means,
    GLOBAL const REAL* RESTRICT variances,
    GLOBAL const REAL* RESTRICT scales,
    GLOBAL const REAL* RESTRICT dgamma,
    GLOBAL const REAL* RESTRICT dbeta,
    GLOBAL REAL* RESTRICT dx,
    int channels,
    LONG rows,
    LONG each,
    int rectified,
    REAL inverse_rows,
    REAL epsilon) {
  const int c = GROUP_X * CHANNELS + LOCAL_X;
  if (c < channels) {
    const LONG to = end_of_block(GROUP_Y * each, each, rows);
    const REAL mean = means[c];
    const REAL scale = rectified == 2 ? scales[c] : R(0.0);
    const REAL shift = rectified == 2 ? scales[channels + c] : R(0.0);
    const REAL inverse = R(1.0) / sqrt(variances[c] + epsilon);
    const REAL factor = gamma[c] * inverse;
    const REAL offset = dbeta[c] * inverse_rows;
    const REAL slope = dgamma[c] * inverse_rows * inverse;
    for (LONG row = GROUP_Y * each + LOCAL_Y; row < to; row += LANES) {
      const LONG i = row * channels + c;
      const REAL distance = x[i] - mean;
      const REAL dz = before_relu(dy, y, i, distance, scale, shift, rectified);
      dx[i] = factor * (dz - offset - slope * distance);
    }
  }
}
