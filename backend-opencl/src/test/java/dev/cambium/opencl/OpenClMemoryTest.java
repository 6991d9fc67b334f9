package dev.cambium.opencl;

import static org.jocl.CL.CL_MEM_REFERENCE_COUNT;
import static org.jocl.CL.CL_SUCCESS;
import static org.jocl.CL.clGetMemObjectInfo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.GpuBackend;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.Grid;
import dev.cambium.gpu.HostBytes;
import dev.cambium.op.UnaryMath;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jocl.Pointer;
import org.jocl.cl_mem;
import org.junit.jupiter.api.Test;

class OpenClMemoryTest extends OnOpenClContext {
  @Test
  void writesAtOnceThoughTheDeviceIsBusyAndTheSourceMayBeReused() {
    GpuMemory target = context.allocate(8 << 20);
    // A device of one unit does one thing at a time, be it a kernel or a write.
    boolean mayWait = context.device().computeUnits() == 1;
    try (GpuFunction slow = context.function(PROGRAM, "slow", Grid.groups1(1, 1))) {
      slow.set(0, memory(1), 0);
      slow.set(1, 1L);
      slow.launch();
      context.write(ByteBuffer.allocate(8 << 20), target, 0);
      context.synchronize();
      // Other programs may hold a write up, the less of the time the longer the device is busy; one
      // that waits for the device ends with it however long that is.
      long rounds = 50_000_000;
      boolean isEarly = writesInTheFirstHalf(slow, rounds, target);
      while (!isEarly && !mayWait && rounds < 1_000_000_000) {
        rounds *= 2;
        isEarly = writesInTheFirstHalf(slow, rounds, target);
      }
      assertTrue(isEarly || mayWait, "written late, also while the device did " + rounds);
    }
  }

  private boolean writesInTheFirstHalf(GpuFunction slow, long rounds, GpuMemory target) {
    context.fill(target, 0, target.bytes(), new byte[] {0});
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
    return written < done / 2;
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
  void moreThanOneAllocationMayHaveIsRefusedInWords() {
    long most = context.device().mostBytes();
    OutOfMemoryException failure =
        assertThrows(OutOfMemoryException.class, () -> context.allocate(most + 1));
    assertTrue(failure.getMessage().contains(context.device().name()), failure.getMessage());
    assertTrue(
        failure.getMessage().contains("at most " + HostBytes.words(most)), failure.getMessage());
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
        failure.getMessage().contains("holds " + HostBytes.words(piece * held.size())),
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

  private static int references(GpuMemory memory) {
    int[] count = new int[1];
    cl_mem handle = ((OpenClMemory) memory).range(0, 0);
    int status =
        clGetMemObjectInfo(handle, CL_MEM_REFERENCE_COUNT, Integer.BYTES, Pointer.to(count), null);
    assertEquals(CL_SUCCESS, status);
    return count[0];
  }

  @Test
  void memoryForItsNextOwnerHasNoneOfTheSubBuffersOfTheLast() {
    GpuMemory memory = memory(count(512));
    context.synchronize();
    int alone = references(memory);
    try (GpuFunction plus = context.function(PROGRAM, "plus", Grid.line(64, 64))) {
      plus.set(1, 1000);
      plus.set(2, 64L);
      plus.set(0, memory, 512);
      plus.set(3, memory, 1024);
      plus.launch();
      context.synchronize();
      // A sub-buffer holds the buffer of which it is a part.
      assertTrue(references(memory) > alone, "references: " + references(memory));
      GpuMemory next = memory.renewed();
      assertEquals(alone, references(next));
      assertArrayEquals(new int[] {1128, 1129}, read(next, 1024, 2));
      assertThrows(IllegalStateException.class, plus::launch);
      assertThrows(IllegalStateException.class, () -> read(memory, 0, 1));
      memory.close();
      plus.set(0, next, 512);
      plus.set(1, 5000);
      plus.set(3, next, 1024);
      plus.launch();
      assertArrayEquals(new int[] {5128, 5129}, read(next, 1024, 2));
      next.close();
    }
  }

  @Test
  void aKernelWorksOnWhenItsMemoryWasGivenBackAndGivenOutAgain() {
    TensorType type = TensorType.float32(7);
    try (Backend backend = new GpuBackend(TestDevice.open(), BackendConfig.defaults());
        Kernel square =
            (Kernel) backend.prepare(new UnaryMath(UnaryMath.Function.SQUARE), List.of(type))) {
      for (int round = 1; round <= 3; round++) {
        try (Memory memory = backend.allocate(4096)) {
          Buffer in = backend.bind(memory, 512, type);
          Buffer out = backend.bind(memory, 1024, type);
          backend.fill(in, round);
          square.run(new Buffer[] {in}, new Buffer[] {out}, null);
          HostArray squares = HostArray.allocate(type);
          backend.download(out, squares.bytes());
          assertEquals(round * round, squares.get(6));
        }
      }
    }
  }
}
