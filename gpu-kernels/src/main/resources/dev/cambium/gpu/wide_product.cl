#include "wide_vector.cl"

// Lays a matrix of rows x columns into panels; columns beyond the last are 0. Element (i, j) is read from
// from[i % rowInner * rowStep + i / rowInner * rowOuterStep + j % columnInner * columnStep + j / columnInner * columnOuterStep + offset].
KERNEL GROUP_OF(1, 1) void wide_pack(
    GLOBAL const REAL* RESTRICT from,
    GLOBAL REAL* RESTRICT panels,
    int rows,
    int columns,
    int rowInner,
    LONG rowStep,
    LONG rowOuterStep,
    int columnInner,
    LONG columnStep,
    LONG columnOuterStep,
    LONG offset,
    LONG fromBatch,
    LONG panelsBatch,
    int rowsOfGroup,
    int rowGroups) {
  const int panel = GROUP_X / rowGroups;
  const int column = panel * PANEL;
  const int first = GROUP_X % rowGroups * rowsOfGroup;
  const int end = min(first + rowsOfGroup, rows);
  GLOBAL const REAL* source = from + offset + (LONG)GROUP_Z * fromBatch;
  GLOBAL REAL* to = panels + (LONG)GROUP_Z * panelsBatch + ((LONG)panel * rows + first) * PANEL;
  LONG at[PANEL];
  const int count = min(PANEL, columns - column);
  for (int j = 0; j < count; j++) {
    at[j] = (column + j) % columnInner * columnStep + (column + j) / columnInner * columnOuterStep;
  }
  const int adjacent = count == PANEL && at[PANEL - 1] - at[0] == PANEL - 1 && columnStep == 1
      && column / columnInner == (column + PANEL - 1) / columnInner;
  int inner = first % rowInner;
  int outer = first / rowInner;
  for (int i = first; i < end; i++, to += PANEL) {
    GLOBAL const REAL* row = source + inner * rowStep + outer * rowOuterStep;
    if (adjacent) {
      STORE(LOAD(row + at[0]), to);
      STORE(LOAD(row + at[0] + LANES), to + LANES);
    } else {
      for (int j = 0; j < count; j++) {
        to[j] = row[at[j]];
      }
      for (int j = count; j < PANEL; j++) {
        to[j] = R(0.0);
      }
    }
    if (++inner == rowInner) {
      inner = 0;
      outer++;
    }
  }
}

#define SUM_OVER_K(A_OF) \
  for (int k = 0; k < depth; k++, b += bStep) { \
    const VECTOR b0 = LOAD(b), b1 = LOAD(b + LANES); \
    A_OF(0) A_OF(1) A_OF(2) A_OF(3) A_OF(4) A_OF(5) A_OF(6) A_OF(7) \
  }

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

#define PRODUCT(POINTERS, A_OF) \
  const int batch = GROUP_Z / splits; \
  const int split = GROUP_Z % splits; \
  const int each = (inner + splits - 1) / splits; \
  const int from = min(inner, split * each); \
  const int depth = min(inner, from + each) - from; \
  const int panel = GROUP_X / rowGroups; \
  const int column = panel * PANEL; \
  const int count = min(PANEL, columns - column); \
  const int first = GROUP_X % rowGroups * rowsOfGroup; \
  GLOBAL const REAL* as = a + batch * aBatch; \
  GLOBAL const REAL* bs = b + batch * bBatch + panel * bPanel + from * bStep; \
  GLOBAL REAL* cs = c + GROUP_Z * cBatch + column; \
  const int end = min(rows, first + rowsOfGroup); \
  for (int row = first; row < end; row += TILE) { \
    GLOBAL const REAL* b = bs; \
    EACH_ROW(CLEAR_ROW) \
    POINTERS \
    SUM_OVER_K(A_OF) \
    REAL tile[TILE * PANEL]; \
    EACH_ROW(KEEP_ROW) \
    for (int r = 0; r < TILE && row + r < end; r++) { \
      finish_row(tile + r * PANEL, cs + (row + r) * cStep, count, alpha, beta, bias + column, biased, f, slope); \
    } \
  }

// A row-major: aStep from row to row, k adjacent.
#define ROW_POINTER(r) GLOBAL const REAL* a##r = as + min(row + r, rows - 1) * aStep + from;
#define OF_ROW(r) ADD_ROW(r, a##r[k])
KERNEL GROUP_OF(1, 1) void wide_product_rows(PRODUCT_ARGUMENTS) {
  PRODUCT(EACH_ROW(ROW_POINTER), OF_ROW)
}

// A in panels of its rows: aStep from k to k, rows adjacent.
#define PANEL_POINTER GLOBAL const REAL* at = as + row / PANEL * aPanel + row % PANEL + from * aStep;
#define OF_PANEL(r) ADD_ROW(r, at[k * aStep + r])
KERNEL GROUP_OF(1, 1) void wide_product_panels(PRODUCT_ARGUMENTS) {
  PRODUCT(PANEL_POINTER, OF_PANEL)
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
