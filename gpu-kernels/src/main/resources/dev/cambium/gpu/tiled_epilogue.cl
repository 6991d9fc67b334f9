// What becomes of a sum: the numbers of the activations are those of Epilogue.
DEVICE REAL activate(REAL z, int activation, REAL slope) {
  switch (activation) {
    case 1:
      return z <= R(0.0) ? R(0.0) : z;
    case 2:
      return z > R(0.0) ? z : slope * z;
    case 3:
      return tanh(z);
    case 4:
      return R(1.0) / (R(1.0) + exp(-z));
    default:
      return z;
  }
}
