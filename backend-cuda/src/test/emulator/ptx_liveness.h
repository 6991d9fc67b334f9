// Which registers a thread must keep while it waits at a barrier.
#ifndef CAMBIUM_PTX_LIVENESS_H
#define CAMBIUM_PTX_LIVENESS_H

#include <set>
#include <string>
#include <vector>

#include "ptx.h"

namespace ptx {

bool is_barrier(const Statement& statement);

// The registers of a statement that it reads or writes.
struct Access {
  std::vector<std::string> reads, writes;
};
Access access_of(const Statement& statement);

// For each statement of the body that is a barrier, in their order: the registers that hold values which are read after it.
std::vector<std::set<std::string>> live_at_barriers(const Entry& entry);

}  // namespace ptx

#endif
