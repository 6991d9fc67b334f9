#include "wide_vector.cl"

// Lays a matrix into panels; columns beyond the last are 0. Its rows are counted as lines x positions: row
// lineRow * line + positionRow * position begins at from[offset + lineStep * line + positionStep * position], and there
// column j lies at j % columnInner * columnStep + j / columnInner * columnOuterStep. A block is LANES positions of a
// line, so that what lies side by side in the source is read at once.
KERNEL GROUP_OF(1, 1) void wide_pack(
    GLOBAL const REAL* RESTRICT from,
    GLOBAL REAL* RESTRICT panels,
    int lines,
    int positions,
    int lineRow,
    int positionRow,
    LONG lineStep,
    LONG positionStep,
    int columns,
    int columnInner,
    LONG columnStep,
    LONG columnOuterStep,
    LONG offset,
    LONG fromBatch,
    LONG panelsBatch,
    int blocksOfGroup,
    int blockGroups) {
  const int panel = GROUP_X / blockGroups;
  const int column = panel * PANEL;
  const int count = min(PANEL, columns - column);
  const int blocksOfLine = (positions + LANES - 1) / LANES;
  const int first = GROUP_X % blockGroups * blocksOfGroup;
  const int end = min(first + blocksOfGroup, lines * blocksOfLine);
  GLOBAL const REAL* source = from + offset + (LONG)GROUP_Z * fromBatch;
  GLOBAL REAL* to = panels + (LONG)GROUP_Z * panelsBatch + (LONG)panel * lines * positions * PANEL;
  LONG at[PANEL];
  for (int j = 0; j < PANEL; j++) {
    const int c = column + min(j, count - 1);
    at[j] = c % columnInner * columnStep + c / columnInner * columnOuterStep;
  }
  const int adjacent = count == PANEL && columnStep == 1 && column / columnInner == (column + PANEL - 1) / columnInner;
  for (int block = first; block < end; block++) {
    const int line = block / blocksOfLine;
    const int position = block % blocksOfLine * LANES;
    const int rows = min(LANES, positions - position);
    GLOBAL const REAL* f = source + line * lineStep + position * positionStep;
    GLOBAL REAL* t = to + ((LONG)line * lineRow + (LONG)position * positionRow) * PANEL;
    if (adjacent) {
      for (int i = 0; i < rows; i++, f += positionStep, t += positionRow * PANEL) {
        STORE(LOAD(f + at[0]), t);
        STORE(LOAD(f + at[0] + LANES), t + LANES);
      }
    } else if (positionStep == 1 && rows == LANES) {
      REAL tile[PANEL * LANES];
      for (int j = 0; j < PANEL; j++) {
        STORE(j < count ? LOAD(f + at[j]) : (VECTOR)R(0.0), tile + j * LANES);
      }
      for (int i = 0; i < LANES; i++, t += positionRow * PANEL) {
        for (int j = 0; j < PANEL; j++) {
          t[j] = tile[j * LANES + i];
        }
      }
    } else {
      for (int i = 0; i < rows; i++, f += positionStep, t += positionRow * PANEL) {
        for (int j = 0; j < PANEL; j++) {
          t[j] = j < count ? f[at[j]] : R(0.0);
        }
      }
    }
  }
}

#define SUM_OVER_K(A_OF) \
  for (int k = 0; k < depth; k++, b += bStep) { \
    const VECTOR b0 = LOAD(b), b1 = LOAD(b + LANES); \
    EACH_ROW(A_OF) \
  }
#define SUM_LEFT_OVER_K(A_OF) \
  for (int k = 0; k < depth; k++, b += bStep) { \
    const VECTOR b0 = LOAD(b); \
    EACH_ROW(A_OF) \
  }

#define STORE_PRODUCT_ROW(r) STORE_ROW(r, cs + (row + r) * cStep)

// C = f(alpha A B + beta C + bias) for groups of rowsOfGroup rows and PANEL columns. GROUP_Z = batch * splits + split;
// each split sums over its own part of k, and writes to its own C.
#define PRODUCT_ARGUMENTS \
    GLOBAL const REAL* RESTRICT a, \
    GLOBAL const REAL* RESTRICT b, \
    GLOBAL REAL* RESTRICT c, \
    GLOBAL const REAL* RESTRICT bias, \
    int rows, \
    int columns, \
    int inner, \
    LONG aPanel, \
    LONG aStep, \
    LONG bPanel, \
    LONG bStep, \
    LONG cStep, \
    LONG aBatch, \
    LONG bBatch, \
    LONG cBatch, \
    int rowsOfGroup, \
    int rowGroups, \
    int splits, \
    int biased, \
    int f, \
    REAL slope, \
    REAL alpha, \
    REAL beta

#define PRODUCT(POINTERS, A_OF, LEFT_A_OF) \
  const int batch = GROUP_Z / splits; \
  const int split = GROUP_Z % splits; \
  const int each = inner / splits + (inner % splits > 0); \
  const int from = (int)min((LONG)inner, (LONG)split * each); \
  const int depth = min(inner - from, each); \
  const int panel = GROUP_X / rowGroups; \
  const int column = panel * PANEL; \
  const int count = min(PANEL, columns - column); \
  const int first = GROUP_X % rowGroups * rowsOfGroup; \
  GLOBAL const REAL* as = a + batch * aBatch; \
  GLOBAL const REAL* bs = b + batch * bBatch + panel * bPanel + from * bStep; \
  GLOBAL REAL* cs = c + GROUP_Z * cBatch + column; \
  const int end = min(rows, first + rowsOfGroup); \
  const int storedAtOnce = IS_STORED_AT_ONCE(count, f) && alpha == R(1.0) && beta == R(0.0); \
  const VECTOR lowest = lowest_of(f); \
  const VECTOR bias0 = biased && storedAtOnce ? LOAD(bias + column) : (VECTOR)R(0.0); \
  const VECTOR bias1 = biased && count == PANEL ? LOAD(bias + column + LANES) : (VECTOR)R(0.0); \
  for (int row = first; row < end; row += TILE) { \
    GLOBAL const REAL* b = bs; \
    EACH_ROW(CLEAR_ROW) \
    POINTERS \
    if (count > LANES) { \
      SUM_OVER_K(A_OF) \
    } else { \
      SUM_LEFT_OVER_K(LEFT_A_OF) \
    } \
    if (storedAtOnce && row + TILE <= end) { \
      EACH_ROW(STORE_PRODUCT_ROW) \
      continue; \
    } \
    REAL tile[TILE * PANEL]; \
    EACH_ROW(KEEP_ROW) \
    for (int r = 0; r < TILE && row + r < end; r++) { \
      finish_row(tile + r * PANEL, cs + (row + r) * cStep, count, alpha, beta, bias + column, biased, f, slope); \
    } \
  }

// A row-major: aStep from row to row, k adjacent.
#define ROW_POINTER(r) GLOBAL const REAL* a##r = as + min(row + r, rows - 1) * aStep + from;
#define OF_ROW(r) ADD_ROW(r, a##r[k])
#define LEFT_OF_ROW(r) ADD_LEFT_ROW(r, a##r[k])
KERNEL GROUP_OF(1, 1) void wide_product_rows(PRODUCT_ARGUMENTS) {
  PRODUCT(EACH_ROW(ROW_POINTER), OF_ROW, LEFT_OF_ROW)
}

// A in panels of its rows: aStep from k to k, rows adjacent, unless a tile may reach into the next panel.
#define PANEL_OFFSET(row) ((row) / PANEL * aPanel + (row) % PANEL + from * aStep)
#if PANEL % TILE == 0
#define PANEL_POINTERS GLOBAL const REAL* at = as + PANEL_OFFSET(row);
#define OF_PANEL(r) ADD_ROW(r, at[k * aStep + r])
#define LEFT_OF_PANEL(r) ADD_LEFT_ROW(r, at[k * aStep + r])
#else
#define PANEL_POINTER(r) GLOBAL const REAL* at##r = as + PANEL_OFFSET(min(row + r, rows - 1));
#define PANEL_POINTERS EACH_ROW(PANEL_POINTER)
#define OF_PANEL(r) ADD_ROW(r, at##r[k * aStep])
#define LEFT_OF_PANEL(r) ADD_LEFT_ROW(r, at##r[k * aStep])
#endif
KERNEL GROUP_OF(1, 1) void wide_product_panels(PRODUCT_ARGUMENTS) {
  PRODUCT(PANEL_POINTERS, OF_PANEL, LEFT_OF_PANEL)
}

#define DOTS 8
#define EACH_DOT(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)
#define CLEAR_DOT(d) VECTOR dot##d = R(0.0);
#define DOT_POINTER(d) GLOBAL const REAL* p##d = b + (LONG)min(column + d, columns - 1) * bStep;
#define ADD_DOT(d) dot##d += v * LOAD(p##d + k);
#define END_DOT(d) \
  { \
    REAL lanes[LANES]; \
    STORE(dot##d, lanes); \
    REAL sum = R(0.0); \
    for (int e = 0; e < LANES; e++) { \
      sum += lanes[e]; \
    } \
    for (int e = k; e < inner; e++) { \
      sum += row[e] * p##d[e]; \
    } \
    sums[d] = sum; \
  }

// C = f(alpha A B^T + beta C + bias) with k adjacent in both, for few rows of A: DOTS rows of B for a group.
KERNEL GROUP_OF(1, 1) void wide_dots(
    GLOBAL const REAL* RESTRICT a,
    GLOBAL const REAL* RESTRICT b,
    GLOBAL REAL* RESTRICT c,
    GLOBAL const REAL* RESTRICT bias,
    int rows,
    int columns,
    int inner,
    LONG aStep,
    LONG bStep,
    LONG cStep,
    int biased,
    int f,
    REAL slope,
    REAL alpha,
    REAL beta) {
  const int column = GROUP_X * DOTS;
  const int count = min(DOTS, columns - column);
  EACH_DOT(DOT_POINTER)
  for (int i = 0; i < rows; i++) {
    GLOBAL const REAL* row = a + i * aStep;
    EACH_DOT(CLEAR_DOT)
    int k = 0;
    for (; k + LANES <= inner; k += LANES) {
      const VECTOR v = LOAD(row + k);
      EACH_DOT(ADD_DOT)
    }
    REAL sums[PANEL];
    for (int j = DOTS; j < PANEL; j++) {
      sums[j] = R(0.0);
    }
    EACH_DOT(END_DOT)
    finish_row(sums, c + i * cStep + column, count, alpha, beta, bias + column, biased, f, slope);
  }
}

// Adds up the splits' sums in their order.
KERNEL GROUP_OF(1, 1) void wide_finish(
    GLOBAL const REAL* RESTRICT parts,
    GLOBAL REAL* RESTRICT c,
    GLOBAL const REAL* RESTRICT bias,
    int rows,
    int columns,
    LONG cStep,
    LONG cBatch,
    int rowsOfGroup,
    int rowGroups,
    int splits,
    int biased,
    int f,
    REAL slope,
    REAL alpha,
    REAL beta) {
  const int column = GROUP_X / rowGroups * PANEL;
  const int count = min(PANEL, columns - column);
  const LONG part = (LONG)rows * columns;
  const int first = GROUP_X % rowGroups * rowsOfGroup;
  for (int row = first; row < min(rows, first + rowsOfGroup); row++) {
    GLOBAL const REAL* from = parts + (LONG)GROUP_Z * splits * part + (LONG)row * columns + column;
    REAL sums[PANEL];
    for (int j = 0; j < PANEL; j++) {
      sums[j] = R(0.0);
    }
    for (int s = 0; s < splits; s++, from += part) {
      for (int j = 0; j < count; j++) {
        sums[j] += from[j];
      }
    }
    finish_row(sums, c + GROUP_Z * cBatch + row * cStep + column, count, alpha, beta, bias + column, biased, f, slope);
  }
}

// The sum of each column of a row-major matrix, in the order of its rows, for LANES columns.
KERNEL GROUP_OF(1, 1) void wide_column_sums(
    GLOBAL const REAL* RESTRICT a, GLOBAL REAL* RESTRICT sums, int rows, int columns) {
  const int column = GROUP_X * LANES;
  const int count = columns - column;
  GLOBAL const REAL* at = a + column;
  VECTOR sum = R(0.0);
  for (int i = 0; i < rows; i++, at += columns) {
    sum += count < LANES ? load_some(at, count) : LOAD(at);
  }
  if (count < LANES) {
    store_some(sum, sums + column, count);
  } else {
    STORE(sum, sums + column);
  }
}
