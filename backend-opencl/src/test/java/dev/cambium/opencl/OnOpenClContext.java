package dev.cambium.opencl;

import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.GpuProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A context for each test, with memory of integers. */
abstract class OnOpenClContext {
  static final GpuProgram PROGRAM = GpuProgram.of("contexttest", Map.of());

  OpenClContext context;

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

  static ByteBuffer ints(int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.nativeOrder());
    bytes.asIntBuffer().put(values);
    return bytes;
  }

  GpuMemory memory(int... values) {
    GpuMemory memory = context.allocate(Math.max(1, values.length * Integer.BYTES));
    context.write(ints(values), memory, 0);
    return memory;
  }

  int[] read(GpuMemory memory, long offset, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.nativeOrder());
    context.read(memory, offset, bytes);
    int[] values = new int[count];
    bytes.asIntBuffer().get(values);
    return values;
  }

  static int[] count(int n) {
    return IntStream.range(0, n).toArray();
  }
}
