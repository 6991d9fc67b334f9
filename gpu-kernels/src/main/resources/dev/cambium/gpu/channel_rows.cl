// A matrix as rows of channels. A group has, LANES rows at a time, its block of `each` rows; the last block may have fewer.
#include "channel_lanes.cl"

DEVICE LONG end_of_block(LONG from, LONG each, LONG rows) {
  return from + each < rows ? from + each : rows;
}
