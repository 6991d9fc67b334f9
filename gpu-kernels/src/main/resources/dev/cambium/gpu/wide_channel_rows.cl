// A matrix as rows of channels, for processors: a work-item has a block of `each` rows, or what is left of them, and at
// most PART of their channels. It goes through SOME rows at a time, which the nearest cache holds.
#include "wide_channels.cl"
#define PART 64
#define SOME 64

DEVICE LONG end_of_block(LONG from, LONG each, LONG rows) {
  return from + each < rows ? from + each : rows;
}
