// What a translated kernel is compiled with, in C: its view of a block, and the instructions of PTX that C has no operator for. The
// emulator includes this file too, and puts its text before each kernel that it compiles.
#ifndef CAMBIUM_KERNEL_H
#define CAMBIUM_KERNEL_H

#include <math.h>
#include <stdint.h>

#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

// The allocation that an instruction touched last: an access to it is valid when address - low <= last, without a look-up.
struct Window {
  uint64_t low, last;
};

// The status of a fault, as the driver returns it; DIVERGED is this file's own.
enum { FAULT_ADDRESS = 700, FAULT_ALIGNMENT = 716, FAULT_DIVERGED = 719 };

// A block while it runs. The member "where" is filled before the functions are called; "failed" is set by them.
struct Block {
  uint32_t group[3], groups[3], size[3];
  uint64_t shared_bytes;
  const uint8_t* parameters;
  uint8_t* shared;
  struct Window* windows;
  // Looks an access to global memory up, sets the window of the site, or notes a fault and returns 1.
  int (*locate)(struct Block* block, uint32_t site, uint64_t address, uint32_t bytes);
  void (*fail)(struct Block* block, int status, const char* space, uint64_t address, uint32_t bytes);
  struct { uint32_t x, y, z; int line; } where;
  int failed;
  void* launch;
};

// Where a thread stands: at its begin, at barrier 1, 2, ..., or at its end.
enum { BEGIN = 0, FINISHED = 0x7fffffff };

// One access to global memory by the PTX instruction of a line. Returns from the thread when it is a fault.
#define CHECK_GLOBAL(SITE, LINE, ADDRESS, BYTES)                                                          \
  if (UNLIKELY((ADDRESS) - windows[SITE].low > windows[SITE].last || ((ADDRESS) & ((BYTES) - 1)) != 0)) { \
    NOTE_WHERE(LINE);                                                                                     \
    if (block->locate(block, SITE, ADDRESS, BYTES)) {                                                     \
      self->place = FINISHED;                                                                             \
      return;                                                                                             \
    }                                                                                                     \
  }

// The same for shared memory.
#define CHECK_SHARED(LINE, ADDRESS, BYTES)                                                               \
  if (UNLIKELY((uint64_t)(ADDRESS) + (BYTES) > SHARED_BYTES || ((ADDRESS) & ((BYTES) - 1)) != 0)) {      \
    NOTE_WHERE(LINE);                                                                                    \
    block->fail(block, (uint64_t)(ADDRESS) + (BYTES) > SHARED_BYTES ? FAULT_ADDRESS : FAULT_ALIGNMENT, "shared", ADDRESS, BYTES); \
    self->place = FINISHED;                                                                              \
    return;                                                                                              \
  }

#define NOTE_WHERE(LINE)       \
  block->where.x = self->x;    \
  block->where.y = self->y;    \
  block->where.z = self->z;    \
  block->where.line = (LINE)

static inline float as_f32(uint32_t bits) {
  union { uint32_t bits; float value; } both = {bits};
  return both.value;
}

static inline uint32_t bits_of_f32(float value) {
  union { float value; uint32_t bits; } both = {value};
  return both.bits;
}

static inline double as_f64(uint64_t bits) {
  union { uint64_t bits; double value; } both = {bits};
  return both.value;
}

static inline uint64_t bits_of_f64(double value) {
  union { double value; uint64_t bits; } both = {value};
  return both.bits;
}

// .ftz: a subnormal number becomes a zero of its sign.
static inline float flushed_f32(float x) { return (bits_of_f32(x) & 0x7f800000u) == 0 ? as_f32(bits_of_f32(x) & 0x80000000u) : x; }

// .sat: to 0 to 1, and NaN to 0.
static inline float saturated_f32(float x) { return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f; }
static inline double saturated_f64(double x) { return x > 0.0 ? (x < 1.0 ? x : 1.0) : 0.0; }

// Division by zero has no defined result in PTX, and must not end the process.
#define DEFINE_DIVISIONS(BITS)                                                                          \
  static inline uint##BITS##_t div_u##BITS(uint##BITS##_t a, uint##BITS##_t b) {                        \
    return b == 0 ? (uint##BITS##_t)~(uint##BITS##_t)0 : (uint##BITS##_t)(a / b);                       \
  }                                                                                                     \
  static inline uint##BITS##_t rem_u##BITS(uint##BITS##_t a, uint##BITS##_t b) { return b == 0 ? a : (uint##BITS##_t)(a % b); } \
  static inline int##BITS##_t div_s##BITS(int##BITS##_t a, int##BITS##_t b) {                           \
    return b == 0 ? -1 : b == -1 ? (int##BITS##_t)(0 - (uint##BITS##_t)a) : (int##BITS##_t)(a / b);     \
  }                                                                                                     \
  static inline int##BITS##_t rem_s##BITS(int##BITS##_t a, int##BITS##_t b) { return b == 0 ? a : b == -1 ? 0 : (int##BITS##_t)(a % b); }
DEFINE_DIVISIONS(16)
DEFINE_DIVISIONS(32)
DEFINE_DIVISIONS(64)

// A shift by the width or more shifts everything out.
#define DEFINE_SHIFTS(BITS)                                                                                            \
  static inline uint##BITS##_t shl_b##BITS(uint##BITS##_t a, uint32_t n) { return n >= BITS ? 0 : (uint##BITS##_t)(a << n); } \
  static inline uint##BITS##_t shr_u##BITS(uint##BITS##_t a, uint32_t n) { return n >= BITS ? 0 : (uint##BITS##_t)(a >> n); } \
  static inline int##BITS##_t shr_s##BITS(int##BITS##_t a, uint32_t n) { return (int##BITS##_t)(a >> (n >= BITS ? BITS - 1 : n)); }
DEFINE_SHIFTS(16)
DEFINE_SHIFTS(32)
DEFINE_SHIFTS(64)

#define DEFINE_MIN_MAX(NAME, TYPE)                                         \
  static inline TYPE min_##NAME(TYPE a, TYPE b) { return a < b ? a : b; }  \
  static inline TYPE max_##NAME(TYPE a, TYPE b) { return a > b ? a : b; }
DEFINE_MIN_MAX(s16, int16_t)
DEFINE_MIN_MAX(u16, uint16_t)
DEFINE_MIN_MAX(s32, int32_t)
DEFINE_MIN_MAX(u32, uint32_t)
DEFINE_MIN_MAX(s64, int64_t)
DEFINE_MIN_MAX(u64, uint64_t)

// A NaN gives way to the other operand, and -0 is less than 0.
#define DEFINE_FLOAT_MIN_MAX(NAME, TYPE)                                                                       \
  static inline TYPE min_##NAME(TYPE a, TYPE b) { return a != a ? b : b != b || a < b || (a == b && signbit(a)) ? a : b; } \
  static inline TYPE max_##NAME(TYPE a, TYPE b) { return a != a ? b : b != b || a > b || (a == b && !signbit(a)) ? a : b; }
DEFINE_FLOAT_MIN_MAX(f32, float)
DEFINE_FLOAT_MIN_MAX(f64, double)

static inline uint32_t mul_hi_u32(uint32_t a, uint32_t b) { return (uint32_t)(((uint64_t)a * b) >> 32); }
static inline int32_t mul_hi_s32(int32_t a, int32_t b) { return (int32_t)(((int64_t)a * b) >> 32); }
static inline uint64_t mul_hi_u64(uint64_t a, uint64_t b) { return (uint64_t)(((unsigned __int128)a * b) >> 64); }
static inline int64_t mul_hi_s64(int64_t a, int64_t b) { return (int64_t)(((__int128)a * b) >> 64); }

// a * b + c rounded towards minus infinity. The product of two floats is exact in double; what its sum with c loses there is found by
// the two-sum of Knuth, so that the sign of what the rounding to nearest added is known.
static inline float fma_rm_f32(float a, float b, float c) {
  float nearest = __builtin_fmaf(a, b, c);
  double product = (double)a * b;
  double sum = product + c;
  if (isnan(nearest) || isinf(sum)) return nearest;
  if (sum == 0) return product == 0 && !signbit(product) == !signbit(c) ? nearest : -0.0f;
  double part = sum - product;
  double lost = (product - (sum - part)) + (c - part);
  double above = sum - nearest;
  return above < 0 || (above == 0 && lost < 0) ? nextafterf(nearest, -INFINITY) : nearest;
}

static inline float fma_rp_f32(float a, float b, float c) { return -fma_rm_f32(-a, b, -c); }

static inline float fma_rz_f32(float a, float b, float c) {
  float down = fma_rm_f32(a, b, c);
  return down < 0 ? fma_rp_f32(a, b, c) : down;
}

// The approximations are computed well, unless HARDWARE_APPROXIMATIONS is a number: then they are off by as much as PTX's documentation
// allows a device, up or down as a hash of the operand and of that number says, which is the same whenever it is asked.
#ifdef HARDWARE_APPROXIMATIONS
static inline int32_t off_by(uint32_t operand, int32_t units) {
  uint32_t hash = (operand ^ (HARDWARE_APPROXIMATIONS * 0x9e3779b9u)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 15)) * 0xc2b2ae35u;
  return hash >> 31 ? units : -units;
}

// Zeros, infinities and NaN are documented exactly; a finite number stays finite.
static inline float approximated_f32(float value, float operand, int32_t units) {
  uint32_t bits = bits_of_f32(value), exponent = bits & 0x7f800000u;
  if (exponent == 0 || exponent == 0x7f800000u) return value;
  float moved = as_f32(bits + (uint32_t)off_by(bits_of_f32(operand), units));
  return isinf(moved) ? value : moved;
}
#else
static inline int32_t off_by(uint32_t operand, int32_t units) { return (void)operand, (void)units, 0; }
static inline float approximated_f32(float value, float operand, int32_t units) { return (void)operand, (void)units, value; }
#endif

// A whole power of 2 is exact, though no document says so: the tanh of doubles that nvcc puts into programs, with two units documented
// for all of it, takes such powers from here.
static inline float ex2_approx_f32(float x) { return truncf(x) == x ? exp2f(x) : approximated_f32(exp2f(x), x, 2); }
static inline float rcp_approx_f32(float x) { return approximated_f32(1.0f / x, x, 1); }

static inline float lg2_approx_f32(float x) {
#ifdef HARDWARE_APPROXIMATIONS
  // 2^-22 as an absolute error between 0.5 and 2, and relative to the result elsewhere.
  float exact = log2f(x), error = 0x1p-22f * (x > 0.5f && x < 2.0f ? 1.0f : fabsf(exact));
  return isfinite(exact) ? exact + (float)off_by(bits_of_f32(x), 1) * error : exact;
#else
  return log2f(x);
#endif
}

// The relative error is at most 2^-22.9, so below 2 units.
static inline float rsqrt_approx_f32(float x) { return approximated_f32((float)(1.0 / sqrt((double)x)), x, 1); }
static inline float sqrt_approx_f32(float x) { return approximated_f32(__builtin_sqrtf(x), x, 1); }

// rcp.approx.ftz.f64 reads and writes the upper halves of the numbers alone, whose last bit is 2^-20 of the result.
static inline double rcp_approx_f64(double x) {
  uint64_t upper = bits_of_f64(x) & 0xffffffff00000000ull;
  if ((upper & 0x7ff0000000000000ull) == 0) upper &= 0x8000000000000000ull;
  double result = 1.0 / as_f64(upper);
  if (isnan(result)) return result;
  uint64_t bits = bits_of_f64(result) & 0xffffffff00000000ull, exponent = bits & 0x7ff0000000000000ull;
  if (exponent == 0) return as_f64(bits & 0x8000000000000000ull);
  if (exponent == 0x7ff0000000000000ull) return as_f64(bits);
  double moved = as_f64(bits + ((uint64_t)(int64_t)off_by((uint32_t)(upper >> 32), 1) << 32));
  return isinf(moved) ? as_f64(bits) : moved;
}

// Of a rounded number to an integer: clamped, and NaN to 0 unless one of the two has 64 bits, then to the highest bit.
#define DEFINE_TO_INTEGER(NAME, INTEGER, FLOAT, LOW, HIGH, END, NAN_VALUE) \
  static inline INTEGER NAME(FLOAT x) {                                    \
    if (x != x) return (INTEGER)(NAN_VALUE);                               \
    if (x >= (FLOAT)(END)) return (INTEGER)(HIGH);                         \
    if (x <= (FLOAT)(LOW)) return (INTEGER)(LOW);                          \
    return (INTEGER)x;                                                     \
  }
DEFINE_TO_INTEGER(s32_of_f32, int32_t, float, INT32_MIN, INT32_MAX, 0x1p31, 0)
DEFINE_TO_INTEGER(u32_of_f32, uint32_t, float, 0, UINT32_MAX, 0x1p32, 0)
DEFINE_TO_INTEGER(s64_of_f32, int64_t, float, INT64_MIN, INT64_MAX, 0x1p63, INT64_MIN)
DEFINE_TO_INTEGER(u64_of_f32, uint64_t, float, 0, UINT64_MAX, 0x1p64, 1ull << 63)
DEFINE_TO_INTEGER(s32_of_f64, int32_t, double, INT32_MIN, INT32_MAX, 0x1p31, INT32_MIN)
DEFINE_TO_INTEGER(u32_of_f64, uint32_t, double, 0, UINT32_MAX, 0x1p32, 1u << 31)
DEFINE_TO_INTEGER(s64_of_f64, int64_t, double, INT64_MIN, INT64_MAX, 0x1p63, INT64_MIN)
DEFINE_TO_INTEGER(u64_of_f64, uint64_t, double, 0, UINT64_MAX, 0x1p64, 1ull << 63)

#endif
