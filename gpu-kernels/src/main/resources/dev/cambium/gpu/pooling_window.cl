// The geometry of a pooling, in the order in which PoolingGeometry gives it: x is [N, height, width, channels], y is
// [N, windows_down, windows_across, channels].
#define GEOMETRY \
  int images, int channels, int height, int width, int windows_down, int windows_across, int kernel_height, \
      int kernel_width, int stride_down, int stride_across, int top, int left

DEVICE int smaller(int a, int b) {
  return a < b ? a : b;
}

DEVICE int larger(int a, int b) {
  return a > b ? a : b;
}

// Of the windows that cover a row or column, the first and the one after the last; `at` counts from the padding's edge.
DEVICE int first_window(int at, int extent, int stride) {
  return at < extent ? 0 : (at - extent) / stride + 1;
}

DEVICE int end_of_windows(int at, int stride, int windows) {
  return smaller(at / stride + 1, windows);
}

// Declares, of element `at` of an image: its channel c, how far down and across it is in the padded image, and the windows
// that cover it, from first_i and first_j to before end_i and end_j.
#define WINDOWS_OVER(at) \
  const int pixel = divided(at, by_channels, by_channels_shift); \
  const int row = divided(pixel, by_width, by_width_shift); \
  const int down = row + top; \
  const int across = pixel - row * width + left; \
  const int c = at - pixel * channels; \
  const int end_i = end_of_windows(down, stride_down, windows_down); \
  const int end_j = end_of_windows(across, stride_across, windows_across); \
  const int first_i = first_window(down, kernel_height, stride_down); \
  const int first_j = first_window(across, kernel_width, stride_across);
