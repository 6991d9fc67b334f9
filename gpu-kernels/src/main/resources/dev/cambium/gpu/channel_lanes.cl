// A group of work-items for CHANNELS adjacent channels, of which LANES share the work on one.
#define CHANNELS 16
#define LANES 16

// The lanes' sums become the group's, in the order of the lanes; lane 0 has it. All work-items of the group come here.
#define ADD_LANES(sum, shared) \
  shared[LOCAL_Y][LOCAL_X] = sum; \
  BARRIER(); \
  if (LOCAL_Y == 0) { \
    for (int lane = 1; lane < LANES; lane++) { \
      sum += shared[lane][LOCAL_X]; \
    } \
  }
