// Functions of single elements. A result may lie in the memory of an operand, so nothing is RESTRICT.

#define OF_ONE(name, value) \
  KERNEL GROUP_OF(256, 1) void name(GLOBAL const REAL* from, GLOBAL REAL* to, LONG size) { \
    LONG i = GLOBAL_X; \
    if (i < size) { \
      REAL x = from[i]; \
      to[i] = value; \
    } \
  }

OF_ONE(unary_exp, exp(x))
OF_ONE(unary_log, log(x))
OF_ONE(unary_sqrt, sqrt(x))
OF_ONE(unary_square, x * x)
OF_ONE(unary_negate, -x)
OF_ONE(unary_abs, fabs(x))
OF_ONE(unary_reciprocal, R(1.0) / x)
OF_ONE(unary_sign, x > R(0.0) ? R(1.0) : x < R(0.0) ? R(-1.0) : x)

OF_ONE(activate_none, x)
OF_ONE(activate_relu, x <= R(0.0) ? R(0.0) : x)
OF_ONE(activate_tanh, tanh(x))
OF_ONE(activate_sigmoid, R(1.0) / (R(1.0) + exp(-x)))

KERNEL GROUP_OF(256, 1) void activate_leaky(GLOBAL const REAL* from, GLOBAL REAL* to, LONG size, REAL slope) {
  LONG i = GLOBAL_X;
  if (i < size) {
    REAL x = from[i];
    to[i] = x > R(0.0) ? x : slope * x;
  }
}

// dx from dy and the output y of the function.
#define GRADIENT(name, value) \
  KERNEL GROUP_OF(256, 1) void name(GLOBAL const REAL* dys, GLOBAL const REAL* ys, GLOBAL REAL* to, LONG size) { \
    LONG i = GLOBAL_X; \
    if (i < size) { \
      REAL dy = dys[i]; \
      REAL y = ys[i]; \
      to[i] = value; \
    } \
  }

GRADIENT(gradient_relu, y > R(0.0) ? dy : R(0.0))
GRADIENT(gradient_tanh, dy * (R(1.0) - y * y))
GRADIENT(gradient_sigmoid, dy * (y * (R(1.0) - y)))

KERNEL GROUP_OF(256, 1) void gradient_leaky(
    GLOBAL const REAL* dys, GLOBAL const REAL* ys, GLOBAL REAL* to, LONG size, REAL slope) {
  LONG i = GLOBAL_X;
  if (i < size) {
    REAL dy = dys[i];
    to[i] = ys[i] > R(0.0) ? dy : slope * dy;
  }
}
