// Moves running statistics of channels towards those of a batch; old and new ones may be the same memory.
KERNEL GROUP_OF(64, 1) void running_statistics(
    GLOBAL const REAL* running_mean, GLOBAL const REAL* running_variance, GLOBAL const REAL* mean,
    GLOBAL const REAL* variance, GLOBAL REAL* next_mean, GLOBAL REAL* next_variance, int channels, REAL kept,
    REAL momentum, REAL unbiased_momentum) {
  LONG c = GLOBAL_X;
  if (c < channels) {
    next_mean[c] = kept * running_mean[c] + momentum * mean[c];
    next_variance[c] = kept * running_variance[c] + unbiased_momentum * variance[c];
  }
}
