// Average pooling and its gradient: a work-item makes one element of an image, and the same one of every GROUPS_Y-th
// image; large windows are shared by the work-items of a group. `counted` is the divisor where padding counts, else 0.
#include "fast_divide.cl"
#include "pooling_window.cl"
#include "channel_lanes.cl"

// 1 / count to half an ulp, also where division is coarser, so that powers of two are exact.
DEVICE REAL inverse_of(int count) {
  const REAL approximately = R(1.0) / (REAL)count;
  return fma(approximately, fma(-(REAL)count, approximately, R(1.0)), approximately);
}

KERNEL GROUP_OF(128, 1) void average_pooling(
    GLOBAL const REAL* RESTRICT x,
    GLOBAL REAL* RESTRICT y,
    GEOMETRY,
    int by_channels,
    int by_channels_shift,
    int by_across,
    int by_across_shift,
    int counted) {
  const int size = windows_down * windows_across * channels;
  const LONG item = GLOBAL_X;
  if (item < size) {
    const int at = (int)item;
    const int window = divided(at, by_channels, by_channels_shift);
    const int i = divided(window, by_across, by_across_shift);
    const int down = i * stride_down - top;
    const int across = (window - i * windows_across) * stride_across - left;
    const int c = at - window * channels;
    const int first_row = larger(down, 0);
    const int first_column = larger(across, 0);
    const int end_row = smaller(down + kernel_height, height);
    const int end_column = smaller(across + kernel_width, width);
    const REAL inverse = inverse_of(counted ? counted : (end_row - first_row) * (end_column - first_column));
    for (int n = GROUP_Y; n < images; n += GROUPS_Y) {
      GLOBAL const REAL* RESTRICT image = x + (LONG)n * height * width * channels + c;
      REAL sum = R(0.0);
      for (int row = first_row; row < end_row; row++) {
        for (int column = first_column; column < end_column; column++) {
          sum += image[((LONG)row * width + column) * channels];
        }
      }
      y[(LONG)n * size + at] = sum * inverse;
    }
  }
}

// The same with a group for each window and CHANNELS channels, whose lanes share the pixels.
KERNEL GROUP_OF(CHANNELS, LANES) void average_pooling_large(
    GLOBAL const REAL* RESTRICT x, GLOBAL REAL* RESTRICT y, GEOMETRY, int counted) {
  LOCAL REAL shared_sum[LANES][CHANNELS];
  const int c = GROUP_X * CHANNELS + LOCAL_X;
  const LONG windows = (LONG)images * windows_down * windows_across;
  for (LONG window = GROUP_Y; window < windows; window += GROUPS_Y) {
    const LONG line = window / windows_across;
    const int down = (int)(line % windows_down) * stride_down - top;
    const int across = (int)(window % windows_across) * stride_across - left;
    const int first_row = larger(down, 0);
    const int first_column = larger(across, 0);
    const int columns = smaller(across + kernel_width, width) - first_column;
    const int pixels = (smaller(down + kernel_height, height) - first_row) * columns;
    REAL sum = R(0.0);
    if (c < channels) {
      GLOBAL const REAL* RESTRICT image = x + line / windows_down * height * width * channels + c;
      for (int p = LOCAL_Y; p < pixels; p += LANES) {
        const int row = p / columns;
        sum += image[((LONG)(first_row + row) * width + first_column + p - row * columns) * channels];
      }
    }
    ADD_LANES(sum, shared_sum)
    if (LOCAL_Y == 0 && c < channels) {
      y[window * channels + c] = sum * inverse_of(counted ? counted : pixels);
    }
    BARRIER();
  }
}

// The shares of the windows that cover the pixel, in the order of the windows.
KERNEL GROUP_OF(128, 1) void average_pooling_gradient(
    GLOBAL const REAL* RESTRICT dy,
    GLOBAL REAL* RESTRICT dx,
    GEOMETRY,
    int by_channels,
    int by_channels_shift,
    int by_width,
    int by_width_shift,
    int counted) {
  const int size = height * width * channels;
  const LONG item = GLOBAL_X;
  if (item < size) {
    const int at = (int)item;
    WINDOWS_OVER(at)
    for (int n = GROUP_Y; n < images; n += GROUPS_Y) {
      const LONG base = (LONG)n * windows_down * windows_across * channels + c;
      REAL sum = R(0.0);
      for (int i = first_i; i < end_i; i++) {
        const int from_row = i * stride_down - top;
        const int covered = smaller(from_row + kernel_height, height) - larger(from_row, 0);
        for (int j = first_j; j < end_j; j++) {
          const int from_column = j * stride_across - left;
          const int count = covered * (smaller(from_column + kernel_width, width) - larger(from_column, 0));
          sum += dy[base + ((LONG)i * windows_across + j) * channels] * inverse_of(counted ? counted : count);
        }
      }
      dx[(LONG)n * size + at] = sum;
    }
  }
}
