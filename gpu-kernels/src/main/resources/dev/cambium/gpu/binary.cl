// Functions of pairs of elements of type ELEMENT, with every form of broadcasting. A result may lie in the memory of
// an operand of its shape, so none is RESTRICT. Groups that are full have a path without a guard, as a guarded read
// of an element that all share is a gather on processors.
#include "axes.cl"

#define OF_PAIRS(name, at_a, at_b, value) \
  KERNEL GROUP_OF(256, 1) void name( \
      GLOBAL const ELEMENT* as, GLOBAL const ELEMENT* bs, GLOBAL ELEMENT* to, LONG size) { \
    LONG i = GLOBAL_X; \
    if (((LONG)GROUP_X + 1) * 256 <= size) { \
      ELEMENT a = as[at_a]; \
      ELEMENT b = bs[at_b]; \
      to[i] = value; \
    } else if (i < size) { \
      ELEMENT a = as[at_a]; \
      ELEMENT b = bs[at_b]; \
      to[i] = value; \
    } \
  }

#define OF_ROWS(name, at_a, at_b, value) \
  KERNEL GROUP_OF(32, 8) void name( \
      GLOBAL const ELEMENT* as, GLOBAL const ELEMENT* bs, GLOBAL ELEMENT* to, \
      ROWS, ROW_STRIDES(a), ROW_STRIDES(b)) { \
    ROW_COORDINATES \
    if (ROWS_ARE_FULL) { \
      ELEMENT a = as[ROW_AT(a) + at_a]; \
      ELEMENT b = bs[ROW_AT(b) + at_b]; \
      to[(LONG)q1 * columns + column] = value; \
    } else if (q1 < rows && column < columns) { \
      ELEMENT a = as[ROW_AT(a) + at_a]; \
      ELEMENT b = bs[ROW_AT(b) + at_b]; \
      to[(LONG)q1 * columns + column] = value; \
    } \
  }

#define OF_AXES(name, n, value) \
  KERNEL GROUP_OF(256, 1) void name( \
      GLOBAL const ELEMENT* as, GLOBAL const ELEMENT* bs, GLOBAL ELEMENT* to, \
      LONG size, AXES##n, STRIDES##n(a), STRIDES##n(b)) { \
    LONG i = GLOBAL_X; \
    if (i < size) { \
      COORDINATES##n(i) \
      ELEMENT a = as[AT##n(a)]; \
      ELEMENT b = bs[AT##n(b)]; \
      to[i] = value; \
    } \
  }

#define FUNCTION(name, value) \
  OF_PAIRS(name##_pairs, i, i, value) \
  OF_PAIRS(name##_one_a, 0, i, value) \
  OF_PAIRS(name##_one_b, i, 0, value) \
  OF_ROWS(name##_rows, column, column, value) \
  OF_ROWS(name##_rows_one_a, 0, column, value) \
  OF_ROWS(name##_rows_one_b, column, 0, value) \
  OF_AXES(name##_axes2, 2, value) \
  OF_AXES(name##_axes4, 4, value) \
  OF_AXES(name##_axes8, 8, value)

FUNCTION(add, a + b)
FUNCTION(subtract, a - b)
FUNCTION(multiply, a * b)
#ifndef INTEGERS
FUNCTION(divide, a / b)
#endif
// What is no number equals not even itself.
FUNCTION(maximum, a >= b || a != a ? a : b)
FUNCTION(minimum, a <= b || a != a ? a : b)
