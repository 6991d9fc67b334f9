// A group works as 64 lanes that go through memory side by side. Each lane is a work-item, or, where WIDE is set, all are
// parts of the vectors of the one work-item of the group, as processors like it. Either way a group does the same operations
// in the same order.
#define LANES 64

#ifdef WIDE
#define ITEMS 1
#define EACH_LANE(lane) for (int lane = 0; lane < LANES; lane++)
#define SYNC()
#define SHARED
// What a lane keeps is an element of an array of SLOTS.
#define SLOTS LANES
#define SLOT(lane) lane
// Says that no iteration of the next loop reads what another one writes.
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define ITEMS LANES
#define EACH_LANE(lane) for (int lane = LOCAL_X, once = 1; once; once = 0)
#define SYNC() BARRIER()
#define SHARED LOCAL
#define SLOTS 1
#define SLOT(lane) (0 * (lane))
#define INDEPENDENT
#endif

// Leaves in shared[0] the sum of what each lane has put into its element, or the largest, or what COMBINE makes of two.
#define FOLD_LANES(shared, COMBINE) \
  for (int apart = LANES / 2; apart > 0; apart /= 2) { \
    SYNC(); \
    EACH_LANE(lane) { \
      if (lane < apart) { \
        shared[lane] = COMBINE(shared[lane], shared[lane + apart]); \
      } \
    } \
  } \
  SYNC();

#define PLUS(a, b) ((a) + (b))
#define LARGER(a, b) ((a) > (b) ? (a) : (b))
