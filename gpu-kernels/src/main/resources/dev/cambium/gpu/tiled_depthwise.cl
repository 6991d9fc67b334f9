// Convolutions in which each channel of x is filtered by itself, with `filters / channels` filters for each: too few terms for
// a product. Neighbouring work-items have neighbouring channels. x [N, H, W, C], w [O, kH, kW], y [N, oH, oW, O].
#include "activation.cl"

// i / by, in 32 bits where that is enough.
DEVICE LONG quotient(LONG i, int by) {
  return i <= 0x7fffffff ? (LONG)((UINT)i / (UINT)by) : i / by;
}

KERNEL GROUP_OF(64, 1) void depthwise(
    GLOBAL const REAL* RESTRICT x, GLOBAL const REAL* RESTRICT w, GLOBAL const REAL* RESTRICT bias, GLOBAL REAL* RESTRICT y,
    LONG size, int channels, int height, int width, int filters, int kernel_h, int kernel_w, int output_h, int output_w,
    int stride_h, int stride_w, int top, int left, int dilation_h, int dilation_w, int has_bias, int activation, REAL slope) {
  const LONG i = GLOBAL_X;
  if (i < size) {
    const LONG pixel = quotient(i, filters);
    const LONG row = quotient(pixel, output_w);
    const LONG image = quotient(row, output_h);
    const int o = (int)(i - pixel * filters);
    const int y0 = (int)(row - image * output_h) * stride_h - top;
    const int x0 = (int)(pixel - row * output_w) * stride_w - left;
    GLOBAL const REAL* from = x + image * height * width * channels + o / (filters / channels);
    GLOBAL const REAL* filter = w + (LONG)o * kernel_h * kernel_w;
    REAL sum = R(0.0);
    for (int p = 0; p < kernel_h; ++p) {
      const int h = y0 + p * dilation_h;
      if ((UINT)h < (UINT)height) {
        for (int q = 0; q < kernel_w; ++q) {
          const int v = x0 + q * dilation_w;
          if ((UINT)v < (UINT)width) {
            sum += from[((LONG)h * width + v) * channels] * filter[p * kernel_w + q];
          }
        }
      }
    }
    y[i] = activated(has_bias ? sum + bias[o] : sum, activation, slope);
  }
}

KERNEL GROUP_OF(64, 1) void depthwise_data(
    GLOBAL const REAL* RESTRICT dy, GLOBAL const REAL* RESTRICT w, GLOBAL REAL* RESTRICT dx, LONG size, int channels,
    int height, int width, int filters, int kernel_h, int kernel_w, int output_h, int output_w, int stride_h, int stride_w,
    int top, int left, int dilation_h, int dilation_w) {
  const LONG i = GLOBAL_X;
  if (i < size) {
    const LONG pixel = quotient(i, channels);
    const LONG row = quotient(pixel, width);
    const LONG image = quotient(row, height);
    const int each = filters / channels;
    const int o0 = (int)(i - pixel * channels) * each;
    const int h = (int)(row - image * height) + top;
    const int v = (int)(pixel - row * width) + left;
    GLOBAL const REAL* from = dy + image * output_h * output_w * filters + o0;
    const int taps = kernel_h * kernel_w;
    REAL sum = R(0.0);
    for (int p = 0; p < kernel_h; ++p) {
      const int down = h - p * dilation_h;
      if (down >= 0 && down % stride_h == 0 && down / stride_h < output_h) {
        for (int q = 0; q < kernel_w; ++q) {
          const int right = v - q * dilation_w;
          if (right >= 0 && right % stride_w == 0 && right / stride_w < output_w) {
            GLOBAL const REAL* at = from + ((LONG)(down / stride_h) * output_w + right / stride_w) * filters;
            for (int o = 0; o < each; ++o) {
              sum += at[o] * w[(LONG)(o0 + o) * taps + p * kernel_w + q];
            }
          }
        }
      }
    }
    dx[i] = sum;
  }
}

// A group has 32 filters and one tap, or after the last tap the bias, and the pixels of part GROUP_Y, every 8th for each item.
KERNEL GROUP_OF(256, 1) void depthwise_weights(
    GLOBAL const REAL* RESTRICT x, GLOBAL const REAL* RESTRICT dy, GLOBAL REAL* RESTRICT dw, GLOBAL REAL* RESTRICT db,
    LONG pixels, int channels, int height, int width, int filters, int kernel_h, int kernel_w, int output_h, int output_w,
    int stride_h, int stride_w, int top, int left, int dilation_h, int dilation_w, int groups_o, int pixels_each) {
  LOCAL REAL sums[256];
  const int lane = LOCAL_X / 32;
  const int o = GROUP_X % groups_o * 32 + LOCAL_X % 32;
  const int tap = GROUP_X / groups_o;
  const int taps = kernel_h * kernel_w;
  const int down = tap / kernel_w * dilation_h - top;
  const int right = tap % kernel_w * dilation_w - left;
  const LONG begin = (LONG)GROUP_Y * pixels_each;
  const int count = (int)min(pixels - begin, (LONG)pixels_each);
  const int plane = output_h * output_w;
  const LONG image0 = begin / plane;
  const int pixel0 = (int)(begin - image0 * plane);
  REAL sum = R(0.0);
  if (o < filters) {
    GLOBAL const REAL* from = x + o / (filters / channels);
    for (int i = lane; i < count; i += 8) {
      const REAL gradient = dy[(begin + i) * filters + o];
      const int image = (pixel0 + i) / plane;
      const int at = pixel0 + i - image * plane;
      const int h = at / output_w * stride_h + down;
      const int v = at % output_w * stride_w + right;
      if (tap == taps) {
        sum += gradient;
      } else if ((UINT)h < (UINT)height && (UINT)v < (UINT)width) {
        sum += gradient * from[(((image0 + image) * height + h) * width + v) * channels];
      }
    }
  }
  sums[LOCAL_X] = sum;
  for (int half_of = 128; half_of >= 32; half_of /= 2) {
    BARRIER();
    if (LOCAL_X < half_of) {
      sums[LOCAL_X] += sums[LOCAL_X + half_of];
    }
  }
  if (LOCAL_X < 32 && o < filters) {
    if (tap == taps) {
      db[(LONG)GROUP_Y * filters + o] = sums[LOCAL_X];
    } else {
      dw[((LONG)GROUP_Y * filters + o) * taps + tap] = sums[LOCAL_X];
    }
  }
}
