// Runs kernels: all blocks of a grid, on the threads of the host, one launch at a time.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <cstring>

#include "compiler.h"
#include "driver.h"
#include "kernel.h"
#include "settings.h"

namespace {

// A launch while its blocks run.
struct Launch {
  const Function* function;
  int device;
  const uint32_t* grid;
  const uint32_t* size;
  const uint8_t* arguments;
  std::atomic<uint64_t> next{0};  // how many blocks are given out
  std::atomic<bool> failed{false};
  std::mutex mutex;
  int status = SUCCESS;
  std::string why;

  uint64_t blocks() const { return static_cast<uint64_t>(grid[0]) * grid[1] * grid[2]; }
};

std::string triple(uint32_t x, uint32_t y, uint32_t z) {
  return "(" + std::to_string(x) + ", " + std::to_string(y) + ", " + std::to_string(z) + ")";
}

void fail(Block* block, int status, const char* space, uint64_t address, uint32_t bytes) {
  auto* launch = static_cast<Launch*>(block->launch);
  block->failed = 1;
  std::lock_guard<std::mutex> lock(launch->mutex);
  if (launch->failed.exchange(true)) return;
  launch->status = status;
  launch->why = "kernel " + launch->function->entry->name + ", line " + std::to_string(block->where.line) + " of its program, block " +
                triple(block->group[0], block->group[1], block->group[2]) + ", thread " + triple(block->where.x, block->where.y, block->where.z) + ": ";
  if (status == FAULT_DIVERGED) {
    launch->why += "not all threads of the block wait at this barrier";
  } else if (std::strcmp(space, "shared") == 0) {
    launch->why += std::to_string(bytes) + " bytes at byte " + std::to_string(address) + " of " + std::to_string(block->shared_bytes) + " of shared memory";
  } else {
    launch->why += std::to_string(bytes) + " bytes " + driver().memory.describe(address);
  }
}

int locate(Block* block, uint32_t site, uint64_t address, uint32_t bytes) {
  const Allocation* allocation = driver().memory.reached(static_cast<Launch*>(block->launch)->device, address, bytes);
  if (allocation == nullptr || address % bytes != 0) {
    fail(block, allocation == nullptr ? FAULT_ADDRESS : FAULT_ALIGNMENT, "global", address, bytes);
    return 1;
  }
  block->windows[site] = {allocation->address, allocation->bytes - bytes};
  return 0;
}

// Memory of a thread of the host, kept from launch to launch.
class Storage {
 public:
  ~Storage() { std::free(bytes_); }

  // At a multiple of 256, with at least so many bytes.
  uint8_t* of(uint64_t bytes) {
    if (bytes > size_) {
      std::free(bytes_);
      size_ = (bytes + 255) / 256 * 256;
      bytes_ = static_cast<uint8_t*>(std::aligned_alloc(256, size_));
      if (bytes_ == nullptr) std::abort();
    }
    return bytes_;
  }

 private:
  uint8_t* bytes_ = nullptr;
  uint64_t size_ = 0;
};

// Takes blocks of a launch until there are no more. The last blocks come first, as no kernel may rely on an order.
void run_blocks(Launch* launch) {
  static thread_local Storage shared, windows, threads;
  const ptx::Entry& entry = *launch->function->entry;
  const MachineCode& code = *launch->function->code;
  const uint32_t* size = launch->size;
  Block block = {};
  std::copy(launch->grid, launch->grid + 3, block.groups);
  std::copy(size, size + 3, block.size);
  block.shared_bytes = entry.shared_bytes;
  block.parameters = launch->arguments;
  block.shared = shared.of(entry.shared_bytes);
  block.windows = reinterpret_cast<Window*>(windows.of(launch->function->sites * sizeof(Window)));
  block.locate = locate;
  block.fail = fail;
  block.launch = launch;
  for (uint32_t site = 0; site < launch->function->sites; site++) block.windows[site] = {~0ull, 0};
  auto* states = reinterpret_cast<Thread*>(threads.of(code.thread_bytes * size[0] * size[1] * size[2]));
  uint64_t blocks = launch->blocks();
  for (uint64_t taken; !launch->failed && (taken = launch->next++) < blocks;) {
    uint64_t index = blocks - 1 - taken;
    block.group[0] = static_cast<uint32_t>(index % launch->grid[0]);
    block.group[1] = static_cast<uint32_t>(index / launch->grid[0] % launch->grid[1]);
    block.group[2] = static_cast<uint32_t>(index / launch->grid[0] / launch->grid[1]);
    if (entry.shared_bytes > 0) std::memset(block.shared, 0xFF, entry.shared_bytes);
    code.run_block(&block, states);
  }
}

// Threads that help the caller with the blocks of a launch.
class Workers {
 public:
  explicit Workers(int count) : count_(count) {
    for (int i = 0; i < count; i++) std::thread([this] { work(); }).detach();
  }

  void run(Launch* launch) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      launch_ = launch;
      active_ = count_;
      round_++;
    }
    begin_.notify_all();
    run_blocks(launch);
    std::unique_lock<std::mutex> lock(mutex_);
    end_.wait(lock, [this] { return active_ == 0; });
  }

 private:
  void work() {
    for (uint64_t round = 1;; round++) {
      Launch* launch;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        begin_.wait(lock, [&] { return round_ >= round; });
        launch = launch_;
      }
      run_blocks(launch);
      std::lock_guard<std::mutex> lock(mutex_);
      if (--active_ == 0) end_.notify_one();
    }
  }

  const int count_;
  std::mutex mutex_;
  std::condition_variable begin_, end_;
  Launch* launch_ = nullptr;
  int active_ = 0;
  uint64_t round_ = 0;
};

// Whether a launch is worth waking others. A thread of a kernel with shared memory has more to do than one without.
bool is_large(const Launch& launch) {
  uint64_t threads = launch.blocks() * launch.size[0] * launch.size[1] * launch.size[2];
  return launch.blocks() > 1 && threads * (launch.function->entry->shared_bytes > 0 ? 16 : 1) >= 16384;
}

}  // namespace

int run_kernel(const Function& function, const uint32_t grid[3], const uint32_t block[3], const std::vector<uint8_t>& arguments) {
  Launch launch;
  launch.function = &function;
  launch.device = function.module->context->device;
  launch.grid = grid;
  launch.size = block;
  launch.arguments = arguments.data();
  if (function.module->unloaded) {
    launch.status = LAUNCH_FAILED;
    launch.why = "kernel " + function.entry->name + ": its module is unloaded";
  } else if (settings().threads > 1 && is_large(launch)) {
    static auto* workers = new Workers(settings().threads - 1);
    workers->run(&launch);
  } else {
    run_blocks(&launch);
  }
  if (launch.status != SUCCESS) say(launch.why);
  return launch.status;
}
