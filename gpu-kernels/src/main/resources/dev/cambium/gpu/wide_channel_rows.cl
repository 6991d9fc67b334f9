// A matrix as rows of channels, for processors: a work-item has a block of `each` rows, or what is left of them, and at
// most PART of their channels. It goes through SOME rows at a time, which a near cache holds, from one end to the other.
//
// Vector v of a part has LANES channels from v LANES on, but the last one ends with the part, and so may begin within the
// one before: what both have is made twice. A part of fewer channels has one vector of `count` of them.
#include "wide_channels.cl"
#define PART 256
#define SOME 32
// So many rows share what is read for a vector.
#define ABREAST 4

DEVICE LONG end_of_block(LONG from, LONG each, LONG rows) {
  return from + each < rows ? from + each : rows;
}

DEVICE int vectors_of(int part) {
  return (part + LANES - 1) / LANES;
}

DEVICE int begin_of(int v, int part) {
  const int last = part < LANES ? 0 : part - LANES;
  return v * LANES < last ? v * LANES : last;
}
