// Functions whose scalar form a processor's compiler leaves scalar, a vector in each work-item.
#ifdef REAL_IS_DOUBLE
#define LANES 8
#define REALS double8
#define LOAD vload8
#define STORE vstore8
#else
#define LANES 16
#define REALS float16
#define LOAD vload16
#define STORE vstore16
#endif

#define OF_LANES(name, value) \
  KERNEL GROUP_OF(16, 1) void name(GLOBAL const REAL* from, GLOBAL REAL* to, LONG size) { \
    LONG i = LANES * GLOBAL_X; \
    if (i + LANES <= size) { \
      REALS x = LOAD(0, from + i); \
      STORE(value, 0, to + i); \
    } else if (i < size) { \
      REAL last[LANES]; \
      for (int lane = 0; lane < LANES; lane++) { \
        last[lane] = i + lane < size ? from[i + lane] : R(0.0); \
      } \
      REALS x = LOAD(0, last); \
      STORE(value, 0, last); \
      for (int lane = 0; i + lane < size; lane++) { \
        to[i + lane] = last[lane]; \
      } \
    } \
  }

OF_LANES(unary_exp, exp(x))
OF_LANES(unary_log, log(x))
OF_LANES(activate_tanh, tanh(x))
OF_LANES(activate_sigmoid, R(1.0) / (R(1.0) + exp(-x)))
