// One step of the optimiser RULE on up to eleven parameters p with gradients g: as many as fit into the 128 arguments and
// 1024 bytes that every device takes. s and t are what the rule keeps of each; next_p, next_s and next_t may be the same
// memory. The parameters are cut into pieces, one for each group.
#include "lanes.cl"

#define SGD 1
#define MOMENTUM 2
#define ADAM 3
#define ADAGRAD 4
#define RMSPROP 5
#define RMSPROP_MOMENTUM 6

#define PIECE 4096
#define EACH_PARAMETER(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10)

// What stands between the parameters' arguments and the body: the rule's numbers, what is computed of them once, and how
// element i gets its new slots and `step`, which the parameter moves against.
#if RULE == SGD
#define KEPT 0
#define NUMBERS
#define PREPARE
#define STEP(i) step = gradient;
#elif RULE == MOMENTUM
#define KEPT 1
#define NUMBERS , REAL momentum, int nesterov
#define PREPARE
#define STEP(i)                               \
  REAL velocity = momentum * s[i] + gradient; \
  next_s[i] = velocity;                       \
  step = nesterov ? gradient + momentum * velocity : velocity;
#elif RULE == ADAM
#define KEPT 2
#define NUMBERS                                                                                            \
  , GLOBAL const REAL *correction1, GLOBAL const REAL *correction2, REAL beta1, REAL rest1, REAL beta2, \
      REAL rest2, REAL epsilon
#define PREPARE                  \
  REAL of_squares = *correction2; \
  rate /= *correction1;
#define STEP(i)                                               \
  REAL mean = beta1 * s[i] + rest1 * gradient;                \
  REAL square = beta2 * t[i] + rest2 * (gradient * gradient); \
  next_s[i] = mean;                                           \
  next_t[i] = square;                                         \
  step = mean / (sqrt(square / of_squares) + epsilon);
#elif RULE == ADAGRAD
#define KEPT 1
#define NUMBERS , REAL epsilon
#define PREPARE
#define STEP(i)                             \
  REAL square = s[i] + gradient * gradient; \
  next_s[i] = square;                       \
  step = gradient / (sqrt(square) + epsilon);
#elif RULE == RMSPROP
#define KEPT 1
#define NUMBERS , REAL alpha, REAL rest, REAL epsilon
#define PREPARE
#define STEP(i)                                              \
  REAL square = alpha * s[i] + rest * (gradient * gradient); \
  next_s[i] = square;                                        \
  step = gradient / (sqrt(square) + epsilon);
#elif RULE == RMSPROP_MOMENTUM
#define KEPT 2
#define NUMBERS , REAL alpha, REAL rest, REAL epsilon, REAL momentum
#define PREPARE
#define STEP(i)                                                        \
  REAL square = alpha * s[i] + rest * (gradient * gradient);           \
  next_s[i] = square;                                                  \
  step = momentum * t[i] + gradient / (sqrt(square) + epsilon);        \
  next_t[i] = step;
#endif

#if KEPT == 0
#define SLOT_ARGUMENTS(k)
#define CHOOSE_SLOTS(k)
#elif KEPT == 1
#define SLOT_ARGUMENTS(k) GLOBAL const REAL *s##k, GLOBAL REAL *next_s##k,
#define CHOOSE_SLOTS(k) \
  s = s##k + from;      \
  next_s = next_s##k + from;
#else
#define SLOT_ARGUMENTS(k) \
  GLOBAL const REAL *s##k, GLOBAL const REAL *t##k, GLOBAL REAL *next_s##k, GLOBAL REAL *next_t##k,
#define CHOOSE_SLOTS(k)      \
  s = s##k + from;           \
  t = t##k + from;           \
  next_s = next_s##k + from; \
  next_t = next_t##k + from;
#endif

#define ARGUMENTS(k)                                                                                           \
  GLOBAL const REAL *p##k, GLOBAL const REAL *g##k, GLOBAL REAL *next_p##k, SLOT_ARGUMENTS(k) LONG size##k, \
      REAL factor##k, REAL decay##k,

// Takes parameter k if the group's piece is one of its; `piece` is negative afterwards. Bit k of `decoupled` says how
// its weights decay.
#define CHOOSE(k)                                                \
  if (piece >= 0) {                                              \
    LONG from = piece * PIECE;                                   \
    if (from < size##k) {                                        \
      p = p##k + from;                                           \
      g = g##k + from;                                           \
      next_p = next_p##k + from;                                 \
      CHOOSE_SLOTS(k)                                            \
      count = (int)min((LONG)PIECE, size##k - from);             \
      rate = *lr * factor##k;                                    \
      int apart = decoupled >> k & 1;                            \
      decay = apart ? R(0.0) : decay##k;                         \
      kept = apart ? R(1.0) - rate * decay##k : R(1.0);          \
    }                                                            \
    piece -= (size##k + PIECE - 1) / PIECE;                      \
  }

KERNEL GROUP_OF(ITEMS, 1) void update(
    EACH_PARAMETER(ARGUMENTS) GLOBAL const REAL* lr, GLOBAL const REAL* gradient_scale NUMBERS, int decoupled) {
  GLOBAL const REAL *p = p0, *g = g0;
  GLOBAL REAL* next_p = next_p0;
#if KEPT > 0
  GLOBAL const REAL* s = s0;
  GLOBAL REAL* next_s = next_s0;
#endif
#if KEPT > 1
  GLOBAL const REAL* t = t0;
  GLOBAL REAL* next_t = next_t0;
#endif
  int count = 0;
  REAL rate = R(0.0), decay = R(0.0), kept = R(1.0);
  LONG piece = GROUP_X;
  EACH_PARAMETER(CHOOSE)
  REAL scale = *gradient_scale;
  PREPARE
  INDEPENDENT
  for (int i = LOCAL_X; i < count; i += ITEMS) {
    REAL gradient = scale * g[i] + decay * p[i];
    REAL step;
    STEP(i)
    next_p[i] = kept * p[i] - rate * step;
  }
}
