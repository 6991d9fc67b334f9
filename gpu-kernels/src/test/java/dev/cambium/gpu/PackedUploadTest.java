package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Upload;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PackedUploadTest {
  private final HeapContext device = new HeapContext(1 << 20);
  private final GpuBackend backend = new GpuBackend(device, BackendConfig.defaults());
  private final Memory memory = backend.allocate(1 << 19);

  @AfterEach
  void close() {
    backend.close();
  }

  private Upload upload(Memory to, long offset, TensorType type, double first) {
    HostArray value = HostArray.allocate(type);
    for (int i = 0; i < type.shape().intSize(); i++) {
      value.set(i, first + i);
    }
    return new Upload(value, backend.bind(to, offset, type));
  }

  private void requireThere(List<Upload> uploads) {
    for (Upload upload : uploads) {
      HostArray got = HostArray.allocate((TensorType) upload.to().type());
      backend.download(upload.to(), got.bytes());
      assertArrayEquals(upload.value().toFloats(), got.toFloats());
    }
  }

  @Test
  void neighboursAreOneWrite() {
    List<Upload> uploads =
        List.of(
            upload(memory, 512, TensorType.of(DType.INT32, 4), 1),
            upload(memory, 1536, TensorType.of(DType.FLOAT32), 7),
            upload(memory, 2560, TensorType.of(DType.UINT8, 3), 5));
    for (int round = 0; round < 2; round++) {
      device.writes.clear();
      backend.upload(uploads);
      assertEquals(List.of(2560 + 3 - 512 + " bytes at 512"), device.writes);
      requireThere(uploads);
    }
  }

  @Test
  void whatIsFarAwayOrLargeOrInAnotherOrderOrElsewhereGoesByItself() {
    TensorType scalar = TensorType.of(DType.FLOAT32);
    TensorType large = TensorType.of(DType.FLOAT32, 1 << 15);
    Memory other = backend.allocate(1 << 12);
    List<Upload> uploads =
        List.of(
            upload(memory, 1024, scalar, 1),
            upload(memory, 0, scalar, 2),
            upload(memory, 8192, scalar, 3),
            upload(memory, 8704, large, 4),
            upload(other, 0, scalar, 5),
            upload(memory, 1 << 18, scalar, 6));
    backend.upload(uploads);
    assertEquals(
        List.of(
            "4 bytes at 1024",
            "4 bytes at 0",
            "4 bytes at 8192",
            "131072 bytes at 8704",
            "4 bytes at 0",
            "4 bytes at " + (1 << 18)),
        device.writes);
    requireThere(uploads);
  }

  @Test
  void emptyValuesBetweenOthersAreNothing() {
    TensorType empty = TensorType.of(DType.FLOAT32, 0);
    List<Upload> uploads = new ArrayList<>();
    uploads.add(upload(memory, 0, empty, 0));
    backend.upload(uploads);
    assertEquals(List.of(), device.writes);
    uploads.add(upload(memory, 512, empty, 0));
    uploads.add(upload(memory, 1024, TensorType.of(DType.FLOAT32, 2), 3));
    uploads.add(upload(memory, 1536, empty, 0));
    backend.upload(uploads);
    assertEquals(List.of("1536 bytes at 0"), device.writes);
    requireThere(uploads);
  }

  @Test
  void aValueOfAnotherTypeIsRefused() {
    Buffer buffer = backend.bind(memory, TensorType.of(DType.FLOAT32, 2));
    HostArray value = HostArray.of(Shape.of(3), 1f, 2f, 3f);
    assertThrows(IllegalArgumentException.class, () -> new Upload(value, buffer));
  }

  @Test
  void closedMemoryIsRefused() {
    Memory other = backend.allocate(1 << 12);
    List<Upload> uploads =
        List.of(
            upload(other, 0, TensorType.of(DType.FLOAT32), 1),
            upload(other, 512, TensorType.of(DType.FLOAT32), 2));
    other.close();
    assertThrows(IllegalStateException.class, () -> backend.upload(uploads));
  }
}
