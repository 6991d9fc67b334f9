package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Affine;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CpuBackendTest {
  private static Backend backend;

  @BeforeAll
  static void open() {
    backend = new CpuProvider().open(BackendConfig.defaults());
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  @Test
  void isFoundByServiceLoader() {
    assertTrue(
        ServiceLoader.load(BackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .anyMatch(provider -> provider.name().equals("cpu") && provider.probe().isAvailable()));
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void downloadGivesBackWhatWasUploaded(DType dtype) {
    for (TensorType type :
        new TensorType[] {
          TensorType.of(dtype),
          TensorType.of(dtype, 7),
          TensorType.of(dtype, 0, 3, 5, 5),
          TensorType.of(dtype, 2, 3, 5, 7),
          TensorType.of(dtype, 33, 1, 4, 9),
          TensorType.of(dtype, 3, 17, 1, 1),
          TensorType.of(dtype, 1, 65, 31, 33)
        }) {
      HostArray sent = counting(type);
      HostArray received = HostArray.allocate(type);
      try (Memory memory = backend.allocate(backend.bytes(type))) {
        Buffer buffer = backend.bind(memory, type);
        backend.upload(sent.bytes(), buffer);
        backend.download(buffer, received.bytes());
      }
      assertEquals(sent.bytes(), received.bytes(), type.toString());
    }
  }

  @Test
  void rankFourLiesChannelsLast() {
    TensorType type = TensorType.of(DType.INT32, 1, 2, 1, 3);
    try (Memory memory = backend.allocate(backend.bytes(type))) {
      CpuBuffer buffer = (CpuBuffer) backend.bind(memory, type);
      backend.upload(counting(type).bytes(), buffer);
      int[] stored = new int[6];
      buffer.bytes().asIntBuffer().get(0, stored);
      assertArrayEquals(new int[] {0, 3, 1, 4, 2, 5}, stored);
      assertEquals(0, buffer.address() % MemoryLedger.ALIGNMENT);
    }
  }

  @Test
  void fillSetsAndCopyCopiesEveryElement() {
    TensorType type = TensorType.float32(3, 2, 2, 5);
    try (Memory first = backend.allocate(backend.bytes(type));
        Memory second = backend.allocate(backend.bytes(type))) {
      Buffer from = backend.bind(first, type);
      Buffer to = backend.bind(second, type);
      backend.fill(from, -1.5);
      backend.copy(from, to);
      HostArray received = HostArray.allocate(type);
      backend.download(to, received.bytes());
      for (double value : received.toDoubles()) {
        assertEquals(-1.5, value);
      }
    }
  }

  @Test
  void closedMemoryIsCountedOutAndCannotBeUsed() {
    long before = backend.memory().bytes();
    TensorType type = TensorType.float32(16);
    Memory memory = backend.allocate(64);
    Buffer buffer = backend.bind(memory, type);
    assertEquals(before + 64, backend.memory().bytes());
    memory.close();
    memory.close();
    assertEquals(before, backend.memory().bytes());
    assertThrows(IllegalStateException.class, () -> backend.fill(buffer, 0));
    assertThrows(IllegalStateException.class, () -> backend.bind(memory, type));
  }

  @Test
  void anImpossibleAllocationFailsAndTheNextOneWorks() {
    assertThrows(OutOfMemoryException.class, () -> backend.allocate(1L << 60));
    backend.allocate(8).close();
  }

  @Test
  void moreThanTheLimitIsRefusedAndWhatIsFreedCanBeGivenAgain() {
    BackendConfig config = new BackendConfig("", Map.of("cpu.memoryLimit", "1000"));
    try (Backend limited = new CpuProvider().open(config)) {
      Memory first = limited.allocate(600);
      OutOfMemoryException refused =
          assertThrows(OutOfMemoryException.class, () -> limited.allocate(401));
      assertEquals(
          "the cpu backend cannot allocate 401 bytes: 600 are in use of 1000 (cpu.memoryLimit); use"
              + " a smaller batch, or close models that are no longer needed",
          refused.getMessage());
      assertEquals(new MemoryStatistics(600, 1, 600, 1), limited.memory());
      Memory second = limited.allocate(400);
      first.close();
      limited.allocate(600).close();
      second.close();
      assertEquals(new MemoryStatistics(0, 0, 1000, 3), limited.memory());
    }
  }

  @ParameterizedTest
  @CsvSource({"-1", "much", "1.5", "1e9", "99999999999999999999"})
  void memoryLimitMustBeANumberOfBytes(String limit) {
    BackendConfig config = new BackendConfig("", Map.of("cpu.memoryLimit", limit));
    CpuProvider provider = new CpuProvider();
    assertEquals(
        "cpu.memoryLimit must be a number of bytes, at least 0, got '" + limit + "'",
        assertThrows(IllegalArgumentException.class, () -> provider.open(config)).getMessage());
  }

  @Test
  void aBufferMayBeginInsideOfItsMemory() {
    TensorType type = TensorType.float32(2, 3, 2, 2);
    try (Memory memory = backend.allocate(3 * Backend.ALIGNMENT)) {
      TensorType all = TensorType.of(DType.INT32, 3 * Backend.ALIGNMENT / 4);
      Buffer whole = backend.bind(memory, all);
      backend.fill(whole, -1);
      Buffer inside = backend.bind(memory, Backend.ALIGNMENT, type);
      backend.upload(counting(type).bytes(), inside);
      Kernel affine = (Kernel) backend.prepare(new Affine(1, 1), List.of(type));
      affine.run(new Buffer[] {inside}, new Buffer[] {inside}, null);
      HostArray received = HostArray.allocate(type);
      backend.download(inside, received.bytes());
      HostArray raw = HostArray.allocate(all);
      backend.download(whole, raw.bytes());
      for (int i = 0; i < 24; i++) {
        assertEquals(i + 1, received.get(i));
      }
      for (int i = 0; i < all.shape().intSize(); i++) {
        assertEquals(i < 128 || i >= 128 + 24, raw.get(i) == -1, "word " + i);
      }
      TensorType most = TensorType.float32(2 * Backend.ALIGNMENT / 4 + 1);
      for (long offset : new long[] {-512, 8, 513, 512, 2048}) {
        assertThrows(
            IllegalArgumentException.class, () -> backend.bind(memory, offset, most), "" + offset);
      }
    }
  }

  @Test
  void memoryOfAnotherBackendIsRefused() {
    try (Backend other = new CpuProvider().open(BackendConfig.defaults());
        Memory foreign = other.allocate(64)) {
      for (Memory slot : new Memory[] {foreign, null}) {
        assertThrows(
            IllegalArgumentException.class, () -> backend.bind(slot, TensorType.float32(16)));
      }
    }
  }

  @Test
  void aRowOfDoublesTakesEightBytesAnElement() {
    assertEquals(8 * 77, backend.bytes(TensorType.of(DType.FLOAT64, 77)));
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "two", "1.5", "99999"})
  void threadCountMustBeAPositiveNumber(String threads) {
    BackendConfig config = new BackendConfig("", Map.of("cpu.threads", threads));
    CpuProvider provider = new CpuProvider();
    assertThrows(IllegalArgumentException.class, () -> provider.open(config));
  }

  @Test
  void backendsWithDifferentThreadCountsLiveSideBySide() {
    String library = OneDnnLibrary.load();
    try (CpuPlatform one = new CpuPlatform(1, Long.MAX_VALUE, false);
        CpuPlatform three = new CpuPlatform(3, Long.MAX_VALUE, false)) {
      OpenMp openMp = new OpenMp(library);
      assertEquals(1, one.thread().call(openMp::threads));
      assertEquals(3, three.thread().call(openMp::threads));
      assertEquals(1, one.thread().call(openMp::threads));
    }
  }

  @Test
  void useAfterCloseThrows() {
    Backend other = new CpuProvider().open(BackendConfig.defaults());
    Memory memory = other.allocate(64);
    Buffer buffer = other.bind(memory, TensorType.float32(16));
    other.close();
    other.close();
    assertEquals(0, other.memory().bytes());
    assertThrows(IllegalStateException.class, () -> other.fill(buffer, 0));
    assertThrows(IllegalStateException.class, other::synchronize);
  }

  @Test
  void memoryClosedDuringTransfersIsFreedAfterThem() throws InterruptedException {
    TensorType type = TensorType.float32(1 << 20);
    HostArray ones = HostArray.allocate(type);
    for (int round = 0; round < 20; round++) {
      Memory memory = backend.allocate(backend.bytes(type));
      Buffer buffer = backend.bind(memory, type);
      CountDownLatch first = new CountDownLatch(1);
      AtomicReference<Throwable> ended = new AtomicReference<>();
      Thread uploads =
          new Thread(
              () -> {
                while (true) {
                  backend.upload(ones.bytes(), buffer);
                  first.countDown();
                }
              });
      uploads.setUncaughtExceptionHandler((thread, thrown) -> ended.set(thrown));
      uploads.start();
      first.await();
      memory.close();
      uploads.join();
      assertInstanceOf(IllegalStateException.class, ended.get());
    }
    assertEquals(0, backend.memory().bytes());
  }

  @Test
  void transferOfWrongLengthIsRefused() {
    TensorType type = TensorType.float32(4);
    try (Memory memory = backend.allocate(backend.bytes(type))) {
      Buffer buffer = backend.bind(memory, type);
      HostArray wrong = HostArray.allocate(TensorType.float32(5));
      assertThrows(IllegalArgumentException.class, () -> backend.upload(wrong.bytes(), buffer));
      assertThrows(IllegalArgumentException.class, () -> backend.download(buffer, wrong.bytes()));
    }
  }

  private static HostArray counting(TensorType type) {
    HostArray array = HostArray.allocate(type);
    for (int i = 0; i < type.shape().intSize(); i++) {
      array.set(i, i % 251);
    }
    return array;
  }
}
