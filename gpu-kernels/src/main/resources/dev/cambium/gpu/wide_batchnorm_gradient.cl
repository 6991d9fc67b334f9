// The gradient of batch normalisation over rows of channels, for processors; `rectified` as in batchnorm_gradient.cl.
#include "wide_channel_rows.cl"

// What all rows share, vector by vector.
typedef struct {
  REAL means[PART + LANES];
  REAL scales[PART + LANES];
  REAL shifts[PART + LANES];
} Forward;

// dz of one row, and the distance of x from its mean.
DEVICE VECTOR before_relu(
    GLOBAL const REAL* dy,
    GLOBAL const REAL* x,
    GLOBAL const REAL* y,
    int count,
    VECTOR mean,
    VECTOR scale,
    VECTOR shift,
    int rectified,
    VECTOR* distance) {
  const VECTOR dz = load_channels(dy, count);
  *distance = load_channels(x, count) - mean;
  if (rectified == 0) {
    return dz;
  }
  const VECTOR z = rectified == 1 ? load_channels(y, count) : fma(*distance, scale, shift);
  return z > R(0.0) ? dz : (VECTOR)R(0.0);
}

DEVICE void read_forward(
    GLOBAL const REAL* means, GLOBAL const REAL* scales, int channels, int part, int rectified, Forward* forward) {
  const int count = part < LANES ? part : LANES;
  for (int v = 0; v < vectors_of(part); v++) {
    const int c = begin_of(v, part);
    STORE(load_channels(means + c, count), forward->means + v * LANES);
    const VECTOR none = (VECTOR)R(0.0);
    STORE(rectified == 2 ? load_channels(scales + c, count) : none, forward->scales + v * LANES);
    STORE(rectified == 2 ? load_channels(scales + channels + c, count) : none, forward->shifts + v * LANES);
  }
}

// Adds dz and dz (x - mean) of so many rows.
DEVICE void add_rows(
    GLOBAL const REAL* dy,
    GLOBAL const REAL* x,
    GLOBAL const REAL* y,
    const Forward* forward,
    int channels,
    int rows,
    int part,
    int count,
    int rectified,
    REAL* sums,
    REAL* products) {
  const int vectors = vectors_of(part);
  for (int v = 0; v < vectors; v++) {
    const VECTOR mean = LOAD(forward->means + v * LANES);
    const VECTOR scale = LOAD(forward->scales + v * LANES);
    const VECTOR shift = LOAD(forward->shifts + v * LANES);
    VECTOR sum = (VECTOR)R(0.0);
    VECTOR product = (VECTOR)R(0.0);
    for (int row = 0; row < rows; row++) {
      const LONG i = (LONG)row * channels + begin_of(v, part);
      VECTOR distance;
      const VECTOR dz = before_relu(dy + i, x + i, y + i, count, mean, scale, shift, rectified, &distance);
      sum += dz;
      product = fma(dz, distance, product);
    }
    STORE(LOAD(sums + v * LANES) + sum, sums + v * LANES);
    STORE(LOAD(products + v * LANES) + product, products + v * LANES);
  }
}

// The sums over a block: over some rows, then of these.
DEVICE void sums_of(
    GLOBAL const REAL* dy,
    GLOBAL const REAL* x,
    GLOBAL const REAL* y,
    const Forward* forward,
    int channels,
    LONG rows,
    int part,
    int rectified,
    REAL* sums,
    REAL* products) {
  REAL sum[PART + LANES];
  REAL product[PART + LANES];
  const int size = vectors_of(part) * LANES;
  for (int c = 0; c < size; c++) {
    sums[c] = products[c] = R(0.0);
  }
  for (LONG from = 0; from < rows; from += SOME) {
    const LONG to = end_of_block(from, SOME, rows);
    for (int c = 0; c < size; c++) {
      sum[c] = product[c] = R(0.0);
    }
    LONG row = from;
    for (; part >= LANES && row + ABREAST <= to; row += ABREAST) {
      const LONG i = row * channels;
      add_rows(dy + i, x + i, y + i, forward, channels, ABREAST, part, LANES, rectified, sum, product);
    }
    for (; row < to; row++) {
      const LONG i = row * channels;
      const int count = part < LANES ? part : LANES;
      add_rows(dy + i, x + i, y + i, forward, channels, 1, part, count, rectified, sum, product);
    }
    for (int c = 0; c < size; c++) {
      sums[c] += sum[c];
      products[c] += product[c];
    }
  }
}

// Of each block and channel: the sum of dz, and of dz (x - mean).
KERNEL GROUP_OF(1, 1) void wide_batchnorm_gradient_sums(
    GLOBAL const REAL* RESTRICT dy,
    GLOBAL const REAL* RESTRICT x,
    GLOBAL const REAL* RESTRICT y,
    GLOBAL const REAL* RESTRICT means,
    GLOBAL const REAL* RESTRICT scales,
    GLOBAL REAL* RESTRICT blocks,
    int channels,
    LONG rows,
    LONG each,
    int rectified) {
  Forward forward;
  REAL sums[PART + LANES];
  REAL products[PART + LANES];
  const int first = GROUP_X * PART;
  const int part = channels - first < PART ? channels - first : PART;
  const LONG from = GROUP_Y * each;
  const LONG size = end_of_block(from, each, rows) - from;
  const LONG i = from * channels + first;
  read_forward(means + first, scales + first, channels, part, rectified, &forward);
  sums_of(dy + i, x + i, y + i, &forward, channels, size, part, rectified, sums, products);
  const int count = part < LANES ? part : LANES;
  for (int v = 0; v < vectors_of(part); v++) {
    GLOBAL REAL* block = blocks + (LONG)GROUP_Y * 2 * channels + first + begin_of(v, part);
    store_channels(LOAD(sums + v * LANES), block, count);
    store_channels(LOAD(products + v * LANES), block + channels, count);
  }
}

// dx = factor (dz - offset - slope (x - mean)), vector by vector.
typedef struct {
  REAL factors[PART + LANES];
  REAL offsets[PART + LANES];
  REAL slopes[PART + LANES];
} Backward;

DEVICE void gradient_of(
    GLOBAL const REAL* dy,
    GLOBAL const REAL* x,
    GLOBAL const REAL* y,
    GLOBAL REAL* dx,
    const Forward* forward,
    const Backward* backward,
    int channels,
    int rows,
    int part,
    int count,
    int rectified) {
  const int vectors = vectors_of(part);
  for (int v = 0; v < vectors; v++) {
    const VECTOR mean = LOAD(forward->means + v * LANES);
    const VECTOR scale = LOAD(forward->scales + v * LANES);
    const VECTOR shift = LOAD(forward->shifts + v * LANES);
    const VECTOR factor = LOAD(backward->factors + v * LANES);
    const VECTOR offset = LOAD(backward->offsets + v * LANES);
    const VECTOR slope = LOAD(backward->slopes + v * LANES);
    for (int row = 0; row < rows; row++) {
      const LONG i = (LONG)row * channels + begin_of(v, part);
      VECTOR distance;
      const VECTOR dz = before_relu(dy + i, x + i, y + i, count, mean, scale, shift, rectified, &distance);
      store_channels(factor * (dz - offset - slope * distance), dx + i, count);
    }
  }
}

// Every work-item adds up the blocks' sums of its channels; those of the first block write them.
KERNEL GROUP_OF(1, 1) void wide_batchnorm_gradient(
    GLOBAL const REAL* RESTRICT dy,
    GLOBAL const REAL* RESTRICT x,
    GLOBAL const REAL* RESTRICT y,
    GLOBAL const REAL* RESTRICT gamma,
    GLOBAL const REAL* RESTRICT means,
    GLOBAL const REAL* RESTRICT variances,
    GLOBAL const REAL* RESTRICT scales,
    GLOBAL const REAL* RESTRICT sums,
    GLOBAL REAL* RESTRICT dx,
    GLOBAL REAL* RESTRICT dgamma,
    GLOBAL REAL* RESTRICT dbeta,
    int channels,
    LONG rows,
    LONG each,
    int blocks,
    int rectified,
    REAL epsilon) {
  Forward forward;
  Backward backward;
  const int first = GROUP_X * PART;
  const int part = channels - first < PART ? channels - first : PART;
  const int count = part < LANES ? part : LANES;
  read_forward(means + first, scales + first, channels, part, rectified, &forward);
  for (int v = 0; v < vectors_of(part); v++) {
    const int c = first + begin_of(v, part);
    VECTOR total = (VECTOR)R(0.0);
    VECTOR product = (VECTOR)R(0.0);
    for (int b = 0; b < blocks; b++) {
      GLOBAL const REAL* block = sums + (LONG)b * 2 * channels + c;
      total += load_channels(block, count);
      product += load_channels(block + channels, count);
    }
    const VECTOR inverse = R(1.0) / sqrt(load_channels(variances + c, count) + epsilon);
    product *= inverse;
    if (GROUP_Y == 0) {
      store_channels(product, dgamma + c, count);
      store_channels(total, dbeta + c, count);
    }
    STORE(load_channels(gamma + c, count) * inverse, backward.factors + v * LANES);
    STORE(total / (REAL)rows, backward.offsets + v * LANES);
    STORE(product / (REAL)rows * inverse, backward.slopes + v * LANES);
  }
  LONG row = GROUP_Y * each;
  const LONG end = end_of_block(row, each, rows);
  for (; part >= LANES && row + ABREAST <= end; row += ABREAST) {
    const LONG i = row * channels + first;
    gradient_of(dy + i, x + i, y + i, dx + i, &forward, &backward, channels, ABREAST, part, LANES, rectified);
  }
  for (; row < end; row++) {
    const LONG i = row * channels + first;
    gradient_of(dy + i, x + i, y + i, dx + i, &forward, &backward, channels, 1, part, count, rectified);
  }
}
