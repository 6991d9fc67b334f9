package dev.cambium.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cambium.gpu.GpuException;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.Grid;
import dev.cambium.gpu.KernelBuildException;
import dev.cambium.spi.OutOfMemoryException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenClContextTest {
  private static final GpuProgram PROGRAM = GpuProgram.of("contexttest", Map.of());

  private OpenClContext context;

  @BeforeEach
  void open() {
    context = TestDevice.open();
  }

  @AfterEach
  void close() {
    if (context != null) {
      context.close();
    }
  }

  private static ByteBuffer ints(int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.nativeOrder());
    bytes.asIntBuffer().put(values);
    return bytes;
  }

  private GpuMemory memory(int... values) {
    GpuMemory memory = context.allocate(Math.max(1, values.length * Integer.BYTES));
    context.write(ints(values), memory, 0);
    return memory;
  }

  private int[] read(GpuMemory memory, long offset, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.nativeOrder());
    context.read(memory, offset, bytes);
    int[] values = new int[count];
    bytes.asIntBuffer().get(values);
    return values;
  }

  private static int[] count(int n) {
    return IntStream.range(0, n).toArray();
  }

  @Test
  void describesItsDevice() {
    assertEquals("opencl", context.device().backend());
    assertTrue(context.device().computeUnits() > 0);
    assertTrue(context.device().mostLocalItems() >= 64);
    assertTrue(context.device().mostBytes() <= context.device().globalBytes());
    assertTrue(context.device().mostBytes() > 1 << 20);
  }

  @Test
  void readsWhatWasWrittenFromPositionToLimit() {
    GpuMemory memory = memory(count(100));
    ByteBuffer part = ints(-1, -2, -3, -4).position(4).limit(12);
    context.write(part, memory, 40);
    assertEquals(4, part.position());
    assertArrayEquals(new int[] {8, 9, -2, -3, 12}, read(memory, 32, 5));
    ByteBuffer into = ints(7, 7, 7, 7).position(8).limit(12);
    context.read(memory, 40, into);
    assertArrayEquals(
        new int[] {7, 7, -2, 7},
        IntStream.range(0, 4).map(i -> into.clear().getInt(4 * i)).toArray());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void takesBuffersOfTheHeapDirectOnesAndReadOnlyOnes(boolean readOnly) {
    GpuMemory memory = context.allocate(32);
    ByteBuffer direct = ByteBuffer.allocateDirect(16).put(ints(1, 2, 3, 4)).flip();
    context.write(readOnly ? direct.asReadOnlyBuffer() : direct, memory, 0);
    ByteBuffer heap = ints(5, 6, 7, 8);
    context.write(readOnly ? heap.asReadOnlyBuffer() : heap, memory, 16);
    ByteBuffer all = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
    context.read(memory, 0, all);
    assertEquals(ints(1, 2, 3, 4, 5, 6, 7, 8), all.clear());
  }

  @Test
  void writesAtOnceThoughTheDeviceIsBusyAndTheSourceMayBeReused() {
    assumeTrue(
        context.device().computeUnits() > 1,
        "NOT RUN, needs a device that does two things at once");
    GpuMemory state = memory(1);
    GpuMemory target = context.allocate(8 << 20);
    long rounds = 100_000_000;
    try (GpuFunction slow = context.function(PROGRAM, "slow", Grid.groups1(1, 1))) {
      slow.set(0, state, 0);
      slow.set(1, 1L);
      slow.launch();
      context.write(ByteBuffer.allocate(8 << 20), target, 0);
      context.synchronize();
      slow.set(1, rounds);
      long begin = System.nanoTime();
      slow.launch();
      int[] values = count(1 << 20);
      ByteBuffer source = ints(values);
      context.write(source, target, 0);
      Arrays.fill(source.array(), (byte) -1);
      long written = System.nanoTime() - begin;
      context.synchronize();
      long done = System.nanoTime() - begin;
      assertArrayEquals(values, read(target, 0, values.length));
      assertTrue(written < done / 2, "written after " + written + " ns, done after " + done);
    }
  }

  @Test
  void writesOfAnyLengthArriveWholeAndInOrder() {
    // Several times the buffers through which uploads go, and not a multiple of them.
    int[] values = count(5_000_001);
    GpuMemory memory = context.allocate(4L * values.length);
    GpuMemory state = memory(1);
    try (GpuFunction slow = context.function(PROGRAM, "slow", Grid.groups1(1, 1))) {
      slow.set(0, state, 0);
      slow.set(1, 50_000_000L);
      slow.launch();
      // While the device is busy, nothing that was written can have left those buffers.
      context.write(ByteBuffer.allocate(4 * values.length), memory, 0);
      context.write(ints(values), memory, 0);
    }
    context.write(ints(-1), memory, 4L * 4_000_000);
    int[] got = read(memory, 0, values.length);
    values[4_000_000] = -1;
    assertArrayEquals(values, got);
  }

  @Test
  void copiesBetweenRanges() {
    GpuMemory from = memory(count(64));
    GpuMemory to = memory(new int[64]);
    context.copy(from, 16, to, 40, 12);
    context.copy(from, 0, to, 0, 0);
    assertArrayEquals(new int[] {0, 4, 5, 6, 0}, read(to, 36, 5));
    context.copy(from, 0, from, 128, 8);
    assertArrayEquals(new int[] {31, 0, 1, 34}, read(from, 124, 4));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void fillsWithPatternsOfEveryLength(int length) {
    GpuMemory memory = memory(new int[16]);
    byte[] pattern = new byte[length];
    for (int i = 0; i < length; i++) {
      pattern[i] = (byte) (i + 1);
    }
    context.fill(memory, 16, 24, pattern);
    ByteBuffer bytes = ByteBuffer.allocate(64);
    context.read(memory, 0, bytes);
    for (int i = 0; i < 64; i++) {
      int expected = i >= 16 && i < 40 ? (i - 16) % length + 1 : 0;
      assertEquals(expected, bytes.get(i), "byte " + i);
    }
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
  void pointersIntoTheMiddleOfMemorySeeTheBytesFromThereOn() {
    GpuMemory memory = memory(count(512));
    try (GpuFunction first = context.function(PROGRAM, "plus", Grid.line(64, 64));
        GpuFunction second = context.function(PROGRAM, "plus", Grid.line(64, 64))) {
      first.set(0, memory, 512);
      first.set(1, 1000);
      first.set(2, 64L);
      first.set(3, memory, 1024);
      first.launch();
      // What one wrote through one view, the next reads through another that begins elsewhere.
      second.set(0, memory, 1024);
      second.set(1, 5000);
      second.set(2, 64L);
      second.set(3, memory, 1536);
      second.launch();
      assertArrayEquals(new int[] {1128, 1129}, read(memory, 1024, 2));
      assertArrayEquals(new int[] {6128, 6129}, read(memory, 1536, 2));
      assertThrows(IllegalArgumentException.class, () -> first.set(0, memory, 4096));
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
  void anEmptyGridLaunchesNothing() {
    GpuMemory out = memory(5);
    try (GpuFunction slow = context.function(PROGRAM, "slow", Grid.groups1(0, 1))) {
      slow.set(0, out, 0);
      slow.set(1, 3L);
      slow.launch();
    }
    assertArrayEquals(new int[] {5}, read(out, 0, 1));
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

  @Test
  void rangesOutsideOfTheMemoryAreRefused() {
    GpuMemory memory = memory(count(4));
    assertThrows(IllegalArgumentException.class, () -> context.write(ints(1, 2), memory, 12));
    assertThrows(IllegalArgumentException.class, () -> context.read(memory, -4, ints(1)));
    assertThrows(IllegalArgumentException.class, () -> context.copy(memory, 0, memory, 8, 12));
    assertThrows(IllegalArgumentException.class, () -> context.fill(memory, 0, 20, new byte[] {1}));
    assertThrows(IllegalArgumentException.class, () -> context.allocate(0));
  }

  @Test
  void moreThanOneAllocationMayHaveIsRefusedInWords() {
    long most = context.device().mostBytes();
    OutOfMemoryException failure =
        assertThrows(OutOfMemoryException.class, () -> context.allocate(most + 1));
    assertTrue(failure.getMessage().contains(context.device().name()), failure.getMessage());
    assertTrue(failure.getMessage().contains("at most " + Host.words(most)), failure.getMessage());
    assertArrayEquals(new int[] {3}, read(memory(3), 0, 1));
  }

  @Test
  void aFullDeviceSaysSoAndWorksOnWhenSomethingIsClosed() {
    List<GpuMemory> held = new ArrayList<>();
    long piece = Math.min(context.device().mostBytes(), context.device().globalBytes() / 3);
    OutOfMemoryException failure =
        assertThrows(
            OutOfMemoryException.class,
            () -> {
              for (int i = 0; i < 4; i++) {
                held.add(context.allocate(piece));
              }
            });
    assertTrue(
        failure.getMessage().contains("holds " + Host.words(piece * held.size())),
        failure.getMessage());
    assertTrue(held.size() >= 1, "even the first was refused: " + failure.getMessage());
    held.get(0).close();
    GpuMemory again = context.allocate(piece);
    context.fill(again, 0, 8, new byte[] {1});
    assertArrayEquals(new int[] {0x01010101}, read(again, 4, 1));
    held.forEach(GpuMemory::close);
  }

  @Test
  void memoryOfAnotherContextIsRefused() {
    try (OpenClContext other = TestDevice.open()) {
      GpuMemory foreign = other.allocate(16);
      assertThrows(IllegalArgumentException.class, () -> context.write(ints(1), foreign, 0));
      try (GpuFunction slow = context.function(PROGRAM, "slow", Grid.groups1(1, 1))) {
        assertThrows(IllegalArgumentException.class, () -> slow.set(0, foreign, 0));
      }
    }
  }

  @Test
  void whatWasClosedCannotBeUsed() {
    GpuMemory memory = memory(1);
    GpuFunction slow = context.function(PROGRAM, "slow", Grid.groups1(1, 1));
    slow.set(0, memory, 0);
    slow.set(1, 1L);
    memory.close();
    memory.close();
    assertThrows(IllegalStateException.class, slow::launch);
    assertThrows(IllegalStateException.class, () -> context.write(ints(1), memory, 0));
    slow.close();
    slow.close();
    assertThrows(IllegalStateException.class, slow::launch);
  }

  @Test
  void aClosedContextSaysSoAndItsPartsCanStillBeClosed() {
    GpuMemory memory = memory(1);
    GpuFunction slow = context.function(PROGRAM, "slow", Grid.groups1(1, 1));
    slow.set(0, memory, 0);
    slow.set(1, 1_000_000L);
    slow.launch();
    context.close();
    context.close();
    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> context.allocate(4));
    assertTrue(failure.getMessage().contains("was closed"), failure.getMessage());
    assertThrows(IllegalStateException.class, context::synchronize);
    assertThrows(IllegalStateException.class, () -> context.read(memory, 0, ints(1)));
    assertThrows(IllegalStateException.class, slow::launch);
    memory.close();
    slow.close();
  }
}
