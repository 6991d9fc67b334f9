#include "wide_vector.cl"
#include "wide_taps.cl"

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
  const int first = GROUP_Y * pixelsOfGroup;
  const int end = min(images * rows * columns, first + pixelsOfGroup);
  int v = first % columns;
  int u = first / columns % rows;
  int n = first / columns / rows;
  for (int pixel = first; pixel < end; pixel++) {
    const int top = u * strideH + th.base;
    const int start = v * strideW + tw.base;
    GLOBAL REAL* to = y + (((LONG)n * outHeight + u * divisorH + phaseH) * outWidth + v * divisorW + phaseW) * channels;
    for (int channel = 0; channel < channels; channel += PANEL) {
      const int count = min(PANEL, channels - channel);
      REAL sums[PANEL];
      STORE((VECTOR)R(0.0), sums);
      STORE((VECTOR)R(0.0), sums + LANES);
      VECTOR left = R(0.0);
      VECTOR right = R(0.0);
      for (int i = 0; i < th.count; i++) {
        const int h = top + i * inStepH;
        if (h < 0 || h >= height) {
          continue;
        }
        GLOBAL const REAL* line = x + ((LONG)n * height + h) * width * channels + channel;
        GLOBAL const REAL* tap =
            w + ((LONG)channel * kernelHeight + (th.first + i * th.step) * PANEL) * kernelWidth + tw.first * PANEL;
        for (int j = 0; j < tw.count; j++, tap += tw.step * PANEL) {
          const int l = start + j * inStepW;
          if (l < 0 || l >= width) {
            continue;
          }
          GLOBAL const REAL* from = line + (LONG)l * channels;
          if (count == PANEL) {
            left += LOAD(from) * LOAD(tap);
            right += LOAD(from + LANES) * LOAD(tap + LANES);
          } else {
            for (int c = 0; c < count; c++) {
              sums[c] += from[c] * tap[c];
            }
          }
        }
      }
      if (count == PANEL) {
        STORE(left, sums);
        STORE(right, sums + LANES);
      }
      finish_row(sums, to + channel, count, R(1.0), R(0.0), bias + channel, biased, f, slope);
    }
    if (++v == columns) {
      v = 0;
      if (++u == rows) {
        u = 0;
        n++;
      }
    }
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
    REAL sums[PANEL];
    STORE((VECTOR)R(0.0), sums);
    STORE((VECTOR)R(0.0), sums + LANES);
    VECTOR left = R(0.0);
    VECTOR right = R(0.0);
    for (int pixel = first; pixel < end; pixel++) {
      GLOBAL const REAL* d = dy + (LONG)pixel * channels + channel;
      const int h = i * strideH + h0;
      const int l = j * strideW + l0;
      if (tap == taps) {
        if (count == PANEL) {
          left += LOAD(d);
          right += LOAD(d + LANES);
        } else {
          for (int c = 0; c < count; c++) {
            sums[c] += d[c];
          }
        }
      } else if (h >= 0 && h < height && l >= 0 && l < width) {
        GLOBAL const REAL* from = x + (((LONG)n * height + h) * width + l) * channels + channel;
        if (count == PANEL) {
          left += LOAD(from) * LOAD(d);
          right += LOAD(from + LANES) * LOAD(d + LANES);
        } else {
          for (int c = 0; c < count; c++) {
            sums[c] += from[c] * d[c];
          }
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
    if (count == PANEL) {
      STORE(left, sums);
      STORE(right, sums + LANES);
    }
    STORE(LOAD(sums), part);
    STORE(LOAD(sums + LANES), part + LANES);
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
