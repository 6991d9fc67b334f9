// Max pooling and its gradient for processors: a work-item makes `each` rows of the result, or the last of them, and of
// these `part` channels.
#include "wide_channels.cl"
#include "pooling_window.cl"
#include "pooling_choice.cl"
#include "wide_choice.cl"

DEVICE void choose(
    GLOBAL const REAL* image,
    int channels,
    int height,
    int width,
    int from_row,
    int from_column,
    int kernel_height,
    int kernel_width,
    int count,
    VECTOR* largest,
    SIGNED* choice) {
  const int first_row = larger(from_row, 0);
  const int first_column = larger(from_column, 0);
  const int end_row = smaller(from_row + kernel_height, height);
  const int end_column = smaller(from_column + kernel_width, width);
  VECTOR best = load_channels(image + ((LONG)first_row * width + first_column) * channels, count);
  SIGNED place = (SIGNED)((first_row - from_row) * kernel_width + first_column - from_column);
  for (int row = first_row; row < end_row; row++) {
    for (int column = first_column; column < end_column; column++) {
      const VECTOR value = load_channels(image + ((LONG)row * width + column) * channels, count);
      const SIGNED better = ~(value <= best) & (best == best);
      best = better ? value : best;
      place = better ? (SIGNED)((row - from_row) * kernel_width + column - from_column) : place;
    }
  }
  *largest = best;
  *choice = place;
}

// y is left out where `maxima` is 0.
KERNEL GROUP_OF(1, 1) void wide_max_pooling(
    GLOBAL const REAL* RESTRICT x,
    GLOBAL REAL* RESTRICT y,
    GLOBAL UCHAR* RESTRICT chosen,
    GEOMETRY,
    LONG each,
    int part,
    int bytes,
    int maxima) {
  const LONG rows = (LONG)images * windows_down;
  const LONG end = GROUP_Y * each + each < rows ? GROUP_Y * each + each : rows;
  const int end_channel = smaller(GROUP_X * part + part, channels);
  for (LONG line = GROUP_Y * each; line < end; line++) {
    const int from_row = (int)(line % windows_down) * stride_down - top;
    GLOBAL const REAL* image = x + line / windows_down * height * width * channels;
    for (int j = 0; j < windows_across; j++) {
      const LONG out = (line * windows_across + j) * channels;
      for (int c = GROUP_X * part; c < end_channel; c += LANES) {
        const int count = end_channel - c;
        VECTOR largest;
        SIGNED choice;
        choose(
            image + c,
            channels,
            height,
            width,
            from_row,
            j * stride_across - left,
            kernel_height,
            kernel_width,
            count,
            &largest,
            &choice);
        keep_choices(chosen, out + c, count, bytes, choice);
        if (maxima) {
          store_channels(largest, y + out + c, count);
        }
      }
    }
  }
}

// The gradients of those windows that chose the pixel, in the order of the windows, of which there are some down and some
// across; `down` and `across` say where the pixel is in the first of them.
DEVICE VECTOR gradients(
    GLOBAL const REAL* dy,
    GLOBAL const UCHAR* chosen,
    LONG window,
    int count,
    int bytes,
    int some_down,
    int some_across,
    int down,
    int across,
    int stride_down,
    int stride_across,
    int kernel_width,
    int channels,
    LONG line) {
  VECTOR sum = (VECTOR)R(0.0);
  for (int i = 0; i < some_down; i++) {
    for (int j = 0; j < some_across; j++) {
      const LONG at = window + i * line + j * channels;
      const int place = (down - i * stride_down) * kernel_width + across - j * stride_across;
      const SIGNED chose = load_choices(chosen, at, count, bytes) == (SIGNED)place;
      const VECTOR share = load_channels(dy + at, count);
      sum += chose ? share : (VECTOR)R(0.0);
    }
  }
  return sum;
}

KERNEL GROUP_OF(1, 1) void wide_max_pooling_gradient(
    GLOBAL const REAL* RESTRICT dy,
    GLOBAL const UCHAR* RESTRICT chosen,
    GLOBAL REAL* RESTRICT dx,
    GEOMETRY,
    LONG each,
    int part,
    int bytes) {
  const LONG rows = (LONG)images * height;
  const LONG end = GROUP_Y * each + each < rows ? GROUP_Y * each + each : rows;
  const int end_channel = smaller(GROUP_X * part + part, channels);
  const LONG line = (LONG)windows_across * channels;
  for (LONG row = GROUP_Y * each; row < end; row++) {
    const int down = (int)(row % height) + top;
    const int first_i = first_window(down, kernel_height, stride_down);
    const int end_i = end_of_windows(down, stride_down, windows_down);
    const LONG base = (row / height * windows_down + first_i) * line;
    int first_j = 0;
    int end_j = 0;
    for (int column = 0; column < width; column++) {
      // The windows over the next column are at most some further, which is found without a division.
      const int across = column + left;
      while (end_j < windows_across && end_j * stride_across <= across) {
        end_j++;
      }
      while (first_j < end_j && first_j * stride_across + kernel_width <= across) {
        first_j++;
      }
      GLOBAL REAL* out = dx + (row * width + column) * channels;
      for (int c = GROUP_X * part; c < end_channel; c += LANES) {
        const int count = end_channel - c;
        const LONG window = base + (LONG)first_j * channels + c;
        const int i = down - first_i * stride_down;
        const int j = across - first_j * stride_across;
        if (count >= LANES && bytes == 1) {
          STORE(
              gradients(
                  dy, chosen, window, LANES, 1, end_i - first_i, end_j - first_j, i, j, stride_down, stride_across,
                  kernel_width, channels, line),
              out + c);
        } else {
          store_channels(
              gradients(
                  dy, chosen, window, count, bytes, end_i - first_i, end_j - first_j, i, j, stride_down, stride_across,
                  kernel_width, channels, line),
              out + c,
              count);
        }
      }
    }
  }
}
