// dw and db from x and dy as a product: row m is a filter, column n a tap with a channel, term k a pixel of y. The pixels are
// split over GROUP_Y, each part with sums of its own. x [N, H, W, C], dw [O, kH, kW, C/groups], dy [N, oH, oW, O].
#include "tiled_tile.cl"

#define A_BY_K 0
#define B_BY_K 0

// Where the pixels of tile t lie in x: the work-items share this through local memory, one tile ahead of those who read it.
#define LOCATE(t)                                                                                              \
  if (item < TILE_K) {                                                                                         \
    const int pixel = pixel0 + ((t) - first) * TILE_K + item;                                                  \
    const int image = pixel / plane;                                                                           \
    const int at = pixel - image * plane;                                                                      \
    const int y = at / output_w * stride_h - top;                                                              \
    const int x_ = at % output_w * stride_w - left;                                                            \
    const int slot = (((t) - first) & 1) * TILE_K + item;                                                      \
    pixel_at[slot] = (((image0 + image) * height + y) * width + x_) * channels;                                \
    pixel_y[slot] = y;                                                                                         \
    pixel_x[slot] = x_;                                                                                        \
  }

#define FETCH_TILES(t)                                                                                         \
  {                                                                                                            \
    const LONG k0 = (LONG)(t) * TILE_K;                                                                        \
    _Pragma("unroll") for (int e = 0; e < A_EACH; ++e) {                                                       \
      const int inside = row_inside && k0 + A_K(e) < pixels;                                                   \
      a_next[e] = inside ? dy_from[(k0 + A_K(e)) * all_filters] : R(0.0);                                      \
    }                                                                                                          \
    _Pragma("unroll") for (int e = 0; e < B_EACH; ++e) {                                                       \
      const int slot = (((t) - first) & 1) * TILE_K + B_K(e);                                                  \
      const int inside = column_inside && k0 + B_K(e) < pixels &&                                              \
                         (UINT)(pixel_y[slot] + down) < (UINT)height &&                                        \
                         (UINT)(pixel_x[slot] + right) < (UINT)width;                                          \
      b_next[e] = inside ? x[pixel_at[slot] + tap] : R(0.0);                                                   \
    }                                                                                                          \
  }

// The first groups along the columns add up db on the way, one work-item for each row.
#define BESIDE_PRODUCT(t, at)                                                                                  \
  if ((t) + 2 < last) {                                                                                        \
    LOCATE((t) + 2)                                                                                            \
  }                                                                                                            \
  if (has_bias && n0 == 0 && item < TILE_M) {                                                                  \
    for (int k = 0; k < TILE_K; ++k) {                                                                         \
      bias_sum += A_TILE(at, k, item);                                                 \
    }                                                                                                          \
  }
#define PLAIN_PRODUCT(at) 1
#define OTHER_PRODUCT(t, at)

#define HAS_LINE(row) (m0 + (row) < group_o)
#define LINE_AT(row) ((LONG)(m0 + (row)) * columns)
#define EPILOGUE(z, line, column) (z)

KERNEL GROUP_OF(ITEMS, 1) void convolution_weights(
    GLOBAL const REAL* RESTRICT x, GLOBAL const REAL* RESTRICT dy, GLOBAL REAL* RESTRICT dw, GLOBAL REAL* RESTRICT db,
    LONG pixels, int channels, int height, int width, int all_filters, int kernel_h, int kernel_w, int output_h, int output_w, int stride_h,
    int stride_w, int top, int left, int dilation_h, int dilation_w, int group_c, int group_o, int columns, int tiles_n,
    int tiles_m, int tiles_each, int partial, int has_bias) {
  TILE_MEMORY
  LOCAL LONG pixel_at[2 * TILE_K];
  LOCAL int pixel_y[2 * TILE_K];
  LOCAL int pixel_x[2 * TILE_K];
  const int n0 = GROUP_X % tiles_n * TILE_N;
  const int m0 = GROUP_X / tiles_n % tiles_m * TILE_M;
  const int group = GROUP_X / tiles_n / tiles_m;
  const int first = GROUP_Y * tiles_each;
  const int last = (int)min((pixels + TILE_K - 1) / TILE_K, (LONG)first + tiles_each);
  const int plane = output_h * output_w;
  const LONG image0 = (LONG)first * TILE_K / plane;
  const int pixel0 = (int)((LONG)first * TILE_K - image0 * plane);

  // What this work-item brings: always the same filter of dy, and the same tap and channel of x.
  const int row_inside = m0 + A_ROW(0) < group_o;
  GLOBAL const REAL* dy_from = dy + group * group_o + m0 + A_ROW(0);
  const int column = n0 + B_ROW(0);
  const int column_inside = column < columns;
  const int down = column / group_c / kernel_w * dilation_h;
  const int right = column / group_c % kernel_w * dilation_w;
  const LONG tap = ((LONG)down * width + right) * channels + group * group_c + column % group_c;
  REAL bias_sum = R(0.0);
  LOCATE(first)
  LOCATE(first + 1)
  BARRIER();
#include "tiled_loop.cl"

  GLOBAL REAL* to = dw + ((partial ? (LONG)GROUP_Y * all_filters : 0) + group * group_o) * columns;
#include "tiled_store.cl"
  if (has_bias && n0 == 0 && item < TILE_M && m0 + item < group_o) {
    db[(partial ? (LONG)GROUP_Y * all_filters : 0) + group * group_o + m0 + item] = bias_sum;
  }
}
