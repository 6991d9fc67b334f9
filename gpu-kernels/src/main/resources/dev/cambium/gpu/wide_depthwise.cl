#include "wide_vector.cl"
#include "wide_taps.cl"

DEVICE VECTOR load_up_to(GLOBAL const REAL* p, int count) {
  return count < LANES ? load_some(p, count) : LOAD(p);
}

// The arguments of a convolution whose groups have one channel each, forward and backward, as wide_convolution has them;
// w lies in panels of channels, [kernelHeight][kernelWidth][PANEL] each.
KERNEL GROUP_OF(1, 1) void wide_depthwise(
    GLOBAL const REAL* RESTRICT x,
    GLOBAL const REAL* RESTRICT w,
    GLOBAL REAL* RESTRICT y,
    GLOBAL const REAL* RESTRICT bias,
    int images,
    int height,
    int width,
    int channels,
    int outHeight,
    int outWidth,
    int kernelHeight,
    int kernelWidth,
    int strideH,
    int strideW,
    int offsetH,
    int offsetW,
    int dilationH,
    int dilationW,
    int divisorH,
    int divisorW,
    int phasesW,
    int tapStepH,
    int tapStepW,
    int inStepH,
    int inStepW,
    int pixelsOfGroup,
    int biased,
    int f,
    REAL slope) {
  const int phaseH = GROUP_Z / phasesW;
  const int phaseW = GROUP_Z % phasesW;
  const Taps th = taps_of(phaseH, offsetH, kernelHeight, dilationH, divisorH, tapStepH);
  const Taps tw = taps_of(phaseW, offsetW, kernelWidth, dilationW, divisorW, tapStepW);
  const int rows = (outHeight - phaseH + divisorH - 1) / divisorH;
  const int columns = (outWidth - phaseW + divisorW - 1) / divisorW;
  if (rows <= 0 || columns <= 0) {
    return;
  }
  const int channel = GROUP_Y * PANEL;
  const int count = min(PANEL, channels - channel);
  const int end = min(images * rows * columns, (GROUP_X + 1) * pixelsOfGroup);
  for (int pixel = GROUP_X * pixelsOfGroup; pixel < end; pixel++) {
    const int v = pixel % columns;
    const int u = pixel / columns % rows;
    const int n = pixel / columns / rows;
    VECTOR left = R(0.0);
    VECTOR right = R(0.0);
    for (int i = 0; i < th.count; i++) {
      const int h = u * strideH + th.base + i * inStepH;
      if (h < 0 || h >= height) {
        continue;
      }
      for (int j = 0; j < tw.count; j++) {
        const int l = v * strideW + tw.base + j * inStepW;
        if (l < 0 || l >= width) {
          continue;
        }
        GLOBAL const REAL* from = x + (((LONG)n * height + h) * width + l) * channels + channel;
        GLOBAL const REAL* tap = w
            + ((LONG)(GROUP_Y * kernelHeight + th.first + i * th.step) * kernelWidth + tw.first + j * tw.step) * PANEL;
        left = fma(load_up_to(from, count), LOAD(tap), left);
        if (count > LANES) {
          right = fma(load_up_to(from + LANES, count - LANES), LOAD(tap + LANES), right);
        }
      }
    }
    REAL sums[PANEL];
    STORE(left, sums);
    STORE(right, sums + LANES);
    GLOBAL REAL* to =
        y + (((LONG)n * outHeight + u * divisorH + phaseH) * outWidth + v * divisorW + phaseW) * channels + channel;
    finish_row(sums, to, count, R(1.0), R(0.0), bias + channel, biased, f, slope);
  }
}

// dw = sum over pixels of dy x, for the pixels of split GROUP_X and the channels of panel GROUP_Y; in parts:
// [splits][panels][taps + 1][PANEL], where the last row is the sum of dy.
KERNEL GROUP_OF(1, 1) void wide_depthwise_gradient(
    GLOBAL const REAL* RESTRICT x,
    GLOBAL const REAL* RESTRICT dy,
    GLOBAL REAL* RESTRICT parts,
    int images,
    int height,
    int width,
    int channels,
    int outHeight,
    int outWidth,
    int kernelHeight,
    int kernelWidth,
    int strideH,
    int strideW,
    int padH,
    int padW,
    int dilationH,
    int dilationW,
    int pixelsOfGroup) {
  const int taps = kernelHeight * kernelWidth;
  const int panels = (channels + PANEL - 1) / PANEL;
  const int channel = GROUP_Y * PANEL;
  const int count = min(PANEL, channels - channel);
  const int first = GROUP_X * pixelsOfGroup;
  const int end = min(images * outHeight * outWidth, first + pixelsOfGroup);
  GLOBAL REAL* part = parts + ((LONG)GROUP_X * panels + GROUP_Y) * (taps + 1) * PANEL;
  for (int tap = 0; tap <= taps; tap++, part += PANEL) {
    const int h0 = tap / kernelWidth * dilationH - padH;
    const int l0 = tap % kernelWidth * dilationW - padW;
    int j = first % outWidth;
    int i = first / outWidth % outHeight;
    int n = first / outWidth / outHeight;
    VECTOR left = R(0.0);
    VECTOR right = R(0.0);
    for (int pixel = first; pixel < end; pixel++) {
      GLOBAL const REAL* d = dy + (LONG)pixel * channels + channel;
      const int h = i * strideH + h0;
      const int l = j * strideW + l0;
      if (tap == taps) {
        left += load_up_to(d, count);
        if (count > LANES) {
          right += load_up_to(d + LANES, count - LANES);
        }
      } else if (h >= 0 && h < height && l >= 0 && l < width) {
        GLOBAL const REAL* from = x + (((LONG)n * height + h) * width + l) * channels + channel;
        left = fma(load_up_to(from, count), load_up_to(d, count), left);
        if (count > LANES) {
          right = fma(load_up_to(from + LANES, count - LANES), load_up_to(d + LANES, count - LANES), right);
        }
      }
      if (++j == outWidth) {
        j = 0;
        if (++i == outHeight) {
          i = 0;
          n++;
        }
      }
    }
    STORE(left, part);
    STORE(right, part + LANES);
  }
}

// Adds up the splits' sums in their order, for the channels of panel GROUP_X; splits may be 0.
KERNEL GROUP_OF(1, 1) void wide_depthwise_gradient_finish(
    GLOBAL const REAL* RESTRICT parts,
    GLOBAL REAL* RESTRICT dw,
    GLOBAL REAL* RESTRICT db,
    int channels,
    int taps,
    int splits,
    int biased) {
  const int channel = GROUP_X * PANEL;
  const int count = min(PANEL, channels - channel);
  const LONG part = (LONG)GROUPS_X * (taps + 1) * PANEL;
  for (int tap = 0; tap < taps + biased; tap++) {
    GLOBAL const REAL* from = parts + ((LONG)GROUP_X * (taps + 1) + tap) * PANEL;
    for (int c = 0; c < count; c++) {
      REAL sum = R(0.0);
      for (int s = 0; s < splits; s++) {
        sum += from[s * part + c];
      }
      if (tap < taps) {
        dw[(LONG)(channel + c) * taps + tap] = sum;
      } else {
        db[channel + c] = sum;
      }
    }
  }
}
