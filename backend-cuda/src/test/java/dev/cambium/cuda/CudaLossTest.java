package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.GpuException;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.Grid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a context makes of calls that fail. */
class CudaLossTest extends OnCudaContext {
  @Test
  void aKernelThatGoesAstraySurfacesWhereSomebodyWaitsAndEverywhereAfter() {
    GpuMemory state = memory(1);
    context.synchronize();
    GpuFunction slow = context.function(PROGRAM, "slow", Grid.groups1(1, 1));
    slow.set(0, state, 0);
    slow.set(1, 1L);
    driver.script.loseAt("launchKernel", 1, 700);
    slow.launch();
    DeviceLostException lost = assertThrows(DeviceLostException.class, context::synchronize);
    assertTrue(lost.getMessage().contains("CUDA_ERROR_ILLEGAL_ADDRESS (700)"), lost.getMessage());
    int calls = driver.script.calls().size();
    for (Runnable use :
        List.<Runnable>of(
            slow::launch,
            () -> context.allocate(4),
            () -> context.write(ints(1), state, 0),
            () -> context.read(state, 0, ints(1)),
            () -> context.busyNanoseconds(() -> {}),
            () -> context.record(() -> {}),
            context::synchronize)) {
      DeviceLostException later = assertThrows(DeviceLostException.class, use::run);
      assertEquals(lost.getMessage(), later.getMessage());
    }
    // The device is asked for nothing more.
    assertEquals(calls, driver.script.calls().size());
    state.close();
    slow.close();
    context.close();
    try (CudaContext next = context(driver, 0, Map.of())) {
      GpuMemory works = next.allocate(4);
      next.write(ints(5), works, 0);
      next.synchronize();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memcpyDtoHAsync", "eventRecord", "eventSynchronize"})
  void aLossInADownloadIsALoss(String call) {
    GpuMemory memory = memory(count(16));
    driver.script.failNext(call, 719);
    assertThrows(DeviceLostException.class, () -> read(memory, 0, 16));
    assertThrows(DeviceLostException.class, context::synchronize);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "streamWaitEvent",
        "memcpyHtoDAsync",
        "eventRecord",
        "memcpyDtoDAsync",
        "memHostAlloc",
        "eventCreate",
        "memAllocAsync"
      })
  void aLossInAnUploadIsALossAndLeavesNothingOpen(String call) {
    GpuMemory memory = context.allocate(64);
    driver.script.failNext(call, 719);
    assertThrows(
        DeviceLostException.class,
        () -> {
          context.write(ints(1), memory, 0);
          // What the driver refuses to give an upload, it does without; the loss stays.
          driver.script.failNext("streamSynchronize", 719);
          context.synchronize();
        });
    assertThrows(DeviceLostException.class, () -> context.allocate(4));
  }

  @ParameterizedTest
  @CsvSource({
    "streamCreate, 1",
    "streamCreate, 2",
    "ctxSetCurrent, 1",
    "devicePrimaryCtxRetain, 1"
  })
  void aContextThatDoesNotOpenLeavesNothingOpen(String call, int nth) {
    RecordingDriver other = new RecordingDriver(RecordingDevice.h200());
    other.init();
    other.script.failAt(call, nth, 999);
    GpuException failure = assertThrows(GpuException.class, () -> context(other, 0, Map.of()));
    assertTrue(failure.getMessage().contains("CUDA_ERROR_UNKNOWN (999)"), failure.getMessage());
    assertEquals(List.of(), other.open());
  }

  /** Every call of a short life in turn fails once, with an error that is no loss. */
  @Test
  void whateverFailsOnceIsNamedAndNothingStaysOpen() {
    RecordingDriver whole = new RecordingDriver(RecordingDevice.h200());
    List<String> names = life(whole);
    assertTrue(names.size() > 40, "calls of a life: " + names);
    Map<String, Integer> seen = new HashMap<>();
    for (String name : names) {
      int nth = seen.merge(name, 1, Integer::sum);
      if (nth > 3) {
        continue;
      }
      RecordingDriver failing = new RecordingDriver(RecordingDevice.h200());
      failing.script.failAt(name, nth, 1);
      try {
        life(failing);
      } catch (GpuException expected) {
        assertTrue(expected.getMessage().contains("(1)"), expected.getMessage());
      }
      assertEquals(List.of(), failing.open(), name + " number " + nth);
    }
  }

  private static List<String> life(RecordingDriver driver) {
    defineKernels(driver);
    driver.init();
    int opened = driver.script.names().size();
    try (CudaContext context = context(driver, 0, Map.of())) {
      GpuMemory memory = context.allocate(256);
      context.write(ints(count(64)), memory, 0);
      GpuFunction plus = context.function(PROGRAM, "plus", Grid.line(64, 64));
      plus.set(0, memory, 0);
      plus.set(1, 1);
      plus.set(2, 64L);
      plus.set(3, memory, 0);
      context.busyNanoseconds(plus::launch);
      context.record(plus::launch).ifPresent(recording -> recording.launch());
      context.copy(memory, 0, memory, 128, 64);
      context.fill(memory, 0, 8, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
      context.read(memory, 0, ints(1, 2));
      context.synchronize();
      memory.close();
    }
    List<String> names = driver.script.names();
    return names.subList(opened, names.size()).stream()
        // What only describes the device has no failure that anybody would see.
        .filter(name -> !name.startsWith("deviceGet") && !name.equals("deviceTotalMem"))
        .toList();
  }

  @Test
  void anErrorThatIsNoLossLeavesTheContextUsable() {
    GpuMemory memory = memory(count(4));
    driver.script.failNext("memsetD8Async", 1);
    GpuException failure =
        assertThrows(GpuException.class, () -> context.fill(memory, 0, 4, new byte[] {1}));
    assertEquals(GpuException.class, failure.getClass());
    assertArrayEquals(count(4), read(memory, 0, 4));
  }
}
