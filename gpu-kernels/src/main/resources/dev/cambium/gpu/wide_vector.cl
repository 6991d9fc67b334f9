// Products for processors: one work-item keeps a tile of TILE rows and two vectors of LANES columns in registers. A
// PANEL is the width of a tile; matrices are read as panels, which lie one behind the other with PANEL adjacent columns
// each. TILE and LANES are macros of a program, see WideTile; a program without has the longest vectors.
#ifndef LANES
#ifdef REAL_IS_DOUBLE
#define LANES 8
#else
#define LANES 16
#endif
#endif
#ifndef TILE
#define TILE 8
#endif
#define JOINED_(a, b) a##b
#define JOINED(a, b) JOINED_(a, b)
#define VECTOR JOINED(REAL, LANES)
#define LOAD(p) JOINED(vload, LANES)(0, p)
#define STORE(v, p) JOINED(vstore, LANES)(v, 0, p)
#ifdef REAL_IS_DOUBLE
#define SIGNED JOINED(long, LANES)
#else
#define SIGNED JOINED(int, LANES)
#endif
#define PANEL (2 * LANES)
#if TILE == 4
#define EACH_ROW(X) X(0) X(1) X(2) X(3)
#elif TILE == 6
#define EACH_ROW(X) X(0) X(1) X(2) X(3) X(4) X(5)
#elif TILE == 8
#define EACH_ROW(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)
#elif TILE == 12
#define EACH_ROW(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)
#else
#error TILE must be 4, 6, 8 or 12
#endif

#define CLEAR_ROW(r) VECTOR left##r = R(0.0), right##r = R(0.0);
#define ADD_ROW(r, a) \
  { \
    const VECTOR s = (VECTOR)(a); \
    left##r += s * b0; \
    right##r += s * b1; \
  }
#define ADD_LEFT_ROW(r, a) left##r += (VECTOR)(a) * b0;
#define KEEP_ROW(r) \
  STORE(left##r, tile + r * PANEL); \
  STORE(right##r, tile + r * PANEL + LANES);

// Stores a row of whole vectors without the way through memory: f is at most 1, and lowest as lowest_of has it.
#define STORE_ROW(r, c) \
  { \
    GLOBAL REAL* to = c; \
    const VECTOR l = left##r + bias0; \
    STORE(l <= lowest ? lowest : l, to); \
    if (count > LANES) { \
      const VECTOR m = right##r + bias1; \
      STORE(m <= lowest ? lowest : m, to + LANES); \
    } \
  }
#define IS_STORED_AT_ONCE(count, f) ((count) % LANES == 0 && (f) <= 1)

DEVICE VECTOR lowest_of(int f) {
  return f == 1 ? R(0.0) : -REAL_INFINITY;
}

// What happens to a sum before it is stored; f is an activation's number as GpuActivation has it.
DEVICE VECTOR activated(VECTOR v, int f, REAL slope) {
  switch (f) {
    case 1:
      return v <= R(0.0) ? (VECTOR)R(0.0) : v;
    case 2:
      return v > R(0.0) ? v : slope * v;
    case 3:
      return tanh(v);
    case 4:
      return R(1.0) / (R(1.0) + exp(-v));
    default:
      return v;
  }
}

// Fewer than LANES elements, and R(0.0) for the others.
DEVICE VECTOR load_some(GLOBAL const REAL* p, int count) {
  REAL some[LANES];
  for (int i = 0; i < LANES; i++) {
    some[i] = i < count ? p[i] : R(0.0);
  }
  return LOAD(some);
}

DEVICE void store_some(VECTOR v, GLOBAL REAL* p, int count) {
  REAL some[LANES];
  STORE(v, some);
  for (int i = 0; i < count; i++) {
    p[i] = some[i];
  }
}

// c = f(alpha sums + beta c + bias) for count <= PANEL columns; c is not read where beta is 0.
DEVICE void finish_row(
    const REAL* sums,
    GLOBAL REAL* c,
    int count,
    REAL alpha,
    REAL beta,
    GLOBAL const REAL* bias,
    int biased,
    int f,
    REAL slope) {
  for (int from = 0; from < count; from += LANES) {
    const int some = count - from;
    VECTOR v = alpha * LOAD(sums + from);
    if (beta != R(0.0)) {
      v += beta * (some < LANES ? load_some(c + from, some) : LOAD(c + from));
    }
    if (biased) {
      v += some < LANES ? load_some(bias + from, some) : LOAD(bias + from);
    }
    v = activated(v, f, slope);
    if (some < LANES) {
      store_some(v, c + from, some);
    } else {
      STORE(v, c + from);
    }
  }
}
