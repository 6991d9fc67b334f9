// The gradient of batch normalisation over rows of channels, for processors; `rectified` as in batchnorm_gradient.cl.
#include "wide_channel_rows.cl"

DEVICE VECTOR before_relu(
    GLOBAL const REAL* dy,
    GLOBAL const REAL* y,
    LONG i,
    int count,
    VECTOR distance,
    VECTOR scale,
    VECTOR shift,
    int rectified) {
  const VECTOR dz = load_channels(dy + i, count);
  if (rectified == 0) {
    return dz;
  }
  const VECTOR z = rectified == 1 ? load_channels(y + i, count) : fma(distance, scale, shift);
  return z > R(0.0) ? dz : (VECTOR)R(0.0);
}

// What the forward operation left: the scales in the first row, the shifts in the second.
DEVICE VECTOR kept(GLOBAL const REAL* scales, int count, int rectified) {
  return rectified == 2 ? load_channels(scales, count) : (VECTOR)R(0.0);
}

// Of each block and channel: the sum of dz, and of dz (x - mean).
KERNEL GROUP_OF(1, 1) void wide_batchnorm_gradient_sums(
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
  REAL totals[PART];
  REAL products[PART];
  const int first = GROUP_X * PART;
  const int part = channels - first < PART ? channels - first : PART;
  for (int c = 0; c < PART; c++) {
    totals[c] = products[c] = R(0.0);
  }
  const LONG end = end_of_block(GROUP_Y * each, each, rows);
  for (LONG from = GROUP_Y * each; from < end; from += SOME) {
    const LONG to = end_of_block(from, SOME, end);
    for (int c = 0; c < part; c += LANES) {
      const int count = part - c;
      const VECTOR mean = load_channels(means + first + c, count);
      const VECTOR scale = kept(scales + first + c, count, rectified);
      const VECTOR shift = kept(scales + channels + first + c, count, rectified);
      VECTOR total = (VECTOR)R(0.0);
      VECTOR product = (VECTOR)R(0.0);
      for (LONG row = from; row < to; row++) {
        const LONG i = row * channels + first + c;
        const VECTOR distance = load_channels(x + i, count) - mean;
        const VECTOR dz = before_relu(dy, y, i, count, distance, scale, shift, rectified);
        total += dz;
        product = fma(dz, distance, product);
      }
      STORE(LOAD(totals + c) + total, totals + c);
      STORE(LOAD(products + c) + product, products + c);
    }
  }
  GLOBAL REAL* block = sums + (LONG)GROUP_Y * 2 * channels + first;
  for (int c = 0; c < part; c++) {
    block[c] = totals[c];
    block[channels + c] = products[c];
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
  const int first = GROUP_X * PART;
  const int part = channels - first < PART ? channels - first : PART;
  REAL factors[PART];
  REAL offsets[PART];
  REAL slopes[PART];
  for (int c = 0; c < part; c += LANES) {
    const int count = part - c;
    VECTOR total = (VECTOR)R(0.0);
    VECTOR product = (VECTOR)R(0.0);
    for (int b = 0; b < blocks; b++) {
      GLOBAL const REAL* block = sums + (LONG)b * 2 * channels + first + c;
      total += load_channels(block, count);
      product += load_channels(block + channels, count);
    }
    const VECTOR inverse = R(1.0) / sqrt(load_channels(variances + first + c, count) + epsilon);
    product *= inverse;
    if (GROUP_Y == 0) {
      store_channels(product, dgamma + first + c, count);
      store_channels(total, dbeta + first + c, count);
    }
    STORE(load_channels(gamma + first + c, count) * inverse, factors + c);
    STORE(total / (REAL)rows, offsets + c);
    STORE(product / (REAL)rows * inverse, slopes + c);
  }
  const LONG end = end_of_block(GROUP_Y * each, each, rows);
  for (LONG from = GROUP_Y * each; from < end; from += SOME) {
    const LONG to = end_of_block(from, SOME, end);
    for (int c = 0; c < part; c += LANES) {
      const int count = part - c;
      const VECTOR mean = load_channels(means + first + c, count);
      const VECTOR scale = kept(scales + first + c, count, rectified);
      const VECTOR shift = kept(scales + channels + first + c, count, rectified);
      const VECTOR factor = LOAD(factors + c);
      const VECTOR offset = LOAD(offsets + c);
      const VECTOR slope = LOAD(slopes + c);
      for (LONG row = from; row < to; row++) {
        const LONG i = row * channels + first + c;
        const VECTOR distance = load_channels(x + i, count) - mean;
        const VECTOR dz = before_relu(dy, y, i, count, distance, scale, shift, rectified);
        store_channels(factor * (dz - offset - slope * distance), dx + i, count);
      }
    }
  }
}
