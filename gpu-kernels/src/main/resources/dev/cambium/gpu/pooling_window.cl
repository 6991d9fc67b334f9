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
