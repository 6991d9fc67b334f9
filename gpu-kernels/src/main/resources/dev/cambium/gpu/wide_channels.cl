// Vectors of adjacent channels for processors: `count` of them are there, as many as a vector holds or fewer.
#include "wide_vector.cl"

DEVICE VECTOR load_channels(GLOBAL const REAL* p, int count) {
  return count < LANES ? load_some(p, count) : LOAD(p);
}

DEVICE void store_channels(VECTOR v, GLOBAL REAL* p, int count) {
  if (count < LANES) {
    store_some(v, p, count);
  } else {
    STORE(v, p);
  }
}
