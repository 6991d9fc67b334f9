// To integers by truncation; what lies outside becomes the nearest end, NaN becomes 0.
#define LARGEST_INT32 2147483647
#define LEAST_INT32 (-2147483647 - 1)
#define LARGEST_INT64 9223372036854775807L
#define LEAST_INT64 (-9223372036854775807L - 1)

#define REAL_TO_INT32(x) \
  ((x) >= R(2147483648.0) ? LARGEST_INT32 \
      : (x) >= R(-2147483648.0) ? (int)(x) : (x) < R(0.0) ? LEAST_INT32 : 0)
#define REAL_TO_INT64(x) \
  ((x) >= R(9223372036854775808.0) ? LARGEST_INT64 \
      : (x) >= R(-9223372036854775808.0) ? (LONG)(x) : (x) < R(0.0) ? LEAST_INT64 : 0)
#define REAL_TO_UINT8(x) ((UCHAR)((x) >= R(255.0) ? 255 : (x) >= R(0.0) ? (int)(x) : 0))
