package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.GpuRecording;
import dev.cambium.gpu.Grid;
import dev.cambium.spi.OutOfMemoryException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Launches that are noted as a graph. */
class CudaRecordingTest extends OnCudaContext {
  private GpuMemory memory;
  private GpuFunction plus;

  private void prepare() {
    memory = memory(count(64));
    plus = context.function(PROGRAM, "plus", Grid.line(64, 64));
    plus.set(0, memory, 0);
    plus.set(1, 100);
    plus.set(2, 64L);
    plus.set(3, memory, 0);
  }

  @Test
  void doesNothingWhenItIsMadeAndAllInOrderWhenItIsLaunched() {
    prepare();
    GpuRecording recording =
        context
            .record(
                () -> {
                  plus.launch();
                  context.copy(memory, 0, memory, 128, 4);
                  plus.launch();
                  context.fill(memory, 252, 4, new byte[] {1});
                })
            .orElseThrow();
    assertArrayEquals(count(64), read(memory, 0, 64));
    recording.launch();
    context.write(ints(7), memory, 4);
    recording.launch();
    // Each adds 100 twice; between them 7 took the place of 201; item 32 is copied from item 0.
    int[] got = read(memory, 0, 64);
    assertArrayEquals(new int[] {400, 207, 402}, new int[] {got[0], got[1], got[2]});
    assertEquals(400, got[32]);
    assertEquals(0x01010101, got[63]);
    recording.close();
    recording.close();
    assertThrows(IllegalStateException.class, recording::launch);
  }

  @Test
  void keepsTheArgumentsThatFunctionsHadWhenItWasMade() {
    prepare();
    GpuRecording recording = context.record(plus::launch).orElseThrow();
    plus.set(1, 5000);
    recording.launch();
    plus.launch();
    assertArrayEquals(new int[] {5100, 5101}, read(memory, 0, 2));
    recording.close();
  }

  @Test
  void aLaunchOfItIsOneCall() {
    prepare();
    GpuRecording recording =
        context
            .record(
                () -> {
                  plus.launch();
                  plus.launch();
                })
            .orElseThrow();
    driver.script.clear();
    recording.launch();
    assertEquals(List.of("graphLaunch"), driver.script.names());
  }

  @Test
  void noneIsMadeWhereTheSettingForbidsIt() {
    context.close();
    context = context(driver, 0, Map.of("cuda.graphs", "off"));
    prepare();
    assertEquals(Optional.empty(), context.record(plus::launch).map(r -> "a recording"));
    assertArrayEquals(count(2), read(memory, 0, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"streamBeginCapture", "streamEndCapture", "graphInstantiate"})
  void whereTheDriverMakesNoneNothingIsDoneAndTheNextWorks(String call) {
    prepare();
    driver.script.failNext(call, 801);
    assertEquals(Optional.empty(), context.record(plus::launch).map(r -> "a recording"));
    assertArrayEquals(count(2), read(memory, 0, 2));
    GpuRecording recording = context.record(plus::launch).orElseThrow();
    recording.launch();
    assertArrayEquals(new int[] {100, 101}, read(memory, 0, 2));
  }

  @Test
  void workThatWaitsIsNoRecording() {
    prepare();
    RuntimeException failure =
        assertThrows(RuntimeException.class, () -> context.record(context::synchronize));
    assertTrue(failure.getMessage().contains("(900)"), failure.getMessage());
    plus.launch();
    assertArrayEquals(new int[] {100}, read(memory, 0, 1));
  }

  @Test
  void workThatFailsLeavesTheStreamUsable() {
    prepare();
    assertThrows(
        UnsupportedOperationException.class,
        () ->
            context.record(
                () -> {
                  plus.launch();
                  throw new UnsupportedOperationException();
                }));
    plus.launch();
    assertArrayEquals(new int[] {100}, read(memory, 0, 1));
  }

  @Test
  void aDeviceThatIsLostMeanwhileSaysSo() {
    prepare();
    driver.script.failNext("streamEndCapture", 719);
    assertThrows(DeviceLostException.class, () -> context.record(plus::launch));
  }

  @Test
  void aLaunchWithoutMemoryForItSaysSo() {
    prepare();
    GpuRecording recording = context.record(plus::launch).orElseThrow();
    driver.script.failNext("graphLaunch", 2);
    OutOfMemoryException full = assertThrows(OutOfMemoryException.class, recording::launch);
    assertTrue(full.getMessage().contains("smaller batch"), full.getMessage());
    recording.launch();
    assertArrayEquals(new int[] {100}, read(memory, 0, 1));
  }

  @Test
  void whatWasGivenBeforeItsCloseIsDone() {
    prepare();
    GpuRecording recording = context.record(plus::launch).orElseThrow();
    recording.launch();
    recording.close();
    assertArrayEquals(new int[] {100, 101}, read(memory, 0, 2));
  }
}
