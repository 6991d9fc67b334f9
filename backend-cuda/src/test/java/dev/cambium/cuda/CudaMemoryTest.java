package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.GpuException;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.Grid;
import dev.cambium.spi.OutOfMemoryException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import jcuda.driver.CUdevice_attribute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory and copies on a device that does everything as late as it may, or at random earlier. */
class CudaMemoryTest extends OnCudaContext {
  /** More than the four pieces of 4 MiB that may be on their way, and no multiple of one. */
  private static final int MANY = 5 * (1 << 20) + 3;

  @Test
  void writesWaitForNothingAndTheSourceMayBeReused() {
    GpuMemory memory = memory(count(64));
    context.synchronize();
    try (GpuFunction plus = context.function(PROGRAM, "plus", Grid.line(64, 64))) {
      plus.set(0, memory, 0);
      plus.set(1, 100);
      plus.set(2, 64L);
      plus.set(3, memory, 0);
      plus.launch();
      int before = driver.done().size();
      ByteBuffer source = ints(1, 2, 3);
      context.write(source, memory, 0);
      Arrays.fill(source.array(), (byte) -1);
      assertEquals(before, driver.done().size(), "the device was waited for");
      plus.launch();
      assertArrayEquals(new int[] {101, 102, 103, 203}, read(memory, 0, 4));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void writesOfAnyLengthArriveWholeAndInOrder(long seed) {
    if (seed > 0) {
      driver.interleave(seed);
    }
    int[] values = count(MANY);
    GpuMemory memory = context.allocate(4L * MANY);
    context.fill(memory, 0, 4L * MANY, new byte[] {9});
    context.write(ints(values), memory, 0);
    context.write(ints(-1), memory, 4L * 4_000_000);
    context.write(ints(-2), memory, 4L * 4_000_001);
    values[4_000_000] = -1;
    values[4_000_001] = -2;
    assertArrayEquals(values, read(memory, 0, MANY));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void eachStepComputesOnItsOwnUpload(long seed) {
    if (seed > 0) {
      driver.interleave(seed);
    }
    GpuMemory in = context.allocate(256);
    GpuMemory out = context.allocate(256 * 20);
    try (GpuFunction plus = context.function(PROGRAM, "plus", Grid.line(64, 64))) {
      for (int step = 0; step < 20; step++) {
        int[] values = new int[64];
        Arrays.fill(values, 1000 * step);
        context.write(ints(values), in, 0);
        plus.set(0, in, 0);
        plus.set(1, step);
        plus.set(2, 64L);
        plus.set(3, out, 0);
        plus.launch();
        context.copy(out, 0, out, 256 * Math.max(1, step), 256);
      }
    }
    for (int step = 1; step < 20; step++) {
      int[] got = read(out, 256L * step, 64);
      assertArrayEquals(new int[] {1001 * step, 1001 * step}, new int[] {got[0], got[63]});
    }
  }

  @Test
  void downloadsOfAnyLengthArriveWhole() {
    GpuMemory memory = memory(count(MANY));
    assertArrayEquals(count(MANY), read(memory, 0, MANY));
    assertArrayEquals(new int[] {MANY - 1}, read(memory, 4L * (MANY - 1), 1));
    assertArrayEquals(count(20_000), read(memory, 0, 20_000));
  }

  @Test
  void theDriverIsNotAskedForRangesOutsideOfTheMemory() {
    GpuMemory memory = memory(count(4));
    int calls = driver.script.names().size();
    assertThrows(IllegalArgumentException.class, () -> context.write(ints(1, 2), memory, 12));
    assertThrows(
        IllegalArgumentException.class, () -> context.fill(memory, 0, 6, new byte[] {1, 2, 3}));
    assertEquals(calls, driver.script.names().size());
  }

  @Test
  void aFullDeviceSaysSoAndWorksOnWhenSomethingIsClosed() {
    RecordingDriver small = new RecordingDriver(new RecordingDevice("Small", 8, 6, 10, 64L << 20));
    small.init();
    try (CudaContext other = context(small, 0, Map.of())) {
      GpuMemory held = other.allocate(40 << 20);
      OutOfMemoryException full =
          assertThrows(OutOfMemoryException.class, () -> other.allocate(32 << 20));
      String message = full.getMessage();
      for (String part :
          List.of(
              "cuda:0 (Small) cannot give 32.0 MiB",
              "CUDA_ERROR_OUT_OF_MEMORY (2)",
              "64.0 MiB",
              "24.0 MiB free",
              "holds 40.0 MiB")) {
        assertTrue(message.contains(part), message);
      }
      held.close();
      other.allocate(32 << 20).close();
    }
    assertEquals(List.of(), small.open());
  }

  @Test
  void whatWasGivenBackIsThereForTheNextThoughTheStreamHasNotComeToIt() {
    RecordingDriver small = new RecordingDriver(new RecordingDevice("Small", 8, 6, 10, 64L << 20));
    small.init();
    try (CudaContext other = context(small, 0, Map.of())) {
      other.allocate(40 << 20).close();
      long[] refused = new long[1];
      // The driver itself has nothing before somebody waits.
      assertEquals(2, small.memAlloc(refused, 40 << 20));
      other.allocate(40 << 20).close();
      other.allocate(64 << 20).close();
    }
    assertEquals(List.of(), small.open());
  }

  @Test
  void moreThanTheDeviceHasIsNotAskedFor() {
    OutOfMemoryException full =
        assertThrows(OutOfMemoryException.class, () -> context.allocate(1L << 60));
    assertTrue(full.getMessage().contains("(NVIDIA H200) cannot give"), full.getMessage());
    assertTrue(full.getMessage().contains(": it has 139.8 GiB"), full.getMessage());
    assertFalse(driver.script.names().contains("memAllocAsync"));
  }

  @Test
  void aDeviceThatIsLostIsNotTakenForAWantOfPinnedMemory() {
    GpuMemory memory = context.allocate(64);
    driver.script.failNext("memHostAlloc", 1);
    assertThrows(GpuException.class, () -> context.write(ints(1), memory, 0));
    driver.script.failNext("memHostAlloc", 1);
    assertThrows(GpuException.class, () -> read(memory, 0, 1));
    context.write(ints(3), memory, 0);
    assertArrayEquals(new int[] {3}, read(memory, 0, 1));
    CudaContext lost = context(driver, 0, Map.of());
    GpuMemory other = lost.allocate(64);
    driver.script.failNext("memHostAlloc", 700);
    assertThrows(DeviceLostException.class, () -> lost.write(ints(1), other, 0));
    lost.close();
  }

  @Test
  void theLongestDownloadIsCountedInPieces() {
    // 2^31 - 1 bytes in pieces of 2^22.
    assertEquals(512, CudaDownload.pieces(Integer.MAX_VALUE));
    assertEquals(511, CudaDownload.pieces(511 << 22));
    assertEquals(1, CudaDownload.pieces(1));
  }

  @Test
  void uploadsGoWithoutPinnedMemoryAndWithoutAPlaceOfTheirOwnToo() {
    GpuMemory memory = context.allocate(64);
    driver.script.failNext("memHostAlloc", 2);
    context.write(ints(1, 2, 3), memory, 0);
    driver.script.failNext("memAllocAsync", 2);
    context.write(ints(4), memory, 12);
    context.write(ints(5), memory, 16);
    driver.script.failNext("memHostAlloc", 2);
    assertArrayEquals(new int[] {1, 2, 3, 4, 5}, read(memory, 0, 5));
  }

  @Test
  void withoutPoolsMemoryIsTheDevicesOwn() {
    RecordingDriver plain =
        new RecordingDriver(
            RecordingDevice.h200()
                .with(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, 0));
    plain.init();
    try (CudaContext other = context(plain, 0, Map.of())) {
      GpuMemory memory = other.allocate(8);
      other.write(ints(1, 2), memory, 0);
      memory.close();
      assertFalse(plain.script.names().contains("memAllocAsync"));
      assertEquals(1, plain.script.calls("memFree").size());
    }
    assertEquals(List.of(), plain.open());
  }

  @Test
  void whatIsGivenBackIsStillThereForWhatWasGivenBefore() {
    GpuMemory from = memory(count(64));
    GpuMemory to = context.allocate(256);
    context.copy(from, 0, to, 0, 256);
    from.close();
    assertArrayEquals(count(64), read(to, 0, 64));
  }
}
