// Captures and their graphs.
#include "calls.h"

namespace {

constexpr int THREAD_LOCAL = 1;

void graphs_replay_what_was_captured() {
  Session session;
  CUdeviceptr memory = session.memory(2, 0);
  CUgraph graph;
  CUgraphExec executable;
  EXPECT_SUCCESS(cuStreamBeginCapture_v2(session.stream, THREAD_LOCAL));
  EXPECT_SUCCESS(cuMemsetD32Async(memory, 1, 1, session.stream));
  EXPECT_SUCCESS(cuMemcpyDtoDAsync_v2(memory + 4, memory, 4, session.stream));
  EXPECT_SUCCESS(cuStreamEndCapture(session.stream, &graph));
  EXPECT(session.read(memory, 2)[1] == 0);
  EXPECT_SUCCESS(cuGraphInstantiateWithFlags(&executable, graph, 0));
  EXPECT_SUCCESS(cuGraphDestroy(graph));
  for (int i = 0; i < 2; i++) {
    EXPECT_SUCCESS(cuMemsetD32Async(memory, 9, 2, session.stream));
    EXPECT_SUCCESS(cuGraphLaunch(executable, session.stream));
    EXPECT(session.read(memory, 2)[1] == 1);
  }
  EXPECT_SUCCESS(cuGraphExecDestroy(executable));
  EXPECT_STATUS(INVALID_VALUE, cuGraphLaunch(executable, session.stream));
}

// The call fails, and so does the capture.
template <typename Call>
void is_forbidden(const Session& session, int status, Call call) {
  CUgraph graph;
  EXPECT_SUCCESS(cuStreamBeginCapture_v2(session.stream, THREAD_LOCAL));
  EXPECT_STATUS(status, call());
  EXPECT_STATUS(STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(session.stream, &graph));
}

void captures_forbid_to_wait() {
  Session session;
  CUdeviceptr memory = session.memory(1, 0), other;
  CUevent event;
  EXPECT_SUCCESS(cuEventCreate(&event, 2));
  EXPECT_SUCCESS(cuEventRecord(event, session.stream));
  is_forbidden(session, STREAM_CAPTURE_UNSUPPORTED, [&] { return cuStreamSynchronize(session.stream); });
  is_forbidden(session, STREAM_CAPTURE_UNSUPPORTED, [&] { return cuCtxSynchronize(); });
  is_forbidden(session, STREAM_CAPTURE_UNSUPPORTED, [&] { return cuEventSynchronize(event); });
  is_forbidden(session, STREAM_CAPTURE_UNSUPPORTED, [&] { return cuMemAlloc_v2(&other, 4); });
  is_forbidden(session, STREAM_CAPTURE_UNSUPPORTED, [&] { return cuMemFree_v2(memory); });
  is_forbidden(session, STREAM_CAPTURE_ISOLATION, [&] { return cuStreamWaitEvent(session.stream, event, 0); });
}

void captures_refuse_pageable_memory_and_the_pool() {
  Session session;
  CUdeviceptr memory = session.memory(1, 0), other;
  CUgraph graph;
  uint32_t value = 0;
  EXPECT_SUCCESS(cuStreamBeginCapture_v2(session.stream, THREAD_LOCAL));
  EXPECT_STATUS(STREAM_CAPTURE_UNSUPPORTED, cuMemcpyHtoDAsync_v2(memory, &value, 4, session.stream));
  EXPECT_STATUS(STREAM_CAPTURE_UNSUPPORTED, cuMemcpyDtoHAsync_v2(&value, memory, 4, session.stream));
  EXPECT_STATUS(STREAM_CAPTURE_UNSUPPORTED, cuMemAllocAsync(&other, 4, session.stream));
  EXPECT_SUCCESS(cuStreamEndCapture(session.stream, &graph));
}

void captures_spread_over_events() {
  Session session;
  CUdeviceptr memory = session.memory(1, 0);
  CUstream other;
  CUevent fork, join;
  CUgraph graph;
  EXPECT_SUCCESS(cuStreamCreate(&other, 1));
  EXPECT_SUCCESS(cuEventCreate(&fork, 2));
  EXPECT_SUCCESS(cuEventCreate(&join, 2));
  for (bool joins : {true, false}) {
    EXPECT_SUCCESS(cuStreamBeginCapture_v2(session.stream, THREAD_LOCAL));
    EXPECT_SUCCESS(cuEventRecord(fork, session.stream));
    EXPECT_SUCCESS(cuStreamWaitEvent(other, fork, 0));
    EXPECT_SUCCESS(cuMemsetD32Async(memory, 1, 1, other));
    EXPECT_STATUS(STREAM_CAPTURE_UNMATCHED, cuStreamEndCapture(other, &graph));
    EXPECT_SUCCESS(cuEventRecord(join, other));
    if (joins) EXPECT_SUCCESS(cuStreamWaitEvent(session.stream, join, 0));
    EXPECT_STATUS(joins ? SUCCESS : STREAM_CAPTURE_UNJOINED, cuStreamEndCapture(session.stream, &graph));
    EXPECT_STATUS(CAPTURED_EVENT, cuEventSynchronize(join));
  }
}

}  // namespace

void check_graphs() {
  graphs_replay_what_was_captured();
  captures_forbid_to_wait();
  captures_refuse_pageable_memory_and_the_pool();
  captures_spread_over_events();
}
