KERNEL GROUP_OF(256, 1) void affine(GLOBAL const REAL* x, GLOBAL REAL* y, LONG size, REAL scale, REAL shift) {
  LONG i = GLOBAL_X;
  if (i < size) {
    y[i] = scale * x[i] + shift;
  }
}

#ifdef REAL_IS_DOUBLE
NO_CONTRACTION
// Integers, truncated; product and sum are rounded apart, as a fused one may fall below a whole number.
#define INTEGERS(name, ELEMENT, CONVERTED) \
  KERNEL GROUP_OF(256, 1) void name( \
      GLOBAL const ELEMENT* x, GLOBAL ELEMENT* y, LONG size, REAL scale, REAL shift) { \
    LONG i = GLOBAL_X; \
    if (i < size) { \
      REAL product = ROUNDED_PRODUCT(scale, (REAL)x[i]); \
      REAL sum = product + shift; \
      y[i] = CONVERTED(sum); \
    } \
  }

#include "conversions.cl"
INTEGERS(affine_int32, int, REAL_TO_INT32)
INTEGERS(affine_int64, LONG, REAL_TO_INT64)
INTEGERS(affine_uint8, UCHAR, REAL_TO_UINT8)
#endif
