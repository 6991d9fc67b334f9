// What kernels do wrong ends the context, as on a device.
#include "calls.h"

namespace {

// Launches a kernel of one pointer on a block of threads; returns what waiting for it returns, which must then be returned for ever.
int run(const Session& session, const std::string& body, CUdeviceptr memory, unsigned threads) {
  CUfunction function = session.kernel(".param .u64 p", ".reg .pred %p<4>; .reg .b32 %r<9>; .reg .b64 %rd<9>;\nld.param.u64 %rd1, [p];\nmov.u32 %r1, %tid.x;\n" + body);
  void* arguments[] = {&memory};
  EXPECT_SUCCESS(cuLaunchKernel(function, 1, 1, 1, threads, 1, 1, 0, session.stream, arguments, nullptr));
  int status = cuStreamSynchronize(session.stream);
  EXPECT_STATUS(status, cuStreamSynchronize(session.stream));
  CUdeviceptr other;
  EXPECT_STATUS(status, cuMemAlloc_v2(&other, 4));
  if (status == SUCCESS) EXPECT_SUCCESS(cuMemFree_v2(other));
  return status;
}

const char* const STORE = "mul.wide.u32 %rd2, %r1, 4; add.s64 %rd3, %rd1, %rd2; st.global.u32 [%rd3], %r1;";

void accesses_stay_in_allocations() {
  {
    Session session;
    CUdeviceptr memory = session.memory(25, 0);
    EXPECT_SUCCESS(run(session, STORE, memory, 25));
    EXPECT(session.read(memory, 25)[24] == 24);
  }
  Session session;
  EXPECT_STATUS(ILLEGAL_ADDRESS, run(session, STORE, session.memory(25, 0), 26));
}

void accesses_to_freed_memory_are_found() {
  Session session;
  CUdeviceptr memory = session.memory(25, 0);
  EXPECT_SUCCESS(cuMemFree_v2(memory));
  EXPECT_STATUS(ILLEGAL_ADDRESS, run(session, STORE, memory, 1));
}

void accesses_are_aligned() {
  Session session;
  EXPECT_STATUS(MISALIGNED_ADDRESS, run(session, "st.global.u32 [%rd1+2], %r1;", session.memory(4, 0), 1));
}

void shared_memory_has_bounds() {
  const std::string body = ".shared .align 4 .b8 s[16]; mov.u32 %r2, s; mad.lo.s32 %r3, %r1, 4, %r2; st.shared.u32 [%r3], %r1;";
  {
    Session session;
    EXPECT_SUCCESS(run(session, body, 0, 4));
  }
  Session session;
  EXPECT_STATUS(ILLEGAL_ADDRESS, run(session, body, 0, 5));
}

// A thread that reads its neighbour's value, with and without the barrier in between.
void barriers_matter() {
  for (bool waits : {true, false}) {
    Session session;
    CUdeviceptr memory = session.memory(32, 0);
    std::string body = ".shared .align 4 .b8 s[128]; mov.u32 %r2, s; mad.lo.s32 %r3, %r1, 4, %r2; st.shared.u32 [%r3], %r1;";
    body += waits ? "bar.sync 0;" : "";
    body += "xor.b32 %r4, %r1, 1; mad.lo.s32 %r5, %r4, 4, %r2; ld.shared.u32 %r6, [%r5];";
    body += "mul.wide.u32 %rd2, %r1, 4; add.s64 %rd3, %rd1, %rd2; st.global.u32 [%rd3], %r6;";
    EXPECT_SUCCESS(run(session, body, memory, 32));
    std::vector<uint32_t> values = session.read(memory, 32);
    EXPECT(values[1] == 0);
    EXPECT((values[0] == 1) == waits);
  }
}

void all_threads_wait_at_the_same_barrier() {
  Session session;
  EXPECT_STATUS(LAUNCH_FAILED, run(session, "setp.lt.u32 %p1, %r1, 16; @%p1 bra end; bar.sync 0; end:", 0, 32));
}

void different_barriers_are_not_one() {
  Session session;
  EXPECT_STATUS(LAUNCH_FAILED, run(session, "setp.lt.u32 %p1, %r1, 16; @%p1 bra other; bar.sync 0; bra end; other: bar.sync 0; end:", 0, 32));
}

}  // namespace

void check_faults() {
  accesses_stay_in_allocations();
  accesses_to_freed_memory_are_found();
  accesses_are_aligned();
  shared_memory_has_bounds();
  barriers_matter();
  all_threads_wait_at_the_same_barrier();
  different_barriers_are_not_one();
}
