// When commands run: not before somebody waits for them, and across streams only in the order that events ask for.
#include <cstring>

#include "calls.h"

namespace {

struct Pinned {
  explicit Pinned(size_t count) : bytes(count * 4) { EXPECT_SUCCESS(cuMemHostAlloc(reinterpret_cast<void**>(&values), bytes, 0)); }
  ~Pinned() { EXPECT_SUCCESS(cuMemFreeHost(values)); }

  size_t bytes;
  uint32_t* values = nullptr;
};

void copies_of_pinned_memory_are_late() {
  Session session;
  CUdeviceptr memory = session.memory(4, 7);
  Pinned pinned(4);
  pinned.values[0] = 1;
  EXPECT_SUCCESS(cuMemcpyHtoDAsync_v2(memory, pinned.values, 16, session.stream));
  pinned.values[0] = 2;
  EXPECT_SUCCESS(cuStreamSynchronize(session.stream));
  EXPECT(session.read(memory, 1)[0] == 2);
  EXPECT_SUCCESS(cuMemsetD32Async(memory, 5, 4, session.stream));
  EXPECT_SUCCESS(cuMemcpyDtoHAsync_v2(pinned.values, memory, 16, session.stream));
  EXPECT(pinned.values[0] == 2);
  EXPECT_SUCCESS(cuStreamSynchronize(session.stream));
  EXPECT(pinned.values[0] == 5);
}

void copies_of_other_memory_are_staged() {
  Session session;
  CUdeviceptr memory = session.memory(1, 7);
  uint32_t value = 1;
  EXPECT_SUCCESS(cuMemcpyHtoDAsync_v2(memory, &value, 4, session.stream));
  value = 2;
  EXPECT_SUCCESS(cuMemcpyDtoHAsync_v2(&value, memory, 4, session.stream));
  EXPECT(value == 1);
}

void streams_know_nothing_of_each_other() {
  Session session;
  CUstream other;
  CUevent event;
  EXPECT_SUCCESS(cuStreamCreate(&other, 1));
  EXPECT_SUCCESS(cuEventCreate(&event, 2));
  CUdeviceptr memory = session.memory(1, 1);
  EXPECT_SUCCESS(cuStreamSynchronize(session.stream));
  EXPECT_SUCCESS(cuMemsetD32Async(memory, 2, 1, other));
  EXPECT(session.read(memory, 1)[0] == 1);
  EXPECT_SUCCESS(cuEventRecord(event, other));
  EXPECT_SUCCESS(cuStreamWaitEvent(session.stream, event, 0));
  EXPECT(session.read(memory, 1)[0] == 2);
}

void events_have_times() {
  Session session;
  CUevent begin, end, untimed;
  float milliseconds = -1;
  EXPECT_SUCCESS(cuEventCreate(&begin, 0));
  EXPECT_SUCCESS(cuEventCreate(&end, 0));
  EXPECT_SUCCESS(cuEventCreate(&untimed, 2));
  EXPECT_STATUS(INVALID_HANDLE, cuEventElapsedTime(&milliseconds, begin, end));
  EXPECT_SUCCESS(cuEventRecord(begin, session.stream));
  EXPECT_SUCCESS(cuEventRecord(untimed, session.stream));
  EXPECT_SUCCESS(cuEventRecord(end, session.stream));
  EXPECT_STATUS(NOT_READY, cuEventElapsedTime(&milliseconds, begin, end));
  EXPECT_SUCCESS(cuEventSynchronize(end));
  EXPECT_SUCCESS(cuEventElapsedTime(&milliseconds, begin, end));
  EXPECT(milliseconds >= 0 && milliseconds < 1000);
  EXPECT_STATUS(INVALID_HANDLE, cuEventElapsedTime(&milliseconds, begin, untimed));
}

void memory_of_the_pool_lives_in_order() {
  Session session;
  CUstream other;
  CUdeviceptr memory;
  EXPECT_SUCCESS(cuStreamCreate(&other, 1));
  EXPECT_SUCCESS(cuMemAllocAsync(&memory, 4, session.stream));
  EXPECT_SUCCESS(cuMemsetD32Async(memory, 3, 1, session.stream));
  EXPECT(session.read(memory, 1)[0] == 3);
  EXPECT_SUCCESS(cuMemFreeAsync(memory, session.stream));
  EXPECT_STATUS(INVALID_VALUE, cuMemFreeAsync(memory, session.stream));
  EXPECT_SUCCESS(cuMemsetD32Async(memory, 4, 1, session.stream));
  EXPECT_STATUS(ILLEGAL_ADDRESS, cuStreamSynchronize(session.stream));
}

void memory_of_the_pool_belongs_to_its_stream() {
  Session session;
  CUstream other;
  CUdeviceptr memory;
  EXPECT_SUCCESS(cuStreamCreate(&other, 1));
  EXPECT_SUCCESS(cuMemAllocAsync(&memory, 4, session.stream));
  EXPECT_SUCCESS(cuMemsetD32Async(memory, 3, 1, other));
  EXPECT_STATUS(ILLEGAL_ADDRESS, cuStreamSynchronize(other));
}

void pinned_memory_must_outlive_its_copies() {
  Session session;
  CUdeviceptr memory = session.memory(1, 0);
  void* pinned;
  EXPECT_SUCCESS(cuMemHostAlloc(&pinned, 4, 0));
  EXPECT_SUCCESS(cuMemcpyHtoDAsync_v2(memory, pinned, 4, session.stream));
  EXPECT_SUCCESS(cuMemFreeHost(pinned));
  EXPECT_STATUS(ILLEGAL_ADDRESS, cuStreamSynchronize(session.stream));
}

}  // namespace

void check_order() {
  copies_of_pinned_memory_are_late();
  copies_of_other_memory_are_staged();
  streams_know_nothing_of_each_other();
  events_have_times();
  memory_of_the_pool_lives_in_order();
  memory_of_the_pool_belongs_to_its_stream();
  pinned_memory_must_outlive_its_copies();
}
