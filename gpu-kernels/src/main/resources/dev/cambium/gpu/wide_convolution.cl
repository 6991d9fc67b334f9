#include "wide_vector.cl"
#include "wide_taps.cl"

#define DECLARE_AT(r) LONG at##r;
#define AT_STEP(r) at##r = base + r * step;
#define AT_PIXEL(r) \
  { \
    const int h = top[r] + i * inStepH; \
    const int l = left[r] + j * inStepW; \
    const int valid = h >= 0 && h < height && l >= 0 && l < width; \
    inside |= valid << r; \
    at##r = valid ? (image[r] + (LONG)h * width + l) * channels : 0; \
  }
#define TAP_POINTER(r) GLOBAL const REAL* p##r = xs + at##r;
#define FULL_ROW(r) ADD_ROW(r, p##r[k])
#define FULL_LEFT_ROW(r) ADD_LEFT_ROW(r, p##r[k])
#define MASKED_ROW(r) \
  if (inside >> r & 1) ADD_ROW(r, p##r[k])
#define MASKED_LEFT_ROW(r) \
  if (inside >> r & 1) ADD_LEFT_ROW(r, p##r[k])
#define SUM_OVER_RUN(ROW) \
  for (int k = 0; k < run; k++, b += PANEL) { \
    const VECTOR b0 = LOAD(b), b1 = LOAD(b + LANES); \
    EACH_ROW(ROW) \
  }
#define SUM_LEFT_OVER_RUN(ROW) \
  for (int k = 0; k < run; k++, b += PANEL) { \
    const VECTOR b0 = LOAD(b); \
    EACH_ROW(ROW) \
  }
#define ALL_INSIDE ((1 << TILE) - 1)

// y = f(sum over taps and channels of x w + bias), tile by tile of TILE output pixels and PANEL output channels. x is
// channels-last; w lies in panels of output channels per group, [tapsH][tapsW][channels of a group][PANEL] each. GROUP_X
// counts panels, so that adjacent groups read the same pixels.
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
  const int group = GROUP_X / panelsOfGroup;
  const int column = GROUP_X % panelsOfGroup * PANEL;
  const int count = min(PANEL, outDepth - column);
  const int outChannel = group * outDepth + column;
  GLOBAL const REAL* xs = x + group * depth;
  GLOBAL const REAL* ws = w + (LONG)GROUP_X * kernelHeight * kernelWidth * depth * PANEL;
  const int merged = groups == 1 && tw.step == 1 && inStepW == 1;
  const LONG step = (LONG)strideW * channels;
  const LONG outStep = (LONG)divisorW * outChannels;
  const int storedAtOnce = IS_STORED_AT_ONCE(count, f);
  const VECTOR lowest = lowest_of(f);
  const VECTOR bias0 = biased && storedAtOnce ? LOAD(bias + outChannel) : (VECTOR)R(0.0);
  const VECTOR bias1 = biased && count == PANEL ? LOAD(bias + outChannel + LANES) : (VECTOR)R(0.0);
  const int end = min(pixels, (GROUP_Y + 1) * tilesOfGroup * TILE);
  for (int pixel = GROUP_Y * tilesOfGroup * TILE; pixel < end; pixel += TILE) {
    int v = pixel % columns;
    int u = pixel / columns % rows;
    int n = pixel / columns / rows;
    const int fromLeft = v * strideW + tw.base;
    const int interior = v + TILE <= columns && fromLeft >= 0
        && fromLeft + (TILE - 1) * strideW + (tw.count - 1) * inStepW < width;
    const LONG toFirst =
        (((LONG)n * outHeight + u * divisorH + phaseH) * outWidth + v * divisorW + phaseW) * outChannels + outChannel;
    const int fromTop = u * strideH + th.base;
    const LONG fromImage = (LONG)n * height * width;
    LONG image[TILE];
    int top[TILE];
    int left[TILE];
    LONG out[TILE];
    if (!interior) {
      for (int r = 0; r < TILE; r++) {
        image[r] = (LONG)n * height * width;
        top[r] = u * strideH + th.base;
        left[r] = v * strideW + tw.base;
        out[r] = (((LONG)n * outHeight + u * divisorH + phaseH) * outWidth + v * divisorW + phaseW) * outChannels
            + outChannel;
        if (pixel + r + 1 < pixels && ++v == columns) {
          v = 0;
          if (++u == rows) {
            u = 0;
            n++;
          }
        }
      }
    }
    const int whole = interior && merged;
    const int runs = whole ? min(1, tw.count) : tw.count;
    const int run = whole ? tw.count * depth : depth;
    EACH_ROW(CLEAR_ROW)
    for (int i = 0; i < th.count; i++) {
      for (int j = 0; j < runs; j++) {
        EACH_ROW(DECLARE_AT)
        int inside = 0;
        if (interior) {
          const int h = fromTop + i * inStepH;
          if (h >= 0 && h < height) {
            inside = ALL_INSIDE;
          }
          const LONG base = (fromImage + (LONG)h * width + fromLeft + j * inStepW) * channels;
          EACH_ROW(AT_STEP)
        } else {
          EACH_ROW(AT_PIXEL)
        }
        if (inside == 0) {
          continue;
        }
        GLOBAL const REAL* b =
            ws + (LONG)((th.first + i * th.step) * kernelWidth + tw.first + j * tw.step) * depth * PANEL;
        EACH_ROW(TAP_POINTER)
        if (count > LANES) {
          if (inside == ALL_INSIDE) {
            SUM_OVER_RUN(FULL_ROW)
          } else {
            SUM_OVER_RUN(MASKED_ROW)
          }
        } else if (inside == ALL_INSIDE) {
          SUM_LEFT_OVER_RUN(FULL_LEFT_ROW)
        } else {
          SUM_LEFT_OVER_RUN(MASKED_LEFT_ROW)
        }
      }
    }
    if (interior && storedAtOnce) {
#define STORE_PIXEL(r) STORE_ROW(r, y + toFirst + r * outStep)
      EACH_ROW(STORE_PIXEL)
      continue;
    }
    REAL tile[TILE * PANEL];
    EACH_ROW(KEEP_ROW)
    for (int r = 0; r < TILE && pixel + r < end; r++) {
      finish_row(
          tile + r * PANEL,
          y + (interior ? toFirst + r * outStep : out[r]),
          count,
          R(1.0),
          R(0.0),
          bias + outChannel,
          biased,
          f,
          slope);
    }
  }
}
