#include "memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "settings.h"

namespace {

// Addresses are multiples of 256 bytes, as documented, and of nothing more. There are as many bytes between two allocations.
constexpr uint64_t ALIGNMENT = 256;

// From this size on, memory is mapped: the poison then costs memory only where it is overwritten.
constexpr uint64_t MAPPED = 1 << 20;

// As much freed memory, and as many pieces of it, wait before their addresses come again.
constexpr uint64_t QUARANTINE_BYTES = 32 << 20;
constexpr size_t QUARANTINE_PIECES = 4096;

// A file in memory whose bytes are all 0xFF.
constexpr uint64_t POISON_BYTES = 16 << 20;

int poison_file() {
  static const int file = [] {
    int created = memfd_create("cambium-poison", MFD_CLOEXEC);
    if (created < 0 || ftruncate(created, POISON_BYTES) != 0) return -1;
    void* bytes = mmap(nullptr, POISON_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, created, 0);
    if (bytes == MAP_FAILED) return -1;
    std::memset(bytes, 0xFF, POISON_BYTES);
    munmap(bytes, POISON_BYTES);
    return created;
  }();
  return file;
}

// Private copies of the poison file, one behind the other.
bool map_poison(Allocation* allocation) {
  uint64_t bytes = (allocation->bytes + 2 * ALIGNMENT + POISON_BYTES - 1) / POISON_BYTES * POISON_BYTES;
  void* block = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (block == MAP_FAILED) return false;
  allocation->block = block;
  allocation->block_bytes = bytes;
  for (uint64_t offset = 0; offset < bytes; offset += POISON_BYTES) {
    void* part = mmap(static_cast<char*>(block) + offset, POISON_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, poison_file(), 0);
    if (part == MAP_FAILED) {
      munmap(block, bytes);
      return false;
    }
  }
  return true;
}

bool allocate_block(Allocation* allocation) {
  if (allocation->bytes >= MAPPED) return map_poison(allocation);
  uint64_t bytes = (allocation->bytes + 3 * ALIGNMENT - 1) / (2 * ALIGNMENT) * (2 * ALIGNMENT) + 2 * ALIGNMENT;
  allocation->block = std::aligned_alloc(2 * ALIGNMENT, bytes);
  if (allocation->block == nullptr) return false;
  std::memset(allocation->block, 0xFF, bytes);
  return true;
}

void release_block(const Allocation& allocation) {
  if (allocation.block_bytes > 0) {
    munmap(allocation.block, allocation.block_bytes);
  } else {
    std::free(allocation.block);
  }
}

}  // namespace

Allocation* Memory::allocate(Allocation::Kind kind, int device, uint64_t bytes, bool live) {
  bool pinned = kind == Allocation::PINNED;
  if (!pinned && bytes > settings().memory - used_[device]) return nullptr;
  if (pinned && bytes > settings().memory) return nullptr;
  Allocation allocation;
  allocation.kind = kind;
  allocation.device = device;
  allocation.bytes = bytes;
  allocation.live = live;
  allocation.number = ++count_;
  if (!allocate_block(&allocation)) return nullptr;
  allocation.address = reinterpret_cast<uint64_t>(allocation.block) + ALIGNMENT;
  if (!pinned) used_[device] += bytes;
  return &(table_[allocation.address] = allocation);
}

void Memory::free(Allocation* allocation) {
  Allocation freed = *allocation;
  if (freed.kind != Allocation::PINNED) used_[freed.device] -= freed.bytes;
  table_.erase(freed.address);
  quarantine_.push_back(freed);
  quarantined_ += freed.bytes;
  while (quarantined_ > QUARANTINE_BYTES || quarantine_.size() > QUARANTINE_PIECES) {
    quarantined_ -= quarantine_.front().bytes;
    release_block(quarantine_.front());
    quarantine_.pop_front();
  }
}

Allocation* Memory::at(uint64_t address) {
  auto found = table_.find(address);
  return found == table_.end() ? nullptr : &found->second;
}

Allocation* Memory::containing(uint64_t address) {
  auto after = table_.upper_bound(address);
  if (after == table_.begin()) return nullptr;
  Allocation* allocation = &std::prev(after)->second;
  return address - allocation->address < allocation->bytes ? allocation : nullptr;
}

Allocation* Memory::reached(int device, uint64_t address, uint64_t bytes) {
  Allocation* allocation = containing(address);
  if (allocation == nullptr || !allocation->live || bytes > allocation->bytes - (address - allocation->address)) return nullptr;
  return allocation->kind == Allocation::PINNED || allocation->device == device ? allocation : nullptr;
}

void Memory::free_all(int device) {
  for (auto entry = table_.begin(); entry != table_.end();) {
    Allocation* allocation = &(entry++)->second;
    if (allocation->device == device) free(allocation);
  }
}

uint64_t Memory::used(int device) const {
  auto found = used_.find(device);
  return found == used_.end() ? 0 : found->second;
}

std::string Memory::describe(uint64_t address) {
  for (const Allocation& freed : quarantine_) {
    if (address - freed.address < freed.bytes) return "in freed allocation " + std::to_string(freed.number) + " of " + std::to_string(freed.bytes) + " bytes";
  }
  auto after = table_.upper_bound(address);
  if (after == table_.begin()) return "in no allocation";
  const Allocation& before = std::prev(after)->second;
  uint64_t offset = address - before.address;
  std::string text = offset < before.bytes ? std::to_string(offset) + " bytes in" : std::to_string(offset - before.bytes) + " bytes behind";
  text += " allocation " + std::to_string(before.number) + " of " + std::to_string(before.bytes) + " bytes on device " + std::to_string(before.device);
  return text + (before.live ? "" : ", which its stream has not allocated yet");
}
