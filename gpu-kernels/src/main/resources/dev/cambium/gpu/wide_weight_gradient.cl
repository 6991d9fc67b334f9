#include "wide_vector.cl"

#define CHUNK 96
#define PATCH (PANEL + LANES)

// The taps of one row of a filter that a panel has: its columns from lane on are count elements from tap, channel on.
typedef struct {
  int lane;
  int count;
  int h;
  int tap;
  int lastTap;
  int channel;
} Row;

// Of PANEL columns (p, q, c) from column on; returns how many rows they touch.
DEVICE int rows_of(Row* rows, int column, int columns, int depth, int kernelWidth, int dilationH) {
  const int end = min(columns, column + PANEL);
  const int wide = kernelWidth * depth;
  int count = 0;
  for (int e = column; e < end; count++) {
    const int p = e / wide;
    const int next = min(end, (p + 1) * wide);
    rows[count].lane = e - column;
    rows[count].count = next - e;
    rows[count].h = p * dilationH;
    rows[count].tap = (e - p * wide) / depth;
    rows[count].lastTap = (next - 1 - p * wide) / depth;
    rows[count].channel = (e - p * wide) % depth;
    e = next;
  }
  return count;
}

// Copies in whole vectors, up to LANES - 1 elements beyond count, where left elements exist.
DEVICE void copy_over(LOCAL REAL* to, GLOBAL const REAL* from, int count, LONG left) {
  int e = 0;
  for (; e < count && left - e >= LANES; e += LANES) {
    STORE(LOAD(from + e), to + e);
  }
  for (; e < count; e++) {
    to[e] = from[e];
  }
}

DEVICE void clear_over(LOCAL REAL* to, int count) {
  for (int e = 0; e < count; e += LANES) {
    STORE((VECTOR)R(0.0), to + e);
  }
}

// One row of a patch tap by tap, since some of its taps lie outside of the image or not side by side. l is the first
// tap's column, line the image's row.
DEVICE void gather_taps(
    LOCAL REAL* to,
    GLOBAL const REAL* line,
    LONG left,
    Row row,
    int l,
    int depth,
    int width,
    int channels,
    int dilationW) {
  int c = row.channel;
  for (int e = 0; e < row.count; l += dilationW, c = 0) {
    const int run = min(depth - c, row.count - e);
    if (l >= 0 && l < width) {
      const LONG at = (LONG)l * channels + c;
      copy_over(to + e, line + at, run, left - at);
    } else {
      clear_over(to + e, run);
    }
    e += run;
  }
}

// The patches that some output pixels from pixel on read, for the columns of a panel: PATCH elements each, 0 outside of
// the image, anything beyond the last column. Rows of a filter are copied in ascending order, since a copy may run over
// what comes next.
DEVICE void gather(
    LOCAL REAL* patches,
    GLOBAL const REAL* x,
    LONG elements,
    const Row* rows,
    int rowCount,
    int pixel,
    int pixels,
    int depth,
    int merged,
    int height,
    int width,
    int channels,
    int outHeight,
    int outWidth,
    int strideH,
    int strideW,
    int padH,
    int padW,
    int dilationW) {
  const LONG step = (LONG)strideW * channels;
  for (int r = 0; r < rowCount; r++) {
    const Row row = rows[r];
    const int first = row.tap * dilationW - padW;
    const int last = row.lastTap * dilationW - padW;
    const int adjacent = merged || row.tap == row.lastTap;
    const int low = first >= 0 ? 0 : (strideW - 1 - first) / strideW;
    const int high = adjacent && last < width ? (width - 1 - last) / strideW + 1 : 0;
    const int reach = row.count > LANES ? PANEL : LANES;
    int j = pixel % outWidth;
    int i = pixel / outWidth % outHeight;
    int n = pixel / outWidth / outHeight;
    LOCAL REAL* to = patches + row.lane;
    for (int k = 0; k < pixels;) {
      const int end = min(outWidth, j + pixels - k);
      k += end - j;
      const int h = i * strideH - padH + row.h;
      if (h < 0 || h >= height) {
        for (; j < end; j++, to += PATCH) {
          clear_over(to, row.count);
        }
      } else {
        const LONG start = ((LONG)n * height + h) * width * channels;
        GLOBAL const REAL* line = x + start;
        const LONG left = elements - start;
        for (; j < min(low, end); j++, to += PATCH) {
          gather_taps(to, line, left, row, j * strideW + first, depth, width, channels, dilationW);
        }
        int inside = min(high, end);
        while (inside > j && (LONG)((inside - 1) * strideW + first) * channels + row.channel + reach > left) {
          inside--;
        }
        GLOBAL const REAL* from = line + (LONG)(j * strideW + first) * channels + row.channel;
        if (reach == PANEL) {
          for (; j < inside; j++, to += PATCH, from += step) {
            STORE(LOAD(from), to);
            STORE(LOAD(from + LANES), to + LANES);
          }
        } else {
          for (; j < inside; j++, to += PATCH, from += step) {
            STORE(LOAD(from), to);
          }
        }
        for (; j < end; j++, to += PATCH) {
          gather_taps(to, line, left, row, j * strideW + first, depth, width, channels, dilationW);
        }
      }
      j = 0;
      if (++i == outHeight) {
        i = 0;
        n++;
      }
    }
  }
}

#define GRADIENT_POINTER(r) GLOBAL const REAL* p##r = dys + min(o + r, outDepth - 1);
#define GRADIENT_ROW(r) ADD_ROW(r, p##r[k * outChannels])
#define GRADIENT_LEFT_ROW(r) ADD_LEFT_ROW(r, p##r[k * outChannels])
#define RESUME_ROW(r) \
  left##r = LOAD(sums + r * PANEL); \
  right##r = LOAD(sums + r * PANEL + LANES);
#define SUSPEND_ROW(r) \
  STORE(left##r, sums + r * PANEL); \
  STORE(right##r, sums + r * PANEL + LANES);

// dw = sum over pixels of dy x patches, for the pixels of split GROUP_X; in parts: [splits][groups][panels][filters of
// a group, rounded up to TILE][PANEL]; and the sums of dy in biasParts: [splits][outChannels].
KERNEL GROUP_OF(1, 1) void wide_weight_gradient(
    GLOBAL const REAL* RESTRICT x,
    GLOBAL const REAL* RESTRICT dy,
    GLOBAL REAL* RESTRICT parts,
    GLOBAL REAL* RESTRICT biasParts,
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
    int padH,
    int padW,
    int dilationH,
    int dilationW,
    int panelsOfGroup,
    int pixelsOfGroup,
    int biased) {
  LOCAL REAL patches[CHUNK * PATCH];
  Row rows[PANEL];
  const int group = GROUP_Z;
  const int depth = channels / groups;
  const int outDepth = outChannels / groups;
  const int columns = kernelHeight * kernelWidth * depth;
  const int panels = (columns + PANEL - 1) / PANEL;
  const int filters = (outDepth + TILE - 1) / TILE * TILE;
  const int firstPanel = GROUP_Y * panelsOfGroup;
  const int endPanel = min(panels, firstPanel + panelsOfGroup);
  const int pixels = images * outHeight * outWidth;
  const LONG elements = (LONG)images * height * width * channels - group * depth;
  const int merged = groups == 1 && dilationW == 1;
  const int first = GROUP_X * pixelsOfGroup;
  const int end = min(pixels, first + pixelsOfGroup);
  GLOBAL REAL* part = parts + ((LONG)GROUP_X * groups + group) * panels * filters * PANEL;
  for (LONG i = (LONG)firstPanel * filters * PANEL; i < (LONG)endPanel * filters * PANEL; i += LANES) {
    STORE((VECTOR)R(0.0), part + i);
  }
  GLOBAL REAL* biasPart = biasParts + GROUP_X * outChannels + group * outDepth;
  const int summing = biased && GROUP_Y == 0;
  if (summing) {
    for (int o = 0; o < outDepth; o++) {
      biasPart[o] = R(0.0);
    }
  }
  for (int pixel = first; pixel < end; pixel += CHUNK) {
    const int chunk = min(CHUNK, end - pixel);
    GLOBAL const REAL* dys = dy + (LONG)pixel * outChannels + group * outDepth;
    for (int panel = firstPanel; panel < endPanel; panel++) {
      const int rowCount = rows_of(rows, panel * PANEL, columns, depth, kernelWidth, dilationH);
      gather(patches, x + group * depth, elements, rows, rowCount, pixel, chunk, depth, merged, height, width, channels,
          outHeight, outWidth, strideH, strideW, padH, padW, dilationW);
      for (int o = 0; o < outDepth; o += TILE) {
        GLOBAL REAL* sums = part + ((LONG)panel * filters + o) * PANEL;
        LOCAL const REAL* b = patches;
        EACH_ROW(GRADIENT_POINTER)
        EACH_ROW(CLEAR_ROW)
        EACH_ROW(RESUME_ROW)
        if (columns - panel * PANEL > LANES) {
          for (int k = 0; k < chunk; k++, b += PATCH) {
            const VECTOR b0 = LOAD(b), b1 = LOAD(b + LANES);
            EACH_ROW(GRADIENT_ROW)
          }
        } else {
          for (int k = 0; k < chunk; k++, b += PATCH) {
            const VECTOR b0 = LOAD(b);
            EACH_ROW(GRADIENT_LEFT_ROW)
          }
        }
        EACH_ROW(SUSPEND_ROW)
      }
    }
    if (summing) {
      for (int o = 0; o < outDepth; o += LANES) {
        const int some = outDepth - o;
        VECTOR sum = some < LANES ? load_some(biasPart + o, some) : LOAD(biasPart + o);
        for (int k = 0; k < chunk; k++) {
          sum += some < LANES ? load_some(dys + o + k * outChannels, some) : LOAD(dys + o + k * outChannels);
        }
        if (some < LANES) {
          store_some(sum, biasPart + o, some);
        } else {
          STORE(sum, biasPart + o);
        }
      }
    }
  }
}

// Adds up the splits' sums in their order. GROUP_X is the panel, GROUP_Y the group; splits may be 0.
KERNEL GROUP_OF(1, 1) void wide_weight_gradient_finish(
    GLOBAL const REAL* RESTRICT parts,
    GLOBAL const REAL* RESTRICT biasParts,
    GLOBAL REAL* RESTRICT dw,
    GLOBAL REAL* RESTRICT db,
    int columns,
    int outDepth,
    int splits,
    int biased) {
  const int panels = GROUPS_X;
  const int groups = (int)get_num_groups(1);
  const int filters = (outDepth + TILE - 1) / TILE * TILE;
  const int column = GROUP_X * PANEL;
  const int count = min(PANEL, columns - column);
  const LONG part = (LONG)groups * panels * filters * PANEL;
  for (int o = 0; o < outDepth; o++) {
    GLOBAL const REAL* from = parts + (((LONG)GROUP_Y * panels + GROUP_X) * filters + o) * PANEL;
    VECTOR left = R(0.0);
    VECTOR right = R(0.0);
    for (int s = 0; s < splits; s++, from += part) {
      left += LOAD(from);
      right += LOAD(from + LANES);
    }
    REAL sums[PANEL];
    STORE(left, sums);
    STORE(right, sums + LANES);
    GLOBAL REAL* to = dw + (LONG)(GROUP_Y * outDepth + o) * columns + column;
    for (int j = 0; j < count; j++) {
      to[j] = sums[j];
    }
  }
  if (biased && GROUP_X == 0) {
    for (int o = GROUP_Y * outDepth; o < (GROUP_Y + 1) * outDepth; o++) {
      REAL sum = R(0.0);
      for (int s = 0; s < splits; s++) {
        sum += biasParts[s * groups * outDepth + o];
      }
      db[o] = sum;
    }
  }
}
