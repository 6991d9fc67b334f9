package dev.cambium.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.GpuException;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.Grid;
import dev.cambium.gpu.KernelBuildException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OpenClContextTest extends OnOpenClContext {
  @Test
  void describesItsDevice() {
    assertEquals("opencl", context.device().backend());
    assertTrue(context.device().computeUnits() > 0);
    assertTrue(context.device().mostLocalItems() >= 64);
    assertTrue(context.device().mostBytes() <= context.device().globalBytes());
    assertTrue(context.device().mostBytes() > 1 << 20);
  }

  @Test
  void launchesWithArgumentsThatKeepTheirValues() {
    GpuMemory in = memory(count(100));
    GpuMemory out = memory(new int[100]);
    try (GpuFunction plus = context.function(PROGRAM, "plus", Grid.line(100, 64))) {
      plus.set(0, in, 0);
      plus.set(1, 1000);
      plus.set(2, 99L);
      plus.set(3, out, 0);
      plus.launch();
      assertArrayEquals(new int[] {1097, 1098, 0}, read(out, 4 * 97, 3));
      plus.set(1, 7);
      plus.launch();
      assertArrayEquals(new int[] {7, 8, 9}, read(out, 0, 3));
    }
    GpuMemory halves = memory(new int[64]);
    try (GpuFunction scaled = context.function(PROGRAM, "scaled", Grid.groups1(1, 64))) {
      scaled.set(0, in, 0);
      scaled.set(1, 0.5f);
      scaled.set(2, halves, 0);
      scaled.launch();
      assertEquals(31.5f, Float.intBitsToFloat(read(halves, 4 * 63, 1)[0]));
    }
  }

  @Test
  void launchesGroupsAlongThreeAxes() {
    GpuMemory out = memory(new int[2 * 3 * 2 * 6]);
    try (GpuFunction positions = context.function(PROGRAM, "positions", new Grid(2, 3, 2, 2, 3))) {
      positions.set(0, out, 0);
      positions.launch();
    }
    int[] groups = {0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121};
    int[] expected =
        Arrays.stream(groups).flatMap(g -> IntStream.generate(() -> g).limit(6)).toArray();
    assertArrayEquals(expected, read(out, 0, expected.length));
  }

  @Test
  void launchesAllocateNothingInJava() {
    GpuMemory in = memory(count(64));
    GpuMemory out = memory(count(64));
    try (GpuFunction plus = context.function(PROGRAM, "plus", Grid.line(64, 64))) {
      plus.set(0, in, 0);
      plus.set(1, 1);
      plus.set(2, 64L);
      plus.set(3, out, 0);
      var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      launch(plus, 1000);
      long before = thread.getCurrentThreadAllocatedBytes();
      launch(plus, 1000);
      // The measurement itself may allocate a little, a launch that does would by the thousand.
      assertTrue(thread.getCurrentThreadAllocatedBytes() - before < 1000);
    }
  }

  private long least(GpuFunction function, int times) {
    return LongStream.generate(() -> context.busyNanoseconds(() -> launch(function, times)))
        .limit(20)
        .min()
        .orElseThrow();
  }

  private void launch(GpuFunction function, int times) {
    for (int i = 0; i < times; i++) {
      function.launch();
    }
    context.synchronize();
  }

  @Test
  void busyTimeGrowsWithTheWorkAndCountsCopiesToo() {
    GpuMemory state = memory(1);
    try (GpuFunction slow = context.function(PROGRAM, "slow", Grid.groups1(1, 1))) {
      slow.set(0, state, 0);
      slow.set(1, 1_000_000L);
      slow.launch();
      // The least of several, as other programs may hold up any of them.
      long once = least(slow, 1);
      long thrice = least(slow, 3);
      assertTrue(thrice > 2 * once && thrice < 5 * once, once + " ns, three times " + thrice);
      // A million rounds of four operations, each after the other: 0.25 ns each at 4 GHz.
      assertTrue(once > 1_000_000, once + " ns");
    }
    GpuMemory from = context.allocate(32 << 20);
    GpuMemory to = context.allocate(32 << 20);
    context.fill(from, 0, 32 << 20, new byte[] {1});
    assertTrue(context.busyNanoseconds(() -> context.copy(from, 0, to, 0, 32 << 20)) > 100_000);
    ByteBuffer host = ByteBuffer.allocate(32 << 20);
    assertTrue(context.busyNanoseconds(() -> context.write(host, to, 0)) > 100_000);
    assertEquals(0, context.busyNanoseconds(() -> {}));
    assertArrayEquals(new int[] {0}, read(to, 0, 1));
  }

  @Test
  void aMeasurementThatFailsWaitsForWhatItGaveToTheDevice() {
    // Long enough that the device is still at it when the failure is caught.
    int bytes = 64 << 20;
    GpuMemory memory = context.allocate(bytes);
    context.fill(memory, 0, bytes, new byte[] {1});
    context.synchronize();
    assertThrows(
        UnsupportedOperationException.class,
        () ->
            context.busyNanoseconds(
                () -> {
                  for (byte value = 2; value < 10; value++) {
                    context.fill(memory, 0, bytes, new byte[] {value});
                  }
                  throw new UnsupportedOperationException();
                }));
    assertArrayEquals(new int[] {0x09090909}, read(memory, bytes - 4, 1));
    assertThrows(
        IllegalStateException.class,
        () -> context.busyNanoseconds(() -> context.busyNanoseconds(() -> {})));
    context.write(ints(9), memory, 0);
    assertArrayEquals(new int[] {9}, read(memory, 0, 1));
    assertTrue(context.busyNanoseconds(() -> context.fill(memory, 0, 4, new byte[] {1})) > 0);
  }

  @Test
  void aProgramThatDoesNotCompileNamesTheErrorsAndTheirLines() {
    GpuProgram broken = GpuProgram.of("brokentest", Map.of("TILE", "8"));
    KernelBuildException failure =
        assertThrows(
            KernelBuildException.class,
            () -> context.function(broken, "broken", Grid.groups1(1, 64)));
    String message = failure.getMessage();
    assertTrue(message.contains("brokentest (-DTILE=8)"), message);
    assertTrue(message.contains(context.device().name()), message);
    assertTrue(message.contains("CL_BUILD_PROGRAM_FAILURE"), message);
    assertTrue(message.contains("brokentest.cl:6:19"), message);
    assertTrue(message.contains("\n    out[GLOBAL_X] = undeclared + 1;"), message);
    assertTrue(message.lines().count() <= 4, message);
    assertDoesNotThrow(() -> context.function(PROGRAM, "slow", Grid.groups1(1, 1)).close());
  }

  @Test
  void aKernelThatIsNotInItsProgramIsNamed() {
    GpuException failure =
        assertThrows(
            GpuException.class, () -> context.function(PROGRAM, "nothing", Grid.groups1(1, 1)));
    assertTrue(failure.getMessage().contains("clCreateKernel of nothing in program contexttest"));
    assertTrue(failure.getMessage().contains("CL_INVALID_KERNEL_NAME"));
  }

  @Test
  void aLaunchThatTheDeviceRefusesNamesKernelAndCode() {
    GpuMemory state = memory(1);
    try (GpuFunction slow = context.function(PROGRAM, "slow", Grid.groups1(1, 2))) {
      slow.set(0, state, 0);
      slow.set(1, 1L);
      GpuException failure = assertThrows(GpuException.class, slow::launch);
      assertTrue(failure.getMessage().contains("kernel slow"), failure.getMessage());
      assertTrue(failure.getMessage().contains("CL_INVALID_WORK_GROUP_SIZE"), failure.getMessage());
    }
    int most = context.device().mostLocalItems();
    GpuException failure =
        assertThrows(
            GpuException.class, () -> context.function(PROGRAM, "slow", Grid.groups1(1, 2 * most)));
    assertTrue(failure.getMessage().contains("at most " + most), failure.getMessage());
    assertArrayEquals(new int[] {1}, read(state, 0, 1));
  }
}
