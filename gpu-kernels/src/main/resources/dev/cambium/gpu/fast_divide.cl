// n / divisor for 0 <= n < 2^31, with the divisor as a multiplication and a shift.
DEVICE int divided(int n, int multiplier, int shift) {
  return (int)(MULTIPLY_HIGH((UINT)n << 1, (UINT)multiplier) >> shift);
}
