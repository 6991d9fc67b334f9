// From each element type to each other: those with REAL, and those between integers.
#include "conversions.cl"

#define CAST(name, FROM, TO, value) \
  KERNEL GROUP_OF(256, 1) void name(GLOBAL const FROM* RESTRICT from, GLOBAL TO* RESTRICT to, LONG size) { \
    LONG i = GLOBAL_X; \
    if (i < size) { \
      FROM x = from[i]; \
      to[i] = value; \
    } \
  }

CAST(real_to_int32, REAL, int, REAL_TO_INT32(x))
CAST(real_to_int64, REAL, LONG, REAL_TO_INT64(x))
CAST(real_to_uint8, REAL, UCHAR, REAL_TO_UINT8(x))
CAST(int32_to_real, int, REAL, (REAL)x)
CAST(int64_to_real, LONG, REAL, (REAL)x)
CAST(uint8_to_real, UCHAR, REAL, (REAL)x)

#ifdef REAL_IS_DOUBLE
CAST(float32_to_real, float, REAL, (REAL)x)
CAST(real_to_float32, REAL, float, (float)x)
#else
CAST(int32_to_int64, int, LONG, x)
CAST(int32_to_uint8, int, UCHAR, (UCHAR)(x < 0 ? 0 : x > 255 ? 255 : x))
CAST(int64_to_int32, LONG, int, (int)(x < LEAST_INT32 ? LEAST_INT32 : x > LARGEST_INT32 ? LARGEST_INT32 : x))
CAST(int64_to_uint8, LONG, UCHAR, (UCHAR)(x < 0 ? 0 : x > 255 ? 255 : x))
CAST(uint8_to_int32, UCHAR, int, x)
CAST(uint8_to_int64, UCHAR, LONG, x)
#endif
