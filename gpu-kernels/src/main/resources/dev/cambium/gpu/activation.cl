// An activation by its number in GpuActivation and the slope of a leaky ReLU; NaN goes on.
DEVICE REAL activated(REAL v, int activation, REAL slope) {
  switch (activation) {
    case 1:
      return v <= R(0.0) ? R(0.0) : v;
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
