package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link GpuContext} promises, whoever implements it. */
public abstract class GpuContextContract extends OnGpuContext<GpuContext> {
  /** With no context yet. */
  protected GpuContextContract() {}

  /** A context of its own for each test. */
  protected abstract GpuContext open();

  @BeforeEach
  void begin() {
    context = open();
  }

  @AfterEach
  void end() {
    if (context != null) {
      context.close();
    }
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
    // One pattern of 8 bytes whose halves are alike, as every double that is 0 has.
    context.fill(memory, 0, 16, new byte[8]);
    assertArrayEquals(new int[4], read(memory, 0, 4));
  }

  @Test
  void rangesOutsideOfTheMemoryAreRefused() {
    GpuMemory memory = memory(count(4));
    assertThrows(IllegalArgumentException.class, () -> context.write(ints(1, 2), memory, 12));
    assertThrows(IllegalArgumentException.class, () -> context.read(memory, -4, ints(1)));
    assertThrows(IllegalArgumentException.class, () -> context.copy(memory, 0, memory, 8, 12));
    assertThrows(IllegalArgumentException.class, () -> context.fill(memory, 0, 20, new byte[] {1}));
    assertThrows(IllegalArgumentException.class, () -> context.allocate(0));
    assertArrayEquals(count(4), read(memory, 0, 4));
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
