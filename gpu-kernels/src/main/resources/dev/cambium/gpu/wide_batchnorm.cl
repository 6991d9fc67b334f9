// Batch normalisation over rows of channels, for processors.
#include "wide_channel_rows.cl"

// The sums of each vector over some rows, of which four at a time are added; with squared distances from `centers`, or the
// values themselves where `centered` is 0.
DEVICE void add_rows(
    GLOBAL const REAL* x,
    int channels,
    int rows,
    int part,
    int count,
    int centered,
    const REAL* centers,
    REAL* sums) {
  const int vectors = vectors_of(part);
  for (int v = 0; v < vectors; v++) {
    STORE((VECTOR)R(0.0), sums + v * LANES);
  }
  for (int row = 0; row < rows; row += 4) {
    for (int v = 0; v < vectors; v++) {
      GLOBAL const REAL* in = x + (LONG)row * channels + begin_of(v, part);
      const VECTOR center = centered ? LOAD(centers + v * LANES) : (VECTOR)R(0.0);
      VECTOR a = load_channels(in, count) - center;
      VECTOR b = row + 1 < rows ? load_channels(in + channels, count) - center : (VECTOR)R(0.0);
      VECTOR c = row + 2 < rows ? load_channels(in + 2 * (LONG)channels, count) - center : (VECTOR)R(0.0);
      VECTOR d = row + 3 < rows ? load_channels(in + 3 * (LONG)channels, count) - center : (VECTOR)R(0.0);
      if (centered) {
        a = fma(b, b, a * a);
        b = fma(d, d, c * c);
      } else {
        a += b;
        b = c + d;
      }
      STORE(LOAD(sums + v * LANES) + (a + b), sums + v * LANES);
    }
  }
}

// Of a block and each vector: the sum, the mean, and the sum of the squared distances from that mean. Some rows' come
// from two walks over them, and are merged with those before as T. Chan, G. Golub and R. LeVeque do.
DEVICE void moments_of(
    GLOBAL const REAL* x, int channels, LONG rows, int part, int count, REAL* sums, REAL* means, REAL* squares) {
  REAL sum[PART + LANES];
  REAL center[PART + LANES];
  REAL square[PART + LANES];
  const int size = vectors_of(part) * LANES;
  for (int c = 0; c < size; c++) {
    sums[c] = means[c] = squares[c] = R(0.0);
  }
  for (LONG row = 0; row < rows; row += SOME) {
    const int some = rows - row < SOME ? (int)(rows - row) : SOME;
    const REAL share = (REAL)some / (REAL)(row + some);
    const REAL weight = share * (REAL)row;
    add_rows(x + row * channels, channels, some, part, count, 0, center, sum);
    for (int c = 0; c < size; c++) {
      center[c] = sum[c] / (REAL)some;
    }
    add_rows(x + row * channels, channels, some, part, count, 1, center, square);
    for (int c = 0; c < size; c++) {
      const REAL d = center[c] - means[c];
      sums[c] += sum[c];
      means[c] += d * share;
      squares[c] += square[c] + d * weight * d;
    }
  }
}

KERNEL GROUP_OF(1, 1) void wide_batchnorm_moments(
    GLOBAL const REAL* RESTRICT x, GLOBAL REAL* RESTRICT moments, int channels, LONG rows, LONG each) {
  REAL sums[PART + LANES];
  REAL means[PART + LANES];
  REAL squares[PART + LANES];
  const int first = GROUP_X * PART;
  const int part = channels - first < PART ? channels - first : PART;
  const LONG from = GROUP_Y * each;
  const LONG size = end_of_block(from, each, rows) - from;
  GLOBAL const REAL* in = x + from * channels + first;
  if (part < LANES) {
    moments_of(in, channels, size, part, part, sums, means, squares);
  } else {
    moments_of(in, channels, size, part, LANES, sums, means, squares);
  }
  const int count = part < LANES ? part : LANES;
  for (int v = 0; v < vectors_of(part); v++) {
    GLOBAL REAL* block = moments + (LONG)GROUP_Y * 3 * channels + first + begin_of(v, part);
    store_channels(LOAD(sums + v * LANES), block, count);
    store_channels(LOAD(means + v * LANES), block + channels, count);
    store_channels(LOAD(squares + v * LANES), block + 2 * (LONG)channels, count);
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

// y = activation((x - mean) scale + shift) for so many rows of a vector.
DEVICE void normalise_vector(
    GLOBAL const REAL* x,
    VECTOR* y,
    const REAL* means,
    const REAL* scales,
    const REAL* shifts,
    int channels,
    int rows,
    int count,
    int activation,
    REAL slope) {
  const VECTOR mean = LOAD(means);
  const VECTOR scale = LOAD(scales);
  const VECTOR shift = LOAD(shifts);
  for (int row = 0; row < rows; row++) {
    const VECTOR z = fma(load_channels(x + (LONG)row * channels, count) - mean, scale, shift);
    // What is usual needs no choice among five.
    y[row] = activation == 1 ? (z <= R(0.0) ? (VECTOR)R(0.0) : z) : activated(z, activation, slope);
  }
}

DEVICE void store_rows(const VECTOR* y, GLOBAL REAL* to, int channels, int rows, int count) {
  for (int row = 0; row < rows; row++) {
    store_channels(y[row], to + (LONG)row * channels, count);
  }
}

// So many rows of a part. y may be x, so the last vector is made before the one that it overlaps is stored.
DEVICE void normalise_rows(
    GLOBAL const REAL* x,
    GLOBAL REAL* y,
    const REAL* means,
    const REAL* scales,
    const REAL* shifts,
    int channels,
    int rows,
    int part,
    int count,
    int activation,
    REAL slope) {
  VECTOR end[ABREAST];
  VECTOR made[ABREAST];
  const int last = (vectors_of(part) - 1) * LANES;
  const int c = begin_of(vectors_of(part) - 1, part);
  normalise_vector(
      x + c, end, means + last, scales + last, shifts + last, channels, rows, count, activation, slope);
  for (int v = 0; v < last; v += LANES) {
    normalise_vector(x + v, made, means + v, scales + v, shifts + v, channels, rows, LANES, activation, slope);
    store_rows(made, y + v, channels, rows, LANES);
  }
  store_rows(end, y + c, channels, rows, count);
}

DEVICE void normalise(
    GLOBAL const REAL* x,
    GLOBAL REAL* y,
    const REAL* means,
    const REAL* scales,
    const REAL* shifts,
    int channels,
    LONG rows,
    int part,
    int activation,
    REAL slope) {
  LONG row = 0;
  for (; part >= LANES && row + ABREAST <= rows; row += ABREAST) {
    const LONG i = row * channels;
    normalise_rows(x + i, y + i, means, scales, shifts, channels, ABREAST, part, LANES, activation, slope);
  }
  for (; row < rows; row++) {
    const LONG i = row * channels;
    const int count = part < LANES ? part : LANES;
    normalise_rows(x + i, y + i, means, scales, shifts, channels, 1, part, count, activation, slope);
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
  REAL means[PART + LANES];
  REAL scales[PART + LANES];
  REAL shifts[PART + LANES];
  const int first = GROUP_X * PART;
  const int part = channels - first < PART ? channels - first : PART;
  const int count = part < LANES ? part : LANES;
  for (int v = 0; v < vectors_of(part); v++) {
    const int c = first + begin_of(v, part);
    VECTOR mean;
    VECTOR variance;
    merged(moments + c, channels, rows, each, blocks, count, &mean, &variance);
    const VECTOR scale = load_channels(gamma + c, count) / sqrt(variance + epsilon);
    const VECTOR shift = load_channels(beta + c, count);
    STORE(mean, means + v * LANES);
    STORE(scale, scales + v * LANES);
    STORE(shift, shifts + v * LANES);
    if (GROUP_Y == 0) {
      store_channels(mean, mean_of + c, count);
      store_channels(variance, variance_of + c, count);
      store_channels(scale, scale_of + c, count);
      store_channels(shift, scale_of + channels + c, count);
    }
  }
  const LONG from = GROUP_Y * each;
  const LONG size = end_of_block(from, each, rows) - from;
  const LONG i = from * channels + first;
  normalise(x + i, y + i, means, scales, shifts, channels, size, part, activation, R(0.0));
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
  REAL means[PART + LANES];
  REAL scales[PART + LANES];
  REAL shifts[PART + LANES];
  const int first = GROUP_X * PART;
  const int part = channels - first < PART ? channels - first : PART;
  const int count = part < LANES ? part : LANES;
  for (int v = 0; v < vectors_of(part); v++) {
    const int c = first + begin_of(v, part);
    const VECTOR variance = load_channels(variance_of + c, count);
    STORE(load_channels(mean_of + c, count), means + v * LANES);
    STORE(load_channels(gamma + c, count) / sqrt(variance + epsilon), scales + v * LANES);
    STORE(load_channels(beta + c, count), shifts + v * LANES);
  }
  const LONG from = GROUP_Y * each;
  const LONG size = end_of_block(from, each, rows) - from;
  const LONG i = from * channels + first;
  normalise(x + i, y + i, means, scales, shifts, channels, size, part, activation, slope);
}
