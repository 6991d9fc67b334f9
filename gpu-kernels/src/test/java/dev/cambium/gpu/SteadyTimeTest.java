package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.OutOfMemoryException;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Times on a device that waits for each command, unless it has them all in a recording. */
class SteadyTimeTest {
  private static final int ROUNDS = 3;
  private static final GpuProgram PROGRAM = GpuPrograms.all().iterator().next();

  private final HeapContext device = new HeapContext(1 << 10);
  private final SteadyTime time = new SteadyTime(device, ROUNDS);
  private int calls;

  private Runnable kernels(int count) {
    GpuFunction function = device.function(PROGRAM, "kernel", Grid.groups1(1, 1));
    return () -> {
      calls++;
      for (int i = 0; i < count; i++) {
        function.launch();
      }
    };
  }

  @Test
  void theHostIsNextToNothingOfATime() {
    device.nanosecondsOfKernel = 5_000;
    device.nanosecondsOfHost = 20_000;
    Runnable one = kernels(1);
    assertEquals(25_000, device.busyNanoseconds(one));
    // The launch of the recording is 20 of at least 400 microseconds.
    double share = 20.0 / (400 - 20);
    assertEquals(5_000, time.nanoseconds(one), share * 5_000);
    // Three kernels take three times as long, however they are given.
    assertEquals(15_000, time.nanoseconds(kernels(3)), share * 15_000);
    assertEquals(0, device.openRecordings());
  }

  @Test
  void whatTakesLongRunsOnceInARecording() {
    device.nanosecondsOfKernel = 500_000;
    assertEquals(500_000, time.nanoseconds(kernels(1)));
    assertEquals(2, calls, "a run for an estimate, and one that is recorded");
    assertTrue(device.calls.contains("replay 1"), device.calls::toString);
  }

  @Test
  void aRecordingOfNextToNothingHasALimit() {
    assertEquals(1, time.nanoseconds(kernels(1)));
    assertEquals(1 + SteadyTime.MOST_RUNS, calls);
    assertEquals(1, time.nanoseconds(() -> {}), "not 0, by which speeds are divided");
  }

  @Test
  void withoutRecordingsATimeIsThatOfEachCommand() {
    device.records = false;
    device.nanosecondsOfKernel = 5_000;
    device.nanosecondsOfHost = 1_000;
    Runnable two = kernels(2);
    assertEquals(OptionalDouble.empty(), time.recorded(two));
    assertEquals(12_000, time.nanoseconds(two));
  }

  @Test
  void aRecordingThatDoesNotFitIsNone() {
    device.replayFailure = new OutOfMemoryException("no memory for a recording");
    assertEquals(OptionalDouble.empty(), time.recorded(kernels(1)));
    assertEquals(1, time.nanoseconds(kernels(1)));
    assertEquals(0, device.openRecordings());
  }

  @Test
  void whatFailsLeavesNoRecording() {
    Runnable kernel = kernels(1);
    device.replayFailure = new DeviceLostException("lost");
    assertThrows(DeviceLostException.class, () -> time.nanoseconds(kernel));
    assertEquals(0, device.openRecordings());
  }
}
