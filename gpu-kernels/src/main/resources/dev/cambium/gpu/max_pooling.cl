// Max pooling and its gradient: a work-item makes one element of an image, and the same one of every GROUPS_Y-th image.
#include "fast_divide.cl"
#include "pooling_window.cl"
#include "pooling_choice.cl"

// The place in its window of the first of the largest pixels, or of the first NaN.
DEVICE int choose(
    GLOBAL const REAL* RESTRICT image,
    int channels,
    int height,
    int width,
    int from_row,
    int from_column,
    int kernel_height,
    int kernel_width,
    REAL* RESTRICT largest) {
  const int first_row = larger(from_row, 0);
  const int first_column = larger(from_column, 0);
  const int end_row = smaller(from_row + kernel_height, height);
  const int end_column = smaller(from_column + kernel_width, width);
  REAL best = image[((LONG)first_row * width + first_column) * channels];
  int choice = (first_row - from_row) * kernel_width + first_column - from_column;
  for (int row = first_row; row < end_row; row++) {
    for (int column = first_column; column < end_column; column++) {
      const REAL value = image[((LONG)row * width + column) * channels];
      if (!(value <= best) && best == best) {
        best = value;
        choice = (row - from_row) * kernel_width + column - from_column;
      }
    }
  }
  *largest = best;
  return choice;
}

// y is left out where `maxima` is 0.
KERNEL GROUP_OF(128, 1) void max_pooling(
    GLOBAL const REAL* RESTRICT x,
    GLOBAL REAL* RESTRICT y,
    GLOBAL UCHAR* RESTRICT chosen,
    GEOMETRY,
    int by_channels,
    int by_channels_shift,
    int by_across,
    int by_across_shift,
    int bytes,
    int maxima) {
  const int size = windows_down * windows_across * channels;
  const LONG item = GLOBAL_X;
  if (item < size) {
    const int at = (int)item;
    const int window = divided(at, by_channels, by_channels_shift);
    const int i = divided(window, by_across, by_across_shift);
    const int j = window - i * windows_across;
    const int c = at - window * channels;
    for (int n = GROUP_Y; n < images; n += GROUPS_Y) {
      REAL largest;
      const int choice = choose(
          x + (LONG)n * height * width * channels + c,
          channels,
          height,
          width,
          i * stride_down - top,
          j * stride_across - left,
          kernel_height,
          kernel_width,
          &largest);
      const LONG out = (LONG)n * size + at;
      keep_choice(chosen, out, bytes, choice);
      if (maxima) {
        y[out] = largest;
      }
    }
  }
}

// The gradients of those windows that chose the pixel, in the order of the windows.
KERNEL GROUP_OF(128, 1) void max_pooling_gradient(
    GLOBAL const REAL* RESTRICT dy,
    GLOBAL const UCHAR* RESTRICT chosen,
    GLOBAL REAL* RESTRICT dx,
    GEOMETRY,
    int by_channels,
    int by_channels_shift,
    int by_width,
    int by_width_shift,
    int bytes) {
  const int size = height * width * channels;
  const LONG item = GLOBAL_X;
  if (item < size) {
    const int at = (int)item;
    WINDOWS_OVER(at)
    for (int n = GROUP_Y; n < images; n += GROUPS_Y) {
      const LONG base = (LONG)n * windows_down * windows_across * channels + c;
      REAL sum = R(0.0);
      for (int i = first_i; i < end_i; i++) {
        for (int j = first_j; j < end_j; j++) {
          const LONG window = base + ((LONG)i * windows_across + j) * channels;
          const int place = (down - i * stride_down) * kernel_width + across - j * stride_across;
          if (choice_at(chosen, window, bytes) == place) {
            sum += dy[window];
          }
        }
      }
      dx[(LONG)n * size + at] = sum;
    }
  }
}
