// Moves elements, of which only the width counts: ELEMENT is an integer as wide as one.
#include "axes.cl"

KERNEL GROUP_OF(256, 1) void fill(GLOBAL ELEMENT* to, LONG size, VALUE value) {
  LONG i = GLOBAL_X;
  if (i < size) {
    to[i] = (ELEMENT)value;
  }
}

// Groups that are full have a path without a guard, as a guarded read of an element that all share is a gather on
// processors.
#define OF_ALL(name, at) \
  KERNEL GROUP_OF(256, 1) void name(GLOBAL const ELEMENT* RESTRICT from, GLOBAL ELEMENT* RESTRICT to, LONG size) { \
    LONG i = GLOBAL_X; \
    if (((LONG)GROUP_X + 1) * 256 <= size) { \
      to[i] = from[at]; \
    } else if (i < size) { \
      to[i] = from[at]; \
    } \
  }
OF_ALL(copy, i)
OF_ALL(copy_one, 0)

#define OF_ROWS(name, at) \
  KERNEL GROUP_OF(32, 8) void name( \
      GLOBAL const ELEMENT* RESTRICT from, GLOBAL ELEMENT* RESTRICT to, ROWS, ROW_STRIDES(x)) { \
    ROW_COORDINATES \
    if (ROWS_ARE_FULL) { \
      to[(LONG)q1 * columns + column] = from[ROW_AT(x) + at]; \
    } else if (q1 < rows && column < columns) { \
      to[(LONG)q1 * columns + column] = from[ROW_AT(x) + at]; \
    } \
  }
OF_ROWS(copy_rows, column)
OF_ROWS(copy_rows_one, 0)

#define OF_AXES(name, n) \
  KERNEL GROUP_OF(256, 1) void name( \
      GLOBAL const ELEMENT* RESTRICT from, GLOBAL ELEMENT* RESTRICT to, LONG size, AXES##n, STRIDES##n(x)) { \
    LONG i = GLOBAL_X; \
    if (i < size) { \
      COORDINATES##n(i) \
      to[i] = from[AT##n(x)]; \
    } \
  }
OF_AXES(copy_axes2, 2)
OF_AXES(copy_axes4, 4)
OF_AXES(copy_axes8, 8)

// Matrices whose rows become columns: across and down, the tiles of one; strides in elements.
#define MATRICES \
  int rows, int columns, int across, int down, LONG from_matrix, LONG from_row, LONG to_matrix, LONG to_row
#define TILE_AT(tile_rows, tile_columns) \
  int strip = GROUP_X / across; \
  int column0 = GROUP_X % across * tile_columns; \
  int row0 = strip % down * tile_rows; \
  from += strip / down * from_matrix; \
  to += strip / down * to_matrix;

// For GPUs: both sides of a tile of 32 by 32 are walked along memory.
KERNEL GROUP_OF(32, 8) void transpose(GLOBAL const ELEMENT* RESTRICT from, GLOBAL ELEMENT* RESTRICT to, MATRICES) {
  LOCAL ELEMENT tile[32][33];
  TILE_AT(32, 32)
  for (int k = LOCAL_Y; k < 32; k += 8) {
    if (row0 + k < rows && column0 + LOCAL_X < columns) {
      tile[k][LOCAL_X] = from[(row0 + k) * from_row + column0 + LOCAL_X];
    }
  }
  BARRIER();
  for (int k = LOCAL_Y; k < 32; k += 8) {
    if (row0 + LOCAL_X < rows && column0 + k < columns) {
      to[(column0 + k) * to_row + row0 + LOCAL_X] = tile[LOCAL_X][k];
    }
  }
}

// For processors: a tile in a work-item, as moves of single elements are faster than gathered vectors.
KERNEL GROUP_OF(1, 1) void transpose_direct(GLOBAL const ELEMENT* RESTRICT from, GLOBAL ELEMENT* RESTRICT to, MATRICES) {
  TILE_AT(16, 64)
  int last_row = rows - row0 < 16 ? rows : row0 + 16;
  int last_column = columns - column0 < 64 ? columns : column0 + 64;
  for (int column = column0; column < last_column; column++) {
    for (int row = row0; row < last_row; row++) {
      to[column * to_row + row] = from[row * from_row + column];
    }
  }
}

// Images of three channels on processors: three rows become neighbours. Without a guard of their own, the stores of
// neighbouring work-items are whole vectors.
KERNEL GROUP_OF(256, 1) void transpose_three(GLOBAL const ELEMENT* RESTRICT from, GLOBAL ELEMENT* RESTRICT to, MATRICES) {
  int column0 = GROUP_X % across * 256;
  int column = column0 + LOCAL_X;
  from += GROUP_X / across * from_matrix;
  to += GROUP_X / across * to_matrix;
  if (column0 + 256 <= columns) {
    to[3 * column] = from[column];
    to[3 * column + 1] = from[from_row + column];
    to[3 * column + 2] = from[2 * from_row + column];
  } else if (column < columns) {
    to[3 * column] = from[column];
    to[3 * column + 1] = from[from_row + column];
    to[3 * column + 2] = from[2 * from_row + column];
  }
}
