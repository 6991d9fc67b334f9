#include "wide_vector.cl"
#include "wide_taps.cl"

// A convolution whose groups have one channel each, forward or backward, with the arguments of wide_convolution; w lies
// in panels of channels, [kernelHeight][kernelWidth][PANEL] each. GROUP_Y counts blocks of pixels.
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
          if (count >= LANES) {
            left += LOAD(from) * LOAD(tap);
          }
          if (count == PANEL) {
            right += LOAD(from + LANES) * LOAD(tap + LANES);
          } else {
            for (int c = count / LANES * LANES; c < count; c++) {
              sums[c] += from[c] * tap[c];
            }
          }
        }
      }
      if (count >= LANES) {
        STORE(left, sums);
      }
      if (count == PANEL) {
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

#define CHUNK 128

// dw = sum over pixels of dy x, for the pixels of split GROUP_X; in parts: [splits][panels][taps + 1][PANEL], where the
// last row is the sum of dy.
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
  const int first = GROUP_X * pixelsOfGroup;
  const int end = min(images * outHeight * outWidth, first + pixelsOfGroup);
  const LONG step = (LONG)strideW * channels;
  GLOBAL REAL* part = parts + (LONG)GROUP_X * panels * (taps + 1) * PANEL;
  for (LONG e = 0; e < (LONG)panels * (taps + 1) * PANEL; e += LANES) {
    STORE((VECTOR)R(0.0), part + e);
  }
  for (int pixel = first; pixel < end; pixel += CHUNK) {
    const int chunk = min(CHUNK, end - pixel);
    for (int row = 0; row < panels * (taps + 1); row++) {
      const int channel = row / (taps + 1) * PANEL;
      const int tap = row % (taps + 1);
      const int count = min(PANEL, channels - channel);
      const int rest = count / LANES * LANES;
      GLOBAL REAL* sums = part + (LONG)row * PANEL;
      VECTOR left = LOAD(sums);
      VECTOR right = LOAD(sums + LANES);
      GLOBAL const REAL* d = dy + (LONG)pixel * channels + channel;
      const int h0 = tap / kernelWidth * dilationH - padH;
      const int l0 = tap % kernelWidth * dilationW - padW;
      const int low = l0 >= 0 ? 0 : (strideW - 1 - l0) / strideW;
      const int high = l0 < width ? (width - 1 - l0) / strideW + 1 : 0;
      int j = pixel % outWidth;
      int i = pixel / outWidth % outHeight;
      int n = pixel / outWidth / outHeight;
      for (int k = 0; k < chunk;) {
        const int last = min(outWidth, j + chunk - k);
        const int h = i * strideH + h0;
        int inside = tap == taps ? j : max(j, low);
        const int stop = tap == taps ? last : h >= 0 && h < height ? min(high, last) : inside;
        GLOBAL const REAL* g = d + (LONG)(k + inside - j) * channels;
        GLOBAL const REAL* from =
            x + (((LONG)n * height + h) * width + (LONG)inside * strideW + l0) * channels + channel;
        if (tap == taps) {
          for (; inside < stop; inside++, g += channels) {
            if (count >= LANES) {
              left += LOAD(g);
            }
            if (count == PANEL) {
              right += LOAD(g + LANES);
            }
            for (int c = rest; c < count; c++) {
              sums[c] += g[c];
            }
          }
        } else if (count == PANEL) {
          for (; inside < stop; inside++, g += channels, from += step) {
            left += LOAD(from) * LOAD(g);
            right += LOAD(from + LANES) * LOAD(g + LANES);
          }
        } else {
          for (; inside < stop; inside++, g += channels, from += step) {
            if (count >= LANES) {
              left += LOAD(from) * LOAD(g);
            }
            for (int c = rest; c < count; c++) {
              sums[c] += from[c] * g[c];
            }
          }
        }
        k += last - j;
        j = 0;
        if (++i == outHeight) {
          i = 0;
          n++;
        }
      }
      if (count >= LANES) {
        STORE(left, sums);
      }
      if (count == PANEL) {
        STORE(right, sums + LANES);
      }
    }
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
