// Batch normalisation over rows of channels, for processors.
#include "wide_channel_rows.cl"

// Of `rows` rows: the sum, and the sum of the squared distances from the mean, which a second walk over them finds.
DEVICE void moments_of(
    GLOBAL const REAL* x, int channels, int rows, int count, VECTOR* sum, VECTOR* mean, VECTOR* square) {
  VECTOR even = (VECTOR)R(0.0);
  VECTOR odd = (VECTOR)R(0.0);
  int row = 0;
  for (; row + 1 < rows; row += 2) {
    even += load_channels(x + (LONG)row * channels, count);
    odd += load_channels(x + (LONG)(row + 1) * channels, count);
  }
  if (row < rows) {
    even += load_channels(x + (LONG)row * channels, count);
  }
  *sum = even + odd;
  *mean = *sum / (REAL)rows;
  even = (VECTOR)R(0.0);
  odd = (VECTOR)R(0.0);
  for (row = 0; row + 1 < rows; row += 2) {
    const VECTOR d = load_channels(x + (LONG)row * channels, count) - *mean;
    const VECTOR e = load_channels(x + (LONG)(row + 1) * channels, count) - *mean;
    even = fma(d, d, even);
    odd = fma(e, e, odd);
  }
  if (row < rows) {
    const VECTOR d = load_channels(x + (LONG)row * channels, count) - *mean;
    even = fma(d, d, even);
  }
  *square = even + odd;
}

// Of each block and channel: the sum, the mean, and the sum of the squared distances from that mean, merged from those
// of its rows as Chan, Golub and LeVeque do.
KERNEL GROUP_OF(1, 1) void wide_batchnorm_moments(
    GLOBAL const REAL* RESTRICT x, GLOBAL REAL* RESTRICT moments, int channels, LONG rows, LONG each) {
  REAL sums[PART];
  REAL means[PART];
  REAL squares[PART];
  const int first = GROUP_X * PART;
  const int part = channels - first < PART ? channels - first : PART;
  for (int c = 0; c < PART; c++) {
    sums[c] = means[c] = squares[c] = R(0.0);
  }
  const LONG from = GROUP_Y * each;
  const LONG to = end_of_block(from, each, rows);
  for (LONG row = from; row < to; row += SOME) {
    const int some = to - row < SOME ? (int)(to - row) : SOME;
    const REAL share = (REAL)some / (REAL)(row - from + some);
    const REAL weight = share * (REAL)(row - from);
    for (int c = 0; c < part; c += LANES) {
      VECTOR sum;
      VECTOR mean;
      VECTOR square;
      moments_of(x + row * channels + first + c, channels, some, part - c, &sum, &mean, &square);
      const VECTOR d = mean - LOAD(means + c);
      STORE(LOAD(sums + c) + sum, sums + c);
      STORE(LOAD(means + c) + d * share, means + c);
      STORE(LOAD(squares + c) + square + d * weight * d, squares + c);
    }
  }
  GLOBAL REAL* block = moments + (LONG)GROUP_Y * 3 * channels + first;
  for (int c = 0; c < part; c++) {
    block[c] = sums[c];
    block[channels + c] = means[c];
    block[2 * (LONG)channels + c] = squares[c];
  }
}

// Mean and variance of all rows: the squared distances from the common mean are those from a block's own and those of
// the block's mean.
DEVICE void merged(
    GLOBAL const REAL* moments,
    int channels,
    LONG rows,
    LONG each,
    int blocks,
    int count,
    VECTOR* mean,
    VECTOR* variance) {
  VECTOR sum = (VECTOR)R(0.0);
  VECTOR square = (VECTOR)R(0.0);
  for (int b = 0; b < blocks; b++) {
    sum += load_channels(moments + (LONG)b * 3 * channels, count);
  }
  *mean = sum / (REAL)rows;
  for (int b = 0; b < blocks; b++) {
    GLOBAL const REAL* block = moments + (LONG)b * 3 * channels;
    const REAL size = (REAL)(end_of_block(b * each, each, rows) - b * each);
    const VECTOR d = load_channels(block + channels, count) - *mean;
    square += load_channels(block + 2 * (LONG)channels, count) + size * d * d;
  }
  *variance = square / (REAL)rows;
}

// y = activation((x - mean) scale + shift) for a block of rows; y may be x.
DEVICE void normalise(
    GLOBAL const REAL* x,
    GLOBAL REAL* y,
    const REAL* means,
    const REAL* scales,
    const REAL* shifts,
    int channels,
    int part,
    LONG from,
    LONG to,
    int activation,
    REAL slope) {
  for (LONG row = from; row < to; row++) {
    for (int c = 0; c < part; c += LANES) {
      const VECTOR value = load_channels(x + row * channels + c, part - c);
      const VECTOR z = fma(value - LOAD(means + c), LOAD(scales + c), LOAD(shifts + c));
      store_channels(activated(z, activation, slope), y + row * channels + c, part - c);
    }
  }
}

// Every work-item merges the moments of its channels; those of the first block write them, and what the gradient needs
// to know which values the ReLU let pass.
KERNEL GROUP_OF(1, 1) void wide_batchnorm_normalise(
    GLOBAL const REAL* RESTRICT x,
    GLOBAL const REAL* RESTRICT moments,
    GLOBAL const REAL* RESTRICT gamma,
    GLOBAL const REAL* RESTRICT beta,
    GLOBAL REAL* RESTRICT y,
    GLOBAL REAL* RESTRICT mean_of,
    GLOBAL REAL* RESTRICT variance_of,
    GLOBAL REAL* RESTRICT scale_of,
    int channels,
    LONG rows,
    LONG each,
    int blocks,
    REAL epsilon,
    int activation) {
  REAL means[PART];
  REAL scales[PART];
  REAL shifts[PART];
  const int first = GROUP_X * PART;
  const int part = channels - first < PART ? channels - first : PART;
  for (int c = 0; c < part; c += LANES) {
    VECTOR mean;
    VECTOR variance;
    merged(moments + first + c, channels, rows, each, blocks, part - c, &mean, &variance);
    const VECTOR scale = load_channels(gamma + first + c, part - c) / sqrt(variance + epsilon);
    const VECTOR shift = load_channels(beta + first + c, part - c);
    STORE(mean, means + c);
    STORE(scale, scales + c);
    STORE(shift, shifts + c);
    if (GROUP_Y == 0) {
      store_channels(mean, mean_of + first + c, part - c);
      store_channels(variance, variance_of + first + c, part - c);
      store_channels(scale, scale_of + first + c, part - c);
      store_channels(shift, scale_of + channels + first + c, part - c);
    }
  }
  const LONG from = GROUP_Y * each;
  normalise(
      x + first,
      y + first,
      means,
      scales,
      shifts,
      channels,
      part,
      from,
      end_of_block(from, each, rows),
      activation,
      R(0.0));
}

// y may be x.
KERNEL GROUP_OF(1, 1) void wide_batchnorm_inference(
    GLOBAL const REAL* x,
    GLOBAL const REAL* gamma,
    GLOBAL const REAL* beta,
    GLOBAL const REAL* mean_of,
    GLOBAL const REAL* variance_of,
    GLOBAL REAL* y,
    int channels,
    LONG rows,
    LONG each,
    REAL epsilon,
    int activation,
    REAL slope) {
  REAL means[PART];
  REAL scales[PART];
  REAL shifts[PART];
  const int first = GROUP_X * PART;
  const int part = channels - first < PART ? channels - first : PART;
  for (int c = 0; c < part; c += LANES) {
    const VECTOR variance = load_channels(variance_of + first + c, part - c);
    STORE(load_channels(mean_of + first + c, part - c), means + c);
    STORE(load_channels(gamma + first + c, part - c) / sqrt(variance + epsilon), scales + c);
    STORE(load_channels(beta + first + c, part - c), shifts + c);
  }
  const LONG from = GROUP_Y * each;
  normalise(
      x + first,
      y + first,
      means,
      scales,
      shifts,
      channels,
      part,
      from,
      end_of_block(from, each, rows),
      activation,
      slope);
}
