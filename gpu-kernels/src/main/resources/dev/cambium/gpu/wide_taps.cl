// Which taps of a filter an output pixel reads along one axis. Positions that are a multiple of outStep apart, a phase,
// read the same taps: the count of them from tap first on, step apart, at input base + u * inStride + t * inStep, where
// u counts the phase's positions. A convolution has one phase; its gradient by x has as many as its stride.
typedef struct {
  int first;
  int step;
  int count;
  int base;
} Taps;

// Of taps 0 to size - 1 those t with (phase + offset + t * dilation) divisible by divisor.
DEVICE Taps taps_of(int phase, int offset, int size, int dilation, int divisor, int tapStep) {
  Taps taps;
  taps.first = size;
  taps.step = tapStep;
  for (int t = 0; t < size && t < divisor; t++) {
    if ((phase + offset + t * dilation) % divisor == 0) {
      taps.first = t;
      break;
    }
  }
  taps.count = (size - taps.first + tapStep - 1) / tapStep;
  taps.base = (phase + offset + taps.first * dilation) / divisor;
  return taps;
}
