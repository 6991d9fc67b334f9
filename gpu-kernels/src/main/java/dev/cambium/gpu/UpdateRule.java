package dev.cambium.gpu;

/** The optimisers that {@code update.cl} is compiled for: the values of its macro {@code RULE}. */
enum UpdateRule {
  /** Gradient descent. */
  SGD,
  /** Gradient descent with momentum, of either kind. */
  MOMENTUM,
  /** Adam and its kin. */
  ADAM,
  /** Adagrad. */
  ADAGRAD,
  /** RMSProp. */
  RMSPROP,
  /** RMSProp with momentum. */
  RMSPROP_MOMENTUM
}
