// Average pooling and its gradient for processors: a work-item makes `each` rows of the result, or the last of them, and
// of these `part` channels. `counted` is the divisor where padding counts, else 0.
#include "wide_channels.cl"
#include "pooling_window.cl"

KERNEL GROUP_OF(1, 1) void wide_average_pooling(
    GLOBAL const REAL* RESTRICT x, GLOBAL REAL* RESTRICT y, GEOMETRY, LONG each, int part, int counted) {
  const LONG rows = (LONG)images * windows_down;
  const LONG end = GROUP_Y * each + each < rows ? GROUP_Y * each + each : rows;
  const int end_channel = smaller(GROUP_X * part + part, channels);
  for (LONG line = GROUP_Y * each; line < end; line++) {
    const int down = (int)(line % windows_down) * stride_down - top;
    const int first_row = larger(down, 0);
    const int end_row = smaller(down + kernel_height, height);
    GLOBAL const REAL* image = x + line / windows_down * height * width * channels;
    for (int j = 0; j < windows_across; j++) {
      const int across = j * stride_across - left;
      const int first_column = larger(across, 0);
      const int end_column = smaller(across + kernel_width, width);
      const int count = counted ? counted : (end_row - first_row) * (end_column - first_column);
      for (int c = GROUP_X * part; c < end_channel; c += LANES) {
        VECTOR sum = (VECTOR)R(0.0);
        for (int row = first_row; row < end_row; row++) {
          for (int column = first_column; column < end_column; column++) {
            sum += load_channels(image + ((LONG)row * width + column) * channels + c, end_channel - c);
          }
        }
        store_channels(sum / (REAL)count, y + (line * windows_across + j) * channels + c, end_channel - c);
      }
    }
  }
}

// The shares of the windows that cover the pixel, in the order of the windows.
KERNEL GROUP_OF(1, 1) void wide_average_pooling_gradient(
    GLOBAL const REAL* RESTRICT dy, GLOBAL REAL* RESTRICT dx, GEOMETRY, LONG each, int part, int counted) {
  const LONG rows = (LONG)images * height;
  const LONG end = GROUP_Y * each + each < rows ? GROUP_Y * each + each : rows;
  const int end_channel = smaller(GROUP_X * part + part, channels);
  for (LONG line = GROUP_Y * each; line < end; line++) {
    const int down = (int)(line % height) + top;
    const LONG base = line / height * windows_down * windows_across;
    const int first_i = first_window(down, kernel_height, stride_down);
    const int end_i = end_of_windows(down, stride_down, windows_down);
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
      for (int c = GROUP_X * part; c < end_channel; c += LANES) {
        VECTOR sum = (VECTOR)R(0.0);
        for (int i = first_i; i < end_i; i++) {
          const int from_row = i * stride_down - top;
          const int covered = smaller(from_row + kernel_height, height) - larger(from_row, 0);
          for (int j = first_j; j < end_j; j++) {
            const int from_column = j * stride_across - left;
            const int columns = smaller(from_column + kernel_width, width) - larger(from_column, 0);
            const LONG window = (base + (LONG)i * windows_across + j) * channels + c;
            sum += load_channels(dy + window, end_channel - c) / (REAL)(counted ? counted : covered * columns);
          }
        }
        store_channels(sum, dx + (line * width + column) * channels + c, end_channel - c);
      }
    }
  }
}
