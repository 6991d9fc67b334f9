// Between row-major [N, C, P] and channels-last [N, P, C], where P are the pixels; ELEMENT is an integer as wide as one.

KERNEL GROUP_OF(64, 1) void to_channels_last(
    GLOBAL const ELEMENT* RESTRICT from, GLOBAL ELEMENT* RESTRICT to, LONG size, int channels, int pixels) {
  LONG i = GLOBAL_X;
  if (i < size) {
    LONG row = i / channels;
    LONG image = row / pixels;
    to[i] = from[(image * channels + i % channels) * pixels + row % pixels];
  }
}

KERNEL GROUP_OF(64, 1) void to_row_major(
    GLOBAL const ELEMENT* RESTRICT from, GLOBAL ELEMENT* RESTRICT to, LONG size, int channels, int pixels) {
  LONG i = GLOBAL_X;
  if (i < size) {
    LONG row = i / pixels;
    LONG image = row / channels;
    to[i] = from[(image * pixels + i % pixels) * channels + row % channels];
  }
}
