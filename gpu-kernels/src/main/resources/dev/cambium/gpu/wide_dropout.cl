// Dropout on processors: a work-item makes the 64 elements of sixteen blocks of random words.
#include "philox.cl"

#define HIGH_WORDS(a, b) convert_uint16((convert_ulong16(a) * (ulong)(b)) >> 32)

#ifdef REAL_IS_DOUBLE
#define REALS double16
#define CHOICE(kept) convert_long16(kept)
#else
#define REALS float16
#define CHOICE(kept) (kept)
#endif

// Elements 16 q to 16 q + 15, of the blocks in lanes a to d.
#define DROP(q, a, b, c, d) \
  { \
    uint16 words = (uint16)( \
        c0.s##a, c1.s##a, c2.s##a, c3.s##a, c0.s##b, c1.s##b, c2.s##b, c3.s##b, \
        c0.s##c, c1.s##c, c2.s##c, c3.s##c, c0.s##d, c1.s##d, c2.s##d, c3.s##d); \
    REALS kept = vload16(q, source) * scale; \
    vstore16(select((REALS)R(0.0), kept, CHOICE(words >= (uint16)threshold)), q, target); \
  }
#define DROP_ALL DROP(0, 0, 1, 2, 3) DROP(1, 4, 5, 6, 7) DROP(2, 8, 9, a, b) DROP(3, c, d, e, f)

KERNEL GROUP_OF(4, 1) void dropout(
    GLOBAL const REAL* x, GLOBAL const int* rng, GLOBAL REAL* y, LONG size, UINT stream, UINT threshold, REAL scale) {
  LONG i = 64 * GLOBAL_X;
  if (i < size) {
    uint key0 = (uint)rng[0];
    uint key1 = (uint)rng[1];
    uint16 c0 = (uint)(i / 4) + (uint16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    uint16 c1 = (uint)rng[2];
    uint16 c2 = (uint)rng[3];
    uint16 c3 = stream;
    PHILOX(uint16, HIGH_WORDS)
    if (i + 64 <= size) {
      GLOBAL const REAL* source = x + i;
      GLOBAL REAL* target = y + i;
      DROP_ALL
    } else {
      REAL source[64];
      REAL target[64];
      int last = (int)(size - i);
      for (int k = 0; k < 64; k++) {
        source[k] = k < last ? x[i + k] : R(0.0);
      }
      DROP_ALL
      for (int k = 0; k < last; k++) {
        y[i + k] = target[k];
      }
    }
  }
}
