// Where the elements of a strided operand lie. Element i of the result has coordinates c0, c1, ... along its axes,
// outermost first; an operand is addressed by the sum of coordinate times stride.

// i / size for i below 2^31, by multiplication (T. Granlund, P. Montgomery, "Division by Invariant Integers using
// Multiplication", 1994).
#define QUOTIENT(i, multiplier, shift) ((MULTIPLY_HIGH(i, multiplier) + (i)) >> (shift))
#define AXIS(k) UINT size##k, UINT multiplier##k, int shift##k

// Splits q, the index up to axis k, into the coordinate along k and the index up to the axis before.
#define COORDINATE(k, q, before) \
  UINT before = QUOTIENT(q, multiplier##k, shift##k); \
  int c##k = (int)(q - before * size##k);

#define AXES2 AXIS(1)
#define COORDINATES2(i) \
  UINT q1 = (UINT)(i); \
  COORDINATE(1, q1, q0) \
  int c0 = (int)q0;
#define STRIDES2(x) int x##0, int x##1
#define AT2(x) (c0 * x##0 + c1 * x##1)

#define AXES4 AXIS(1), AXIS(2), AXIS(3)
#define COORDINATES4(i) \
  UINT q3 = (UINT)(i); \
  COORDINATE(3, q3, q2) \
  COORDINATE(2, q2, q1) \
  COORDINATE(1, q1, q0) \
  int c0 = (int)q0;
#define STRIDES4(x) int x##0, int x##1, int x##2, int x##3
#define AT4(x) (c0 * x##0 + c1 * x##1 + c2 * x##2 + c3 * x##3)

// Many axes, or more than 2^31 elements.
#define LONG_COORDINATE(k) \
  LONG c##k = rest % size##k; \
  rest /= size##k;
#define AXES8 LONG size1, LONG size2, LONG size3, LONG size4, LONG size5, LONG size6, LONG size7
#define COORDINATES8(i) \
  LONG rest = i; \
  LONG_COORDINATE(7) \
  LONG_COORDINATE(6) \
  LONG_COORDINATE(5) \
  LONG_COORDINATE(4) \
  LONG_COORDINATE(3) \
  LONG_COORDINATE(2) \
  LONG_COORDINATE(1) \
  LONG c0 = rest;
#define STRIDES8(x) LONG x##0, LONG x##1, LONG x##2, LONG x##3, LONG x##4, LONG x##5, LONG x##6, LONG x##7
#define AT8(x) \
  (c0 * x##0 + c1 * x##1 + c2 * x##2 + c3 * x##3 + c4 * x##4 + c5 * x##5 + c6 * x##6 + c7 * x##7)

// Rows of neighbours under two outer axes; a group has 32 columns of 8 rows.
#define ROWS LONG rows, int columns, int blocks, AXIS(1)
#define ROW_STRIDES(x) LONG x##0, LONG x##1
#define ROW_COORDINATES \
  UINT row0 = (UINT)(GROUP_X / blocks) * 8; \
  int column0 = GROUP_X % blocks * 32; \
  UINT q1 = row0 + LOCAL_Y; \
  int column = column0 + LOCAL_X; \
  COORDINATE(1, q1, q0) \
  LONG c0 = q0;
#define ROWS_ARE_FULL row0 + 8 <= rows && column0 + 32 <= columns
#define ROW_AT(x) (c0 * x##0 + c1 * x##1)
