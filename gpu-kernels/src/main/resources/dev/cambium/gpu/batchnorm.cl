// Batch normalisation over rows of channels.
#include "activation.cl"
#include "channel_rows.cl"

DEVICE REAL inverse_deviation(REAL variance, REAL epsilon) {
  return R(1.0) / sqrt(variance + epsilon);
}

// So many rows of a lane are held at once.
#define HELD 8

// Of each block and channel: the sum, the mean, and the sum of the squared distances from that mean. A lane finds the
// distances of the rows that it holds from their mean, and merges them with those before as T. Chan, G. Golub and
// R. LeVeque do, so that a large mean cancels before it is squared.
KERNEL GROUP_OF(CHANNELS, LANES) void batchnorm_moments(
    GLOBAL const REAL* RESTRICT x, GLOBAL REAL* RESTRICT moments, int channels, LONG rows, LONG each) {
  LOCAL REAL shared_sum[LANES][CHANNELS];
  LOCAL REAL shared_square[LANES][CHANNELS];
  LOCAL REAL shared_mean[CHANNELS];
  const int c = GROUP_X * CHANNELS + LOCAL_X;
  const LONG from = GROUP_Y * each;
  const LONG to = end_of_block(from, each, rows);
  REAL count = R(0.0);
  REAL sum = R(0.0);
  REAL mean = R(0.0);
  REAL square = R(0.0);
  if (c < channels) {
    for (LONG row = from + LOCAL_Y; row < to; row += HELD * LANES) {
      const LONG left = (to - row + LANES - 1) / LANES;
      const int held = left < HELD ? (int)left : HELD;
      REAL values[HELD];
      REAL total = R(0.0);
#pragma unroll
      for (int k = 0; k < HELD; k++) {
        values[k] = k < held ? x[(row + k * LANES) * channels + c] : R(0.0);
        total += values[k];
      }
      const REAL center = total / (REAL)held;
      REAL squares = R(0.0);
#pragma unroll
      for (int k = 0; k < HELD; k++) {
        const REAL d = k < held ? values[k] - center : R(0.0);
        squares += d * d;
      }
      const REAL share = (REAL)held / (count + (REAL)held);
      const REAL d = center - mean;
      sum += total;
      mean += d * share;
      square += squares + d * (share * count) * d;
      count += (REAL)held;
    }
  }
  REAL all = sum;
  ADD_LANES(all, shared_sum)
  if (LOCAL_Y == 0) {
    shared_mean[LOCAL_X] = all / (REAL)(to - from);
  }
  BARRIER();
  const REAL d = mean - shared_mean[LOCAL_X];
  square += d * count * d;
  ADD_LANES(square, shared_square)
  if (LOCAL_Y == 0 && c < channels) {
    GLOBAL REAL* RESTRICT block = moments + (LONG)GROUP_Y * 3 * channels + c;
    block[0] = all;
    block[channels] = shared_mean[LOCAL_X];
    block[2 * (LONG)channels] = square;
  }
}

// The blocks' moments as those of all rows: the squared distances from the common mean are those from a block's own and
// those of the block's mean. `scales` gets what the gradient needs to know which values the ReLU let pass.
KERNEL GROUP_OF(CHANNELS, LANES) void batchnorm_merge(
    GLOBAL const REAL* RESTRICT moments,
    GLOBAL const REAL* RESTRICT gamma,
    GLOBAL const REAL* RESTRICT beta,
    GLOBAL REAL* RESTRICT means,
    GLOBAL REAL* RESTRICT variances,
    GLOBAL REAL* RESTRICT scales,
    int channels,
    LONG rows,
    LONG each,
    int blocks,
    REAL inverse_rows,
    REAL epsilon) {
  LOCAL REAL shared_sum[LANES][CHANNELS];
  LOCAL REAL shared_square[LANES][CHANNELS];
  LOCAL REAL shared_mean[CHANNELS];
  const int c = GROUP_X * CHANNELS + LOCAL_X;
  REAL sum = R(0.0);
  REAL square = R(0.0);
  if (c < channels) {
    for (int b = LOCAL_Y; b < blocks; b += LANES) {
      sum += moments[(LONG)b * 3 * channels + c];
    }
  }
  ADD_LANES(sum, shared_sum)
  if (LOCAL_Y == 0) {
    shared_mean[LOCAL_X] = sum * inverse_rows;
  }
  BARRIER();
  const REAL mean = shared_mean[LOCAL_X];
  if (c < channels) {
    for (int b = LOCAL_Y; b < blocks; b += LANES) {
      GLOBAL const REAL* RESTRICT block = moments + (LONG)b * 3 * channels + c;
      const REAL count = (REAL)(end_of_block(b * each, each, rows) - b * each);
      const REAL d = block[channels] - mean;
      square += block[2 * (LONG)channels] + count * d * d;
    }
  }
  ADD_LANES(square, shared_square)
  if (LOCAL_Y == 0 && c < channels) {
    const REAL variance = square * inverse_rows;
    means[c] = mean;
    variances[c] = variance;
    scales[c] = gamma[c] * inverse_deviation(variance, epsilon);
    scales[channels + c] = beta[c];
  }
}

DEVICE REAL normalised(REAL x, REAL mean, REAL scale, REAL shift) {
  return fma(x - mean, scale, shift);
}

KERNEL GROUP_OF(CHANNELS, LANES) void batchnorm_normalise(
    GLOBAL const REAL* RESTRICT x,
    GLOBAL const REAL* RESTRICT means,
    GLOBAL const REAL* RESTRICT scales,
    GLOBAL REAL* RESTRICT y,
    int channels,
    LONG rows,
    LONG each,
    int activation) {
  const int c = GROUP_X * CHANNELS + LOCAL_X;
  if (c < channels) {
    const LONG to = end_of_block(GROUP_Y * each, each, rows);
    const REAL mean = means[c];
    const REAL scale = scales[c];
    const REAL shift = scales[channels + c];
    for (LONG row = GROUP_Y * each + LOCAL_Y; row < to; row += LANES) {
      const LONG i = row * channels + c;
      y[i] = activated(normalised(x[i], mean, scale, shift), activation, R(0.0));
    }
  }
}

// y may be x.
KERNEL GROUP_OF(CHANNELS, LANES) void batchnorm_inference(
    GLOBAL const REAL* x,
    GLOBAL const REAL* gamma,
    GLOBAL const REAL* beta,
    GLOBAL const REAL* means,
    GLOBAL const REAL* variances,
    GLOBAL REAL* y,
    int channels,
    LONG rows,
    LONG each,
    REAL epsilon,
    int activation,
    REAL slope) {
  const int c = GROUP_X * CHANNELS + LOCAL_X;
  if (c < channels) {
    const LONG to = end_of_block(GROUP_Y * each, each, rows);
    const REAL mean = means[c];
    const REAL scale = gamma[c] * inverse_deviation(variances[c], epsilon);
    const REAL shift = beta[c];
    for (LONG row = GROUP_Y * each + LOCAL_Y; row < to; row += LANES) {
      const LONG i = row * channels + c;
      y[i] = activated(normalised(x[i], mean, scale, shift), activation, slope);
    }
  }
}
