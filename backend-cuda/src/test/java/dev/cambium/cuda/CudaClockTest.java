package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.GpuException;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.GpuRecording;
import dev.cambium.gpu.Grid;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * How long the device works, by the clock of a device that takes the same time for each command.
 */
class CudaClockTest extends OnCudaContext {
  /** Times are floats of milliseconds: what is lost of some microseconds is below a nanosecond. */
  private static final long ROUNDING = 5;

  private GpuMemory memory;
  private GpuFunction slow;

  private void prepare() {
    memory = memory(count(64));
    slow = context.function(PROGRAM, "slow", Grid.groups1(1, 1));
    slow.set(0, memory, 0);
    slow.set(1, 1L);
  }

  @Test
  void countsEveryCommandAndNotTheTimeBetween() {
    prepare();
    long busy =
        context.busyNanoseconds(
            () -> {
              slow.launch();
              driver.idle(0, 1_000_000);
              slow.launch();
              context.fill(memory, 0, 4, new byte[] {1});
              driver.idle(0, 1_000_000);
              context.copy(memory, 0, memory, 128, 64);
              context.write(ints(1), memory, 0);
              context.read(memory, 0, ints(1));
            });
    assertEquals(2 * RecordingDriver.LAUNCH + 4 * RecordingMemory.COPY, busy, ROUNDING);
    assertEquals(0, context.busyNanoseconds(() -> {}));
  }

  @Test
  void whatWasGivenBeforeDoesNotCount() {
    prepare();
    slow.launch();
    assertEquals(RecordingDriver.LAUNCH, context.busyNanoseconds(slow::launch), ROUNDING);
  }

  @Test
  void aRecordingCountsAsAWhole() {
    prepare();
    GpuRecording three =
        context
            .record(
                () -> {
                  slow.launch();
                  slow.launch();
                  slow.launch();
                })
            .orElseThrow();
    assertEquals(3 * RecordingDriver.LAUNCH, context.busyNanoseconds(three::launch), ROUNDING);
    three.close();
  }

  @Test
  void aMeasurementThatFailsWaitsForWhatItGaveAndTheNextOneIsRight() {
    prepare();
    assertThrows(
        UnsupportedOperationException.class,
        () ->
            context.busyNanoseconds(
                () -> {
                  context.fill(memory, 0, 4, new byte[] {9});
                  throw new UnsupportedOperationException();
                }));
    assertTrue(driver.done().contains("memsetD8Async"), "" + driver.done());
    driver.script.failNext("launchKernel", 1);
    assertThrows(GpuException.class, () -> context.busyNanoseconds(slow::launch));
    assertThrows(
        IllegalStateException.class,
        () -> context.busyNanoseconds(() -> context.busyNanoseconds(() -> {})));
    assertEquals(RecordingDriver.LAUNCH, context.busyNanoseconds(slow::launch), ROUNDING);
    assertArrayEquals(new int[] {0x09090909}, read(memory, 0, 1));
  }

  @Test
  void eventsAreUsedAgain() {
    prepare();
    context.busyNanoseconds(slow::launch);
    int created = driver.script.calls("eventCreate").size();
    for (int i = 0; i < 10; i++) {
      context.busyNanoseconds(slow::launch);
    }
    assertEquals(created, driver.script.calls("eventCreate").size());
    // Without a measurement a launch is a launch.
    driver.script.clear();
    slow.launch();
    assertEquals(List.of("launchKernel"), driver.script.names());
  }
}
