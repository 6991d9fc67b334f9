// What becomes of a sum: the numbers of the activations are those of Epilogue.
DEVICE REAL rectify(REAL z, int activation, REAL slope) {
  if (activation == 1) {
    return z <= R(0.0) ? R(0.0) : z;
  }
  return activation == 2 && !(z > R(0.0)) ? slope * z : z;
}

// Those that are much code.
#define IS_CURVED(activation) ((activation) >= 3)

DEVICE REAL bend(REAL z, int activation) {
  return activation == 3 ? tanh(z) : R(1.0) / (R(1.0) + exp(-z));
}

#define ACTIVATE(z, activation, slope) (IS_CURVED(activation) ? bend(z, activation) : rectify(z, activation, slope))
