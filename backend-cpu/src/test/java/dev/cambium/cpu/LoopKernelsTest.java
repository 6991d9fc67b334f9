package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.cambium.tensor.HostArray;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoopKernelsTest {
  private static KernelRig oneThread;
  private static KernelRig twoThreads;
  private static KernelRig threeThreads;

  @BeforeAll
  static void open() {
    oneThread = new KernelRig(1);
    twoThreads = new KernelRig(2);
    threeThreads = new KernelRig(3);
  }

  @AfterAll
  static void close() {
    oneThread.close();
    twoThreads.close();
    threeThreads.close();
  }

  static List<LoopCase> cases() {
    return LoopCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheHostFunction(LoopCase c) {
    List<HostArray> expected = KernelRig.host(c.op(), c.inputs());
    List<HostArray> actual = twoThreads.run(c.op(), c.inputs());
    for (int output = 0; output < expected.size(); output++) {
      HostArray want = expected.get(output);
      HostArray got = actual.get(output);
      assertEquals(want.type(), got.type());
      for (int i = 0; i < want.shape().size(); i++) {
        double bound = c.bound(output, i, want.get(i));
        if (!(Math.abs(want.get(i) - got.get(i)) <= bound)) {
          assertEquals(want.get(i), got.get(i), bound, "output " + output + ", element " + i);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inPlaceGivesTheSameBits(LoopCase c) {
    assertSameBits(twoThreads.run(c.op(), c.inputs()), twoThreads.runInPlace(c.op(), c.inputs()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anyNumberOfThreadsGivesTheSameBits(LoopCase c) {
    List<HostArray> expected = oneThread.run(c.op(), c.inputs());
    assertSameBits(expected, twoThreads.run(c.op(), c.inputs()));
    assertSameBits(expected, threeThreads.run(c.op(), c.inputs()));
  }

  private static void assertSameBits(List<HostArray> expected, List<HostArray> actual) {
    for (int output = 0; output < expected.size(); output++) {
      assertEquals(expected.get(output).bytes(), actual.get(output).bytes(), "output " + output);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void repeatedRunsAllocateNothing(LoopCase c) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] ids = workers();
    assertTrue(ids.length >= 2, "threads of the backend");
    twoThreads.repeat(
        c.op(),
        c.inputs(),
        sequence -> {
          long least = Long.MAX_VALUE;
          // The JVM itself allocates now and then on a thread, when it replaces compiled code.
          for (int round = 0; round < 5 && least > 0; round++) {
            long before = sum(threads.getThreadAllocatedBytes(ids));
            for (int i = 0; i < 4; i++) {
              sequence.run();
            }
            least = Math.min(least, sum(threads.getThreadAllocatedBytes(ids)) - before);
          }
          assertEquals(0, least, "bytes");
        });
  }

  /** The threads of every open backend, of which only one runs anything meanwhile. */
  private static long[] workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("cambium-cpu"))
        .mapToLong(Thread::getId)
        .toArray();
  }

  private static long sum(long[] values) {
    return LongStream.of(values).sum();
  }
}
