package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.cuda.RecordingDriver.Launch;
import dev.cambium.gpu.GpuException;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.Grid;
import dev.cambium.gpu.KernelBuildException;
import dev.cambium.spi.OutOfMemoryException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUfunction;
import jcuda.driver.CUstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaContextTest extends OnCudaContext {
  private static long address(GpuMemory memory) {
    return ((CudaMemory) memory).address();
  }

  private GpuFunction plus(GpuMemory in, int value, long n, GpuMemory out) {
    GpuFunction plus = context.function(PROGRAM, "plus", Grid.line(n, 64));
    plus.set(0, in, 0);
    plus.set(1, value);
    plus.set(2, n);
    plus.set(3, out, 0);
    return plus;
  }

  @Test
  void argumentsLieWhereTheDeviceLooksForThem() {
    GpuMemory out = memory(new int[1024]);
    try (GpuFunction mixed = context.function(PROGRAM, "mixed", Grid.groups1(1, 32))) {
      // In any order, and 512 bytes into the memory.
      mixed.set(5, out, 512);
      mixed.set(6, -2.5f);
      mixed.set(0, 7);
      mixed.set(1, 1L << 40);
      mixed.set(2, 1.25f);
      mixed.set(3, Math.PI);
      mixed.set(4, -8);
      mixed.launch();
    }
    ByteBuffer passed = driver.launches().get(0).arguments();
    // The offsets that ptxas of CUDA 13.0 notes in the kernel's .nv.info, and their end.
    assertEquals(7, passed.getInt(0));
    assertEquals(1L << 40, passed.getLong(8));
    assertEquals(1.25f, passed.getFloat(16));
    assertEquals(Math.PI, passed.getDouble(24));
    assertEquals(-8, passed.getInt(32));
    assertEquals(address(out) + 512, passed.getLong(40));
    assertEquals(-2.5f, passed.getFloat(48));
    assertEquals(52, passed.capacity());
  }

  @Test
  void launchesWithArgumentsThatKeepTheirValues() {
    GpuMemory in = memory(count(100));
    GpuMemory out = memory(new int[100]);
    try (GpuFunction plus = plus(in, 1000, 99, out)) {
      plus.launch();
      // What is set after a launch is of the next.
      plus.set(1, 7);
      assertArrayEquals(new int[] {1097, 1098, 0}, read(out, 4 * 97, 3));
      plus.launch();
      assertArrayEquals(new int[] {7, 8, 9}, read(out, 0, 3));
    }
  }

  @Test
  void groupsAndWorkItemsGoAlongTheAxesOfTheGrid() {
    GpuMemory out = memory(new int[720]);
    try (GpuFunction positions = context.function(PROGRAM, "positions", new Grid(4, 3, 5, 2, 3))) {
      positions.set(0, out, 0);
      positions.launch();
    }
    Launch launch = driver.launches().get(0);
    assertEquals(List.of(4, 3, 5), launch.grid());
    assertEquals(List.of(2, 3), launch.block());
    assertEquals("positions", launch.kernel());
  }

  @Test
  void anEmptyGridLaunchesNothing() {
    GpuMemory out = memory(5);
    try (GpuFunction slow = context.function(PROGRAM, "slow", Grid.groups1(0, 1))) {
      slow.set(0, out, 0);
      slow.set(1, 3L);
      slow.launch();
    }
    assertEquals(List.of(), driver.launches());
  }

  @ParameterizedTest
  @CsvSource({"0, INT64", "1, INT32", "2, INT64", "4,"})
  void anArgumentOfAnotherKindIsRefused(int argument, String kind) {
    try (GpuFunction plus = context.function(PROGRAM, "plus", Grid.line(64, 64))) {
      IllegalArgumentException failure =
          assertThrows(IllegalArgumentException.class, () -> plus.set(argument, 1.5));
      assertTrue(failure.getMessage().contains("kernel plus"), failure.getMessage());
      assertTrue(
          failure.getMessage().contains(kind == null ? "takes 4 arguments" : "must be " + kind),
          failure.getMessage());
    }
  }

  @Test
  void anArgumentThatWasNeverSetIsNamed() {
    try (GpuFunction plus = context.function(PROGRAM, "plus", Grid.line(64, 64))) {
      plus.set(0, memory(1), 0);
      IllegalStateException failure = assertThrows(IllegalStateException.class, plus::launch);
      assertTrue(failure.getMessage().contains("argument 1 of kernel plus"), failure.getMessage());
    }
  }

  /** A driver that notes no launches, as noting them allocates. */
  private static final class Silent extends RecordingDriver {
    private boolean silent;

    Silent() {
      super(RecordingDevice.h200());
    }

    @Override
    public int launchKernel(
        CUfunction function, int[] grid, int[] block, CUstream stream, Pointer passed) {
      return 0;
    }

    @Override
    public synchronized int ctxSetCurrent(CUcontext context) {
      return silent ? 0 : super.ctxSetCurrent(context);
    }
  }

  @Test
  void launchesAllocateNothingInJava() {
    Silent quiet = new Silent();
    quiet.init();
    try (CudaContext other = context(quiet, 0, Map.of());
        GpuFunction plus = other.function(PROGRAM, "plus", Grid.line(64, 64))) {
      GpuMemory memory = other.allocate(256);
      plus.set(0, memory, 0);
      plus.set(1, 1);
      plus.set(2, 64L);
      plus.set(3, memory, 0);
      quiet.silent = true;
      var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      launch(plus, 1000);
      long before = thread.getCurrentThreadAllocatedBytes();
      launch(plus, 1000);
      long allocated = thread.getCurrentThreadAllocatedBytes() - before;
      quiet.silent = false;
      // The measurement itself may allocate a little, a launch that does would by the thousand.
      assertTrue(allocated < 1000, allocated + " bytes");
    }
    assertEquals(List.of(), quiet.open());
  }

  private static void launch(GpuFunction function, int times) {
    for (int i = 0; i < times; i++) {
      function.launch();
    }
  }

  @Test
  void aKernelThatIsNotInItsProgramIsNamed() {
    KernelBuildException failure =
        assertThrows(
            KernelBuildException.class,
            () -> context.function(PROGRAM, "nothing", Grid.groups1(1, 1)));
    assertTrue(failure.getMessage().contains("nothing"), failure.getMessage());
    assertTrue(failure.getMessage().contains("contexttest"), failure.getMessage());
  }

  @Test
  void aProgramThatTheDriverDoesNotCompileComesWithItsLog() {
    driver.script.failNext("moduleLoadData", 218);
    driver.buildLog("ptxas application ptx input, line 7; error : Unknown symbol");
    KernelBuildException failure =
        assertThrows(
            KernelBuildException.class,
            () -> context.function(PROGRAM, "plus", Grid.groups1(1, 64)));
    String message = failure.getMessage();
    assertTrue(message.contains("program contexttest"), message);
    assertTrue(message.contains("NVIDIA H200"), message);
    assertTrue(message.contains("CUDA_ERROR_INVALID_PTX (218)"), message);
    assertTrue(message.contains("line 7; error : Unknown symbol"), message);
    // It may do better next time, for example with memory that was full.
    context.function(PROGRAM, "plus", Grid.groups1(1, 64)).close();
  }

  @Test
  void aProgramThatTheDeviceHasNoMemoryForLoadsLater() {
    driver.script.failNext("moduleLoadData", 2);
    OutOfMemoryException full =
        assertThrows(
            OutOfMemoryException.class,
            () -> context.function(PROGRAM, "plus", Grid.groups1(1, 64)));
    assertTrue(
        full.getMessage().startsWith("cuModuleLoadData of program contexttest"), full.getMessage());
    assertTrue(full.getMessage().contains("smaller batch"), full.getMessage());
    context.function(PROGRAM, "plus", Grid.groups1(1, 64)).close();
  }

  @Test
  void aLaunchThatTheDeviceHasNoMemoryForIsAWantOfMemory() {
    GpuMemory in = memory(count(64));
    try (GpuFunction plus = plus(in, 1, 64, in)) {
      driver.script.failNext("launchKernel", 2);
      OutOfMemoryException full = assertThrows(OutOfMemoryException.class, plus::launch);
      assertTrue(full.getMessage().startsWith("cuLaunchKernel of kernel plus"), full.getMessage());
      plus.launch();
      assertArrayEquals(new int[] {1, 2}, read(in, 0, 2));
    }
  }

  @Test
  void aProgramIsLoadedOnce() {
    context.function(PROGRAM, "plus", Grid.groups1(1, 64)).close();
    context.function(PROGRAM, "plus", Grid.groups1(2, 64)).close();
    context.function(PROGRAM, "slow", Grid.groups1(2, 1)).close();
    assertEquals(1, driver.script.calls("moduleLoadData").size());
    assertEquals(2, driver.script.calls("moduleGetFunction").size());
  }

  @Test
  void aProgramThatWasNotCompiledIsNamed() {
    KernelBuildException failure =
        assertThrows(
            KernelBuildException.class,
            () -> context.function(GpuProgram.of("none", Map.of()), "x", Grid.groups1(1, 1)));
    assertTrue(failure.getMessage().contains("program none"), failure.getMessage());
  }

  @Test
  void aLaunchThatTheDriverRefusesNamesKernelAndCode() {
    GpuMemory state = memory(1);
    try (GpuFunction slow = context.function(PROGRAM, "slow", Grid.groups1(1, 1))) {
      slow.set(0, state, 0);
      slow.set(1, 1L);
      driver.script.failNext("launchKernel", 701);
      GpuException failure = assertThrows(GpuException.class, slow::launch);
      assertTrue(
          failure.getMessage().startsWith("cuLaunchKernel of kernel slow on cuda:0 (NVIDIA H200)"),
          failure.getMessage());
      assertTrue(
          failure.getMessage().contains("CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES (701)"),
          failure.getMessage());
      slow.launch();
    }
    // The kernel was compiled for groups of one work-item.
    GpuException failure =
        assertThrows(
            GpuException.class, () -> context.function(PROGRAM, "slow", Grid.groups1(1, 2)));
    assertTrue(failure.getMessage().contains("at most 1"), failure.getMessage());
    assertArrayEquals(new int[] {1}, read(state, 0, 1));
  }

  @Test
  void memoryIsGivenBackOnce() {
    GpuMemory memory = memory(1);
    memory.close();
    memory.close();
    assertEquals(1, driver.script.calls("memFreeAsync").size());
  }

  @Test
  void nothingIsAskedOfTheDriverForAContextThatIsGone() {
    GpuMemory memory = memory(1);
    GpuFunction slow = context.function(PROGRAM, "slow", Grid.groups1(1, 1));
    context.close();
    int calls = driver.script.calls().size();
    context.close();
    assertThrows(IllegalStateException.class, () -> context.allocate(4));
    assertThrows(IllegalStateException.class, () -> context.read(memory, 0, ints(1)));
    memory.close();
    slow.close();
    assertEquals(calls, driver.script.calls().size());
  }

  @Test
  void closingWaitsThenFreesAllThatIsOpenAndTheContextLast() {
    GpuMemory in = memory(count(64));
    try (GpuFunction plus = plus(in, 1, 64, memory(count(64)))) {
      plus.launch();
      assertEquals(1, read(in, 4, 1)[0]);
      plus.launch();
    }
    context.record(() -> context.fill(in, 0, 4, new byte[] {1})).orElseThrow();
    driver.script.clear();
    context.close();
    List<String> names = driver.script.names();
    assertEquals(List.of("ctxGetCurrent", "streamSynchronize"), names.subList(0, 2));
    assertEquals("devicePrimaryCtxRelease", names.get(names.size() - 1));
    // Memory goes back to its pool, which is the stream's, before the stream goes.
    assertTrue(names.lastIndexOf("memFreeAsync") < names.lastIndexOf("streamDestroy"), "" + names);
    for (String call : List.of("moduleUnload", "graphExecDestroy", "memFreeHost", "eventDestroy")) {
      assertTrue(names.contains(call), call);
    }
    List<Object> freed = new ArrayList<>();
    driver.script.calls("memFreeAsync").forEach(call -> freed.add(call.arguments().get(0)));
    assertEquals(freed.stream().distinct().count(), freed.size(), "freed twice: " + freed);
  }

  @Test
  void eachThreadWorksInTheContext() {
    GpuMemory in = memory(count(64));
    GpuFunction plus = plus(in, 5, 64, in);
    CompletableFuture.runAsync(
            () -> {
              plus.launch();
              assertArrayEquals(new int[] {5, 6}, read(in, 0, 2));
              context.allocate(64).close();
            })
        .join();
    CompletableFuture.runAsync(in::close).join();
    CompletableFuture.runAsync(context::close).join();
  }

  @Test
  void twoDevicesWorkSideBySideFromOneThread() {
    RecordingDriver two =
        new RecordingDriver(RecordingDevice.h200(), new RecordingDevice("T4", 7, 5, 40, 1L << 34));
    defineKernels(two);
    two.init();
    CudaContext first = context(two, 0, Map.of());
    CudaContext second = context(two, 1, Map.of());
    GpuMemory one = first.allocate(8);
    GpuMemory other = second.allocate(8);
    first.write(ints(1, 2), one, 0);
    second.write(ints(3, 4), other, 0);
    assertThrows(IllegalArgumentException.class, () -> first.copy(one, 0, other, 0, 8));
    assertThrows(IllegalArgumentException.class, () -> second.write(ints(1), one, 0));
    ByteBuffer bytes = ints(0, 0);
    first.read(one, 0, bytes);
    assertEquals(ints(1, 2), bytes.clear());
    second.read(other, 0, bytes);
    assertEquals(ints(3, 4), bytes.clear());
    first.close();
    second.fill(other, 0, 8, new byte[] {7});
    second.read(other, 0, bytes.clear());
    assertEquals(0x07070707, bytes.getInt(0));
    // Memory of the closed one goes without a call, the other's goes back.
    one.close();
    other.close();
    second.close();
    assertEquals(List.of(), two.open());
  }

  @Test
  void closingLeavesTheThreadInTheContextThatItWasIn() {
    RecordingDriver two =
        new RecordingDriver(RecordingDevice.h200(), new RecordingDevice("T4", 7, 5, 40, 1L << 34));
    two.init();
    CudaContext first = context(two, 0, Map.of());
    CudaContext second = context(two, 1, Map.of());
    second.synchronize();
    first.close();
    assertEquals("T4", two.here().name);
    second.close();
    assertNull(two.here(), "a context that was given back");
  }

  @Test
  void twoContextsOfADeviceShareItsPrimaryContext() {
    CudaContext other = context(driver, 0, Map.of());
    GpuMemory memory = other.allocate(8);
    context.close();
    other.fill(memory, 0, 8, new byte[] {1});
    other.synchronize();
    other.close();
    assertEquals(Collections.nCopies(2, "devicePrimaryCtxRelease"), releases());
  }

  private List<String> releases() {
    return driver.script.names().stream().filter("devicePrimaryCtxRelease"::equals).toList();
  }
}
