// The memory of the emulated devices, and the pinned memory of the host, as one table of ranges.
#ifndef CAMBIUM_MEMORY_H
#define CAMBIUM_MEMORY_H

#include <cstdint>
#include <deque>
#include <map>
#include <string>

struct Allocation {
  enum Kind { DEVICE, POOL, PINNED };
  Kind kind = DEVICE;
  int device = 0;
  uint64_t address = 0;
  uint64_t bytes = 0;
  uint64_t number = 0;         // of all allocations of the process
  bool live = true;            // false: of a pool, and the stream has not come to its allocation yet
  bool given_back = false;     // to a pool, by a command that the stream has not come to yet
  void* block = nullptr;       // what is given back to the system
  uint64_t block_bytes = 0;    // of a mapping, 0 when the block comes from the heap
};

// Device addresses are addresses of the process, so that the emulator needs no translation; every access is checked against the table.
class Memory {
 public:
  // Allocates, filled with bytes 0xFF (NaN in every floating-point type, -1 in every integer); null when the device has not so much.
  Allocation* allocate(Allocation::Kind kind, int device, uint64_t bytes, bool live = true);

  // Forgets an allocation. Its addresses are not used again for some time, so that late accesses are found.
  void free(Allocation* allocation);

  // The allocation that begins at an address, or null.
  Allocation* at(uint64_t address);

  // The allocation that an address lies in, live or not, or null.
  Allocation* containing(uint64_t address);

  // The live allocation in which a whole range lies, and that a device reads and writes: its own, or of the host. Or null.
  Allocation* reached(int device, uint64_t address, uint64_t bytes);

  // Frees everything of a device, and the pinned memory that was allocated in its context.
  void free_all(int device);

  uint64_t used(int device) const;

  const std::map<uint64_t, Allocation>& table() const { return table_; }

  // What an address is, for messages: "40 bytes behind allocation 7 of 100 bytes".
  std::string describe(uint64_t address);

 private:
  std::map<uint64_t, Allocation> table_;
  std::map<int, uint64_t> used_;
  std::deque<Allocation> quarantine_;
  uint64_t quarantined_ = 0;
  uint64_t count_ = 0;
};

#endif
