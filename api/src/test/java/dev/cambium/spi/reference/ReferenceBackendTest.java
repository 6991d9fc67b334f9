package dev.cambium.spi.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Op;
import dev.cambium.op.Reshape;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.spi.View;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReferenceBackendTest {
  private final Backend backend = new ReferenceProvider().open(BackendConfig.defaults());

  @AfterEach
  void close() {
    backend.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsUploadedComesBack(DType dtype) {
    TensorType type = TensorType.of(dtype, 2, 3);
    HostArray sent = HostArray.of(type, new double[] {0, 1, 2, 77, 254, 255});
    HostArray back = HostArray.allocate(type);
    Buffer buffer = buffer(type);
    backend.upload(sent.bytes(), buffer);
    backend.download(buffer, back.bytes());
    assertArrayEquals(sent.toDoubles(), back.toDoubles());
  }

  @Test
  void extremeIntegersAreExact() {
    TensorType type = TensorType.of(DType.INT32, 2);
    HostArray back = HostArray.allocate(type);
    Buffer buffer = buffer(type);
    backend.upload(HostArray.of(Shape.of(2), Integer.MIN_VALUE, Integer.MAX_VALUE).bytes(), buffer);
    backend.download(buffer, back.bytes());
    assertArrayEquals(new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE}, back.toInts());
  }

  @Test
  void computesByHostFunctionsInDouble() {
    TensorType type = TensorType.float32(1);
    Buffer x = upload(HostArray.of(Shape.of(1), 1f));
    Buffer y = buffer(type);
    run(new Affine(1, 1e-12), List.of(type), List.of(x), y);
    run(new Affine(1e12, -1e12), List.of(type), List.of(y), y);
    // float32 would lose the 1e-12 next to 1 (unit roundoff 6e-8); double keeps it to 1e-16 / 1e-12
    assertEquals(1, download(y, type).get(0), 1e-3);
  }

  @Test
  void integerResultsAreTruncated() {
    TensorType type = TensorType.of(DType.INT32, 3);
    Buffer x = upload(HostArray.of(Shape.of(3), 3, -3, 4));
    run(new Affine(0.5, 0), List.of(type), List.of(x), x);
    assertArrayEquals(new int[] {1, -1, 2}, download(x, type).toInts());
    run(new Affine(2, 0), List.of(type), List.of(x), x);
    assertArrayEquals(new int[] {2, -2, 4}, download(x, type).toInts());
  }

  @Test
  void aBufferReadsTheBeginningOfLargerMemory() {
    Memory memory = backend.allocate(80);
    TensorType type = TensorType.float32(2);
    Buffer buffer = backend.bind(memory, type);
    Buffer whole = backend.bind(memory, TensorType.of(DType.FLOAT64, 10));
    backend.fill(whole, 7);
    backend.upload(HostArray.of(Shape.of(2), 1f, 2f).bytes(), buffer);
    run(
        new BinaryMath(BinaryMath.Function.MULTIPLY),
        List.of(type, type),
        List.of(buffer, buffer),
        buffer);
    assertArrayEquals(
        new double[] {1, 4, 7, 7, 7, 7, 7, 7, 7, 7},
        download(whole, TensorType.of(DType.FLOAT64, 10)).toDoubles());
  }

  @Test
  void aBufferMayBeginInsideOfItsMemory() {
    int words = Backend.ALIGNMENT / Double.BYTES;
    Memory memory = backend.allocate(3 * Backend.ALIGNMENT);
    TensorType all = TensorType.of(DType.FLOAT64, 3 * words);
    Buffer whole = backend.bind(memory, all);
    backend.fill(whole, 7);
    TensorType type = TensorType.of(DType.INT32, 2);
    Buffer first = backend.bind(memory, Backend.ALIGNMENT, type);
    Buffer second = backend.bind(memory, 2 * Backend.ALIGNMENT, type);
    backend.upload(HostArray.of(Shape.of(2), 1, 2).bytes(), first);
    backend.fill(second, 9.5);
    run(
        new BinaryMath(BinaryMath.Function.ADD),
        List.of(type, type),
        List.of(first, second),
        first);
    backend.copy(first, second);
    assertArrayEquals(new int[] {10, 11}, download(second, type).toInts());
    double[] raw = download(whole, all).toDoubles();
    for (int i = 0; i < raw.length; i++) {
      int at = i % words;
      assertEquals(i >= words && at < 2 ? 10 + at : 7, raw[i], "word " + i);
    }
  }

  @Test
  void aBufferOutsideOfItsMemoryIsRefused() {
    Memory memory = backend.allocate(1024);
    TensorType type = TensorType.of(DType.FLOAT64, 65);
    for (long offset : new long[] {-512, 8, 511}) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> backend.bind(memory, offset, type));
      assertEquals("offset must be a multiple of 512, at least 0, got " + offset, e.getMessage());
    }
    for (long offset : new long[] {512, 1024, 1L << 62}) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> backend.bind(memory, offset, type));
      assertEquals(
          "slot has 1024 bytes, FLOAT64[65] needs 520 from byte "
              + offset
              + " on; allocate what bytes(type) says",
          e.getMessage());
    }
  }

  @Test
  void copiesAndFills() {
    TensorType type = TensorType.of(DType.INT64, 2);
    Buffer a = buffer(type);
    Buffer b = buffer(type);
    backend.fill(a, 5);
    backend.fill(b, 6);
    backend.copy(a, b);
    assertArrayEquals(new int[] {5, 5}, download(b, type).toInts());
    Buffer other = buffer(TensorType.float32(2));
    assertThrows(IllegalArgumentException.class, () -> backend.copy(a, other));
  }

  @Test
  void aReshapeIsAViewAndAnOperationWithoutHostFunctionIsDeclined() {
    List<ValueType> types = List.of(TensorType.float32(2, 3));
    assertEquals(new View(0), backend.prepare(new Reshape(Shape.of(6)), types));
    Op lowered = inputs -> inputs;
    assertInstanceOf(Declined.class, backend.prepare(lowered, types));
  }

  @Test
  void wrongTypesAreRefusedWhenPrepared() {
    List<ValueType> types = List.of(TensorType.float32(2), TensorType.float32(3));
    Op add = new BinaryMath(BinaryMath.Function.ADD);
    assertThrows(IllegalArgumentException.class, () -> backend.prepare(add, types));
  }

  @Test
  void countsMemory() {
    Memory a = backend.allocate(backend.bytes(TensorType.float32(4)));
    Memory b = backend.allocate(8);
    assertEquals(new MemoryStatistics(40, 2, 40, 2), backend.memory());
    a.close();
    a.close();
    assertEquals(new MemoryStatistics(8, 1, 40, 2), backend.memory());
    b.close();
    backend.allocate(0).close();
    assertEquals(new MemoryStatistics(0, 0, 40, 3), backend.memory());
    assertEquals(0, backend.bytes(Opaque.NONE));
  }

  @Test
  void theMemoryLimitIsKeptAndRecoveredFrom() {
    BackendConfig config = new BackendConfig("", Map.of("reference.memoryLimit", "100"));
    try (Backend small = new ReferenceProvider().open(config)) {
      Memory first = small.allocate(80);
      OutOfMemoryException e = assertThrows(OutOfMemoryException.class, () -> small.allocate(24));
      assertTrue(e.getMessage().contains("24 bytes"), e.getMessage());
      assertTrue(e.getMessage().contains("80 are in use of 100"), e.getMessage());
      assertEquals(new MemoryStatistics(80, 1, 80, 1), small.memory());
      first.close();
      small.allocate(96).close();
    }
    assertThrows(OutOfMemoryException.class, () -> backend.allocate(1L << 40));
  }

  @Test
  void useAfterCloseThrows() {
    TensorType type = TensorType.float32(2);
    Memory memory = backend.allocate(16);
    Buffer buffer = backend.bind(memory, type);
    memory.close();
    HostArray array = HostArray.allocate(type);
    assertThrows(IllegalStateException.class, () -> backend.bind(memory, type));
    assertThrows(IllegalStateException.class, () -> backend.upload(array.bytes(), buffer));
    assertThrows(IllegalStateException.class, () -> backend.download(buffer, array.bytes()));
    assertThrows(IllegalStateException.class, () -> backend.fill(buffer, 0));
    assertThrows(
        IllegalStateException.class,
        () -> run(new Affine(1, 0), List.of(type), List.of(buffer), buffer));
    Memory open = backend.allocate(16);
    backend.close();
    assertThrows(IllegalStateException.class, () -> backend.allocate(8));
    assertThrows(IllegalStateException.class, () -> backend.bind(open, type));
    assertThrows(IllegalStateException.class, backend::synchronize);
    assertEquals(0, backend.memory().allocations());
    backend.close();
  }

  @Test
  void memoryOfAnotherBackendIsRefused() {
    TensorType type = TensorType.float32(1);
    try (Backend other = new ReferenceProvider().open(BackendConfig.defaults())) {
      Memory foreign = other.allocate(8);
      Buffer buffer = other.bind(foreign, type);
      assertThrows(IllegalArgumentException.class, () -> backend.bind(foreign, type));
      assertThrows(IllegalArgumentException.class, () -> backend.fill(buffer, 0));
    }
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    Memory memory = backend.allocate(8);
    TensorType type = TensorType.float32(2);
    assertThrows(IllegalArgumentException.class, () -> backend.bind(memory, type));
    HostArray three = HostArray.allocate(TensorType.float32(3));
    Buffer two = buffer(type);
    assertThrows(IllegalArgumentException.class, () -> backend.upload(three.bytes(), two));
    assertThrows(IllegalArgumentException.class, () -> backend.download(two, three.bytes()));
    assertThrows(IllegalArgumentException.class, () -> backend.allocate(-1));
  }

  @Test
  void onlyDeviceZeroExists() {
    ReferenceProvider provider = new ReferenceProvider();
    assertEquals(0, provider.probe().devices().get(0).speed());
    assertThrows(
        BackendUnavailableException.class, () -> provider.open(new BackendConfig("1", Map.of())));
  }

  private Buffer buffer(TensorType type) {
    return backend.bind(backend.allocate(backend.bytes(type)), type);
  }

  private Buffer upload(HostArray array) {
    Buffer buffer = buffer(array.type());
    backend.upload(array.bytes(), buffer);
    return buffer;
  }

  private HostArray download(Buffer buffer, TensorType type) {
    HostArray array = HostArray.allocate(type);
    backend.download(buffer, array.bytes());
    return array;
  }

  private void run(Op op, List<ValueType> types, List<Buffer> inputs, Buffer output) {
    try (Kernel kernel = (Kernel) backend.prepare(op, types)) {
      kernel.run(inputs.toArray(Buffer[]::new), new Buffer[] {output}, null);
    }
  }
}
