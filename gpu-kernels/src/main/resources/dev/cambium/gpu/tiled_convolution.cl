// y = activation(x * w + bias) as a product: row m is a pixel of y, column n a filter, term k a tap with a channel; x is never
// unfolded. x [N, H, W, C], w [O, kH, kW, C/groups], y [N, oH, oW, O].
#include "tiled_tile.cl"
#include "activation.cl"

#define A_BY_K 1
#define B_BY_K 1
#define BESIDE_PRODUCT(t, at)
#define PLAIN_PRODUCT(at) 1
#define OTHER_PRODUCT(t, at)

// The term that a work-item brings of each row: it goes on by TILE_K from tile to tile.
#define NEXT_TERM               \
  term += TILE_K;               \
  channel += TILE_K;            \
  while (channel >= group_c) {  \
    channel -= group_c;         \
    if (++tap_x == kernel_w) {  \
      tap_x = 0;                \
      ++tap_y;                  \
    }                           \
  }

#define FETCH_TILES(t)                                                                                        \
  {                                                                                                           \
    const int down = tap_y * dilation_h;                                                                      \
    const int right = tap_x * dilation_w;                                                                     \
    const LONG tap = ((LONG)down * width + right) * channels + channel;                                       \
    _Pragma("unroll") for (int e = 0; e < A_EACH; ++e) {                                                      \
      const int inside = term < terms && (UINT)(row_y[e] + down) < (UINT)height &&                            \
                         (UINT)(row_x[e] + right) < (UINT)width;                                              \
      a_next[e] = inside ? x[row_at[e] + tap] : R(0.0);                                                       \
    }                                                                                                         \
    _Pragma("unroll") for (int e = 0; e < B_EACH; ++e) {                                                      \
      b_next[e] = term < terms && n0 + B_ROW(e) < columns ? filters[(LONG)B_ROW(e) * terms + term] : R(0.0);  \
    }                                                                                                         \
    NEXT_TERM                                                                                                 \
  }

#define HAS_LINE(row) (m0 + (row) < pixels)
#define LINE_AT(row) ((m0 + (row)) * all_filters)
#define EPILOGUE(z, line, column) activated((z) + (has_bias ? group_bias[column] : R(0.0)), activation, slope)

KERNEL GROUP_OF(ITEMS, 1) void convolution(
    GLOBAL const REAL* RESTRICT x, GLOBAL const REAL* RESTRICT w, GLOBAL const REAL* RESTRICT bias, GLOBAL REAL* y,
    LONG pixels, int channels, int height, int width, int all_filters, int kernel_h, int kernel_w, int output_h, int output_w, int stride_h,
    int stride_w, int top, int left, int dilation_h, int dilation_w, int group_c, int columns, int terms, int tiles_n,
    int tiles_m, int tiles_each, int partial, int has_bias, int activation, REAL slope) {
  TILE_MEMORY
  const int n0 = GROUP_X % tiles_n * TILE_N;
  const LONG m0 = (LONG)(GROUP_X / tiles_n % tiles_m) * TILE_M;
  const int group = GROUP_X / tiles_n / tiles_m;
  const int first = GROUP_Y * tiles_each;
  const int last = min((terms + TILE_K - 1) / TILE_K, first + tiles_each);

  // The pixel of x under the first tap, for each row that this work-item brings; rows beyond the last lie outside.
  LONG row_at[A_EACH];
  int row_y[A_EACH];
  int row_x[A_EACH];
  const int plane = output_h * output_w;
  const LONG image0 = m0 / plane;
  const int pixel0 = (int)(m0 - image0 * plane);
#pragma unroll
  for (int e = 0; e < A_EACH; ++e) {
    const int pixel = pixel0 + A_ROW(e);
    const int image = pixel / plane;
    const int at = pixel - image * plane;
    const int inside = m0 + A_ROW(e) < pixels;
    row_y[e] = inside ? at / output_w * stride_h - top : -0x40000000;
    row_x[e] = at % output_w * stride_w - left;
    row_at[e] = (((image0 + image) * height + row_y[e]) * width + row_x[e]) * channels + group * group_c;
  }
  GLOBAL const REAL* filters = w + ((LONG)group * columns + n0) * terms;
  int term = first * TILE_K + A_K(0);
  int channel = term % group_c;
  int tap_x = term / group_c % kernel_w;
  int tap_y = term / group_c / kernel_w;
#include "tiled_loop.cl"

  GLOBAL const REAL* group_bias = bias + (has_bias ? group * columns : 0);
  GLOBAL REAL* to = y + (partial ? GROUP_Y * pixels * all_filters : 0) + group * columns;
#include "tiled_store.cl"
}
