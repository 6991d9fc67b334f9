// dx from dy and w as a product: row m is a pixel of dx, column n a channel, term k a tap with a filter. With a stride s, a
// pixel meets only every s-th tap or so. So the pixels are taken by their phase, (h + top) mod s, all of which meet the same
// taps. A tile's terms are filters of one tap. x [N, H, W, C], w [O, kH, kW, C/groups], dy [N, oH, oW, O].
#include "tiled_tile.cl"

// Along one axis: what the pixels h of one phase have in common. h = start + stride * index, and tap number i of theirs is
// kernel row tap + tap_step * i, under which lies dy's row (h + top) / stride - shift - shift_step * i.
typedef struct {
  int start;
  int count;
  int tap;
  int tap_step;
  int taps;
  int shift;
  int shift_step;
} Phase;

DEVICE int common_divisor(int a, int b) {
  while (b != 0) {
    const int rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

DEVICE Phase phase_of(int phase, int size, int before, int stride, int dilation, int kernel_size) {
  Phase found;
  const int offset = (phase - before) % stride;
  found.start = offset < 0 ? offset + stride : offset;
  found.count = found.start < size ? (size - 1 - found.start) / stride + 1 : 0;
  found.tap_step = stride / common_divisor(stride, dilation);
  found.shift_step = (int)((LONG)found.tap_step * dilation / stride);
  const int most = min(kernel_size, found.tap_step);
  int tap = 0;
  while (tap < most && (int)((LONG)tap * dilation % stride) != phase) {
    ++tap;
  }
  found.tap = tap;
  found.taps = tap < most ? (kernel_size - 1 - tap) / found.tap_step + 1 : 0;
  found.shift = (int)(((LONG)tap * dilation - phase) / stride);
  return found;
}

#define A_BY_K 1
#define B_BY_K 0

// Brings the terms of filters fetch_o... of one tap, and goes on. What is left of a tap's last tile is 0 on both sides.
#define FETCH_TILES(t)                                                                                                   \
  {                                                                                                                      \
    const int up = down_phase.shift + down_phase.shift_step * fetch_y;                                                   \
    const int back = right_phase.shift + right_phase.shift_step * fetch_x;                                               \
    const LONG tap_at = ((LONG)up * output_w + back) * all_filters - (fetch_o + A_K(0));                                 \
    const int tap = (down_phase.tap + down_phase.tap_step * fetch_y) * kernel_w + right_phase.tap +                      \
                    right_phase.tap_step * fetch_x;                                                                      \
    _Pragma("unroll") for (int e = 0; e < A_EACH; ++e) {                                                                 \
      const int inside = fetch_o + A_K(0) < group_o && READS(row_y[e] - up, row_x[e] - back);                            \
      a_next[e] = inside ? dy[row_at[e] - tap_at] : R(0.0);                                                              \
    }                                                                                                                    \
    _Pragma("unroll") for (int e = 0; e < B_EACH; ++e) {                                                                 \
      const int o = fetch_o + B_K(e);                                                                                    \
      const int inside = o < group_o && n0 + B_ROW(e) < columns;                                                         \
      b_next[e] = inside ? filters[((LONG)o * kernel_taps + tap) * columns + B_ROW(e)] : R(0.0);                         \
      if (!(b_next[e] - b_next[e] == R(0.0))) {                                                                          \
        is_special[((t) - first) & 1] = 1;                                                                               \
      }                                                                                                                  \
    }                                                                                                                    \
    fetch_o += TILE_K;                                                                                                   \
    if (fetch_o >= group_o) {                                                                                            \
      fetch_o = 0;                                                                                                       \
      if (++fetch_x == right_phase.taps) {                                                                               \
        fetch_x = 0;                                                                                                     \
        ++fetch_y;                                                                                                       \
      }                                                                                                                  \
    }                                                                                                                    \
  }

#define READS(i, j) ((UINT)(i) < (UINT)output_h && (UINT)(j) < (UINT)output_w)

// An infinite or NaN weight must not meet the zeros that stand for positions outside of dy, as it would make NaN of them. Such
// tiles are multiplied row by row, where the row lies inside.
#define BESIDE_PRODUCT(t, at)
#define PLAIN_PRODUCT(at) (is_special[at] == 0)
#define OTHER_PRODUCT(t, at)                                                                                             \
  const int up = down_phase.shift + down_phase.shift_step * ((t) / tiles_o / right_phase.taps);                          \
  const int back = right_phase.shift + right_phase.shift_step * ((t) / tiles_o % right_phase.taps);                      \
  const int terms = min(TILE_K, group_o - (t) % tiles_o * TILE_K);                                                       \
  for (int k = 0; k < terms; ++k) {                                                                                      \
    _Pragma("unroll") for (int i = 0; i < ITEM_M; ++i) {                                                                 \
      if (READS(tile_y[ROW(i)] - up, tile_x[ROW(i)] - back)) {                                                           \
        const REAL a = A_TILE(at, k, ROW(i));                                                                        \
        _Pragma("unroll") for (int j = 0; j < ITEM_N; ++j) {                                                             \
          sum[i][j] += a * B_TILE(at, k, COLUMN(j));                                                                 \
        }                                                                                                                \
      }                                                                                                                  \
    }                                                                                                                    \
  }

#define HAS_LINE(row) (m0 + (row) < pixels)
#define LINE_AT(row) line_at(pixel0 + (row), image0, down_phase, right_phase, height, width, stride_h, stride_w) * channels
#define EPILOGUE(z, line, column) (z)

// The pixel of dx, counted over all images, that is number `pixel` of its phase, counted from image `image0` on.
DEVICE LONG line_at(
    int pixel, LONG image0, Phase down, Phase right, int height, int width, int stride_h, int stride_w) {
  const int row = pixel / right.count;
  const int h = down.start + row % down.count * stride_h;
  const int w = right.start + pixel % right.count * stride_w;
  return ((image0 + row / down.count) * height + h) * width + w;
}

KERNEL GROUP_OF(ITEMS, 1) void convolution_data(
    GLOBAL const REAL* RESTRICT dy, GLOBAL const REAL* RESTRICT w, GLOBAL REAL* RESTRICT dx, LONG all_pixels, int batch,
    int channels, int height, int width, int all_filters, int kernel_h, int kernel_w, int output_h, int output_w, int stride_h,
    int stride_w, int top, int left, int dilation_h, int dilation_w, int columns, int group_o, int tiles_n, int tiles_m,
    int tiles_each, int partial) {
  TILE_MEMORY
  LOCAL int tile_y[TILE_M];
  LOCAL int tile_x[TILE_M];
  LOCAL int is_special[2];
  const int n0 = GROUP_X % tiles_n * TILE_N;
  const LONG m0 = (LONG)(GROUP_X / tiles_n % tiles_m) * TILE_M;
  const int place = GROUP_X / tiles_n / tiles_m;
  const int group = place / (stride_h * stride_w);
  const Phase down_phase = phase_of(place / stride_w % stride_h, height, top, stride_h, dilation_h, kernel_h);
  const Phase right_phase = phase_of(place % stride_w, width, left, stride_w, dilation_w, kernel_w);
  const int plane = down_phase.count * right_phase.count;
  const LONG pixels = (LONG)batch * plane;
  const int tiles_o = (group_o + TILE_K - 1) / TILE_K;
  const int steps = m0 < pixels ? down_phase.taps * right_phase.taps * tiles_o : 0;
  const int first = GROUP_Y * tiles_each;
  const int last = min(steps, first + tiles_each);

  // Where dy lies under a tap of no shift, for each row that this work-item brings; rows beyond the last lie outside.
  LONG row_at[A_EACH];
  int row_y[A_EACH];
  int row_x[A_EACH];
  const LONG image0 = plane > 0 ? m0 / plane : 0;
  const int pixel0 = (int)(m0 - image0 * plane);
#pragma unroll
  for (int e = 0; e < A_EACH; ++e) {
    const int inside = m0 + A_ROW(e) < pixels;
    const int pixel = inside ? pixel0 + A_ROW(e) : 0;
    const int row = inside ? pixel / right_phase.count : 0;
    row_y[e] = inside ? (down_phase.start + top) / stride_h + row % down_phase.count : -1;
    row_x[e] = inside ? (right_phase.start + left) / stride_w + pixel % right_phase.count : -1;
    const LONG image = image0 + (inside ? row / down_phase.count : 0);
    row_at[e] = ((image * output_h + row_y[e]) * output_w + row_x[e]) * all_filters + group * group_o;
    if (A_K(e) == 0) {
      tile_y[A_ROW(e)] = row_y[e];
      tile_x[A_ROW(e)] = row_x[e];
    }
  }
  if (item < 2) {
    is_special[item] = 0;
  }
  BARRIER();
  const int kernel_taps = kernel_h * kernel_w;
  GLOBAL const REAL* filters = w + (LONG)group * group_o * kernel_taps * columns + n0;
  int fetch_o = first % tiles_o * TILE_K;
  int fetch_y = right_phase.taps > 0 ? first / tiles_o / right_phase.taps : 0;
  int fetch_x = right_phase.taps > 0 ? first / tiles_o % right_phase.taps : 0;
#include "tiled_loop.cl"

  GLOBAL REAL* to = dx + (partial ? GROUP_Y * all_pixels * channels : 0) + group * columns;
#include "tiled_store.cl"
}
