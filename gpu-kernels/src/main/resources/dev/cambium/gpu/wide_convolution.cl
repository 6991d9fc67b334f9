#include "wide_vector.cl"
#include "wide_taps.cl"

#define MASKED_ROW(r) \
  if (inside >> r & 1) ADD_ROW(r, p##r[k])
#define FULL_ROW(r) ADD_ROW(r, p##r[k])
#define TAP_POINTER(r) GLOBAL const REAL* p##r = xs + at[r];

// y = f(sum over taps and channels of x w + bias), tile by tile of TILE output pixels and PANEL output channels. x is
// channels-last; w lies in panels of output channels per group, [tapsH][tapsW][channels of a group][PANEL] each.
KERNEL GROUP_OF(1, 1) void wide_convolution(
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
    int outChannels,
    int groups,
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
    int tilesOfGroup,
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
  const int pixels = images * rows * columns;
  const int depth = channels / groups;
  const int outDepth = outChannels / groups;
  const int panelsOfGroup = (outDepth + PANEL - 1) / PANEL;
  const int group = GROUP_Y / panelsOfGroup;
  const int column = GROUP_Y % panelsOfGroup * PANEL;
  const int count = min(PANEL, outDepth - column);
  const int outChannel = group * outDepth + column;
  GLOBAL const REAL* xs = x + group * depth;
  GLOBAL const REAL* ws = w + (LONG)GROUP_Y * kernelHeight * kernelWidth * depth * PANEL;
  const int merged = groups == 1 && tw.step == 1 && inStepW == 1;
  const int end = min(pixels, (GROUP_X + 1) * tilesOfGroup * TILE);
  for (int pixel = GROUP_X * tilesOfGroup * TILE; pixel < end; pixel += TILE) {
    LONG image[TILE];
    int top[TILE];
    int left[TILE];
    LONG out[TILE];
    int v = pixel % columns;
    int u = pixel / columns % rows;
    int n = pixel / columns / rows;
    int leftmost = width;
    int rightmost = 0;
    for (int r = 0; r < TILE; r++) {
      image[r] = (LONG)n * height * width;
      top[r] = u * strideH + th.base;
      left[r] = v * strideW + tw.base;
      leftmost = min(leftmost, left[r]);
      rightmost = max(rightmost, left[r]);
      out[r] = (((LONG)n * outHeight + u * divisorH + phaseH) * outWidth + v * divisorW + phaseW) * outChannels;
      if (pixel + r + 1 < pixels && ++v == columns) {
        v = 0;
        if (++u == rows) {
          u = 0;
          n++;
        }
      }
    }
    const int whole = merged && leftmost >= 0 && rightmost + (tw.count - 1) * inStepW < width;
    const int runs = whole ? min(1, tw.count) : tw.count;
    const int run = whole ? tw.count * depth : depth;
    EACH_ROW(CLEAR_ROW)
    for (int i = 0; i < th.count; i++) {
      for (int j = 0; j < runs; j++) {
        LONG at[TILE];
        int inside = 0;
        for (int r = 0; r < TILE; r++) {
          const int h = top[r] + i * inStepH;
          const int l = left[r] + j * inStepW;
          const int valid = h >= 0 && h < height && l >= 0 && l < width;
          inside |= valid << r;
          at[r] = valid ? (image[r] + (LONG)h * width + l) * channels : 0;
        }
        if (inside == 0) {
          continue;
        }
        GLOBAL const REAL* b =
            ws + (LONG)((th.first + i * th.step) * kernelWidth + tw.first + j * tw.step) * depth * PANEL;
        EACH_ROW(TAP_POINTER)
        if (inside == (1 << TILE) - 1) {
          for (int k = 0; k < run; k++, b += PANEL) {
            const VECTOR b0 = LOAD(b), b1 = LOAD(b + LANES);
            EACH_ROW(FULL_ROW)
          }
        } else {
          for (int k = 0; k < run; k++, b += PANEL) {
            const VECTOR b0 = LOAD(b), b1 = LOAD(b + LANES);
            EACH_ROW(MASKED_ROW)
          }
        }
      }
    }
    REAL tile[TILE * PANEL];
    EACH_ROW(KEEP_ROW)
    for (int r = 0; r < TILE && pixel + r < end; r++) {
      finish_row(
          tile + r * PANEL, y + out[r] + outChannel, count, R(1.0), R(0.0), bias + outChannel, biased, f, slope);
    }
  }
}
