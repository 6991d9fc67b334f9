package dev.cambium.conformance.net;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Upload;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Several values that are uploaded at once, side by side in one memory, in any order, and over
 * several memories: each arrives, and what lies before the first and behind the last stays.
 */
final class PackedUploads {
  private static final List<TensorType> TYPES =
      List.of(
          TensorType.of(DType.INT32, 64),
          TensorType.of(DType.FLOAT32),
          TensorType.of(DType.UINT8, 3),
          TensorType.of(DType.FLOAT32, 0),
          TensorType.of(DType.INT32, 4),
          TensorType.of(DType.FLOAT64),
          TensorType.of(DType.FLOAT32, 2, 3, 5, 7),
          TensorType.of(DType.INT64, 5, 3),
          TensorType.of(DType.FLOAT32, 128),
          TensorType.of(DType.FLOAT32, 3, 2, 1, 1),
          TensorType.of(DType.FLOAT32),
          TensorType.of(DType.FLOAT32, 33));

  private static final TensorType GUARD = TensorType.of(DType.FLOAT32, 17);

  private PackedUploads() {}

  /** One for each way in which they may lie. */
  static void cases(List<ConformanceCase> cases) {
    cases.add(
        new ConformanceCase(
            "Memory/several uploads at once",
            "",
            backend -> {
              check(backend, 1, false);
              check(backend, 3, false);
            }));
    cases.add(
        new ConformanceCase(
            "Memory/several uploads at once, from the last to the first",
            "",
            backend -> {
              check(backend, 1, true);
              check(backend, 2, true);
            }));
  }

  /** Places the values in so many memories by turns; a guard is the first and the last of each. */
  private static void check(BackendUnderTest backend, int memories, boolean turned) {
    try (Backend open = backend.open()) {
      List<Memory> pieces = new ArrayList<>();
      try {
        List<List<Buffer>> placed = new ArrayList<>();
        for (int m = 0; m < memories; m++) {
          placed.add(place(open, types(m, memories), pieces));
        }
        List<Buffer> guards = new ArrayList<>();
        List<Buffer> targets = new ArrayList<>();
        for (List<Buffer> inside : placed) {
          int last = inside.size() - 1;
          guards.add(inside.get(0));
          guards.add(inside.get(last));
          targets.addAll(turned ? turned(inside.subList(1, last)) : inside.subList(1, last));
        }
        guards.forEach(guard -> open.upload(values(guard, 0).bytes(), guard));
        for (int round = 1; round <= 3; round++) {
          upload(open, targets, round);
          require(open, targets, round);
        }
        require(open, guards, 0);
      } finally {
        pieces.forEach(Memory::close);
      }
    }
  }

  private static List<TensorType> types(int first, int step) {
    List<TensorType> types = new ArrayList<>(List.of(GUARD));
    for (int i = first; i < TYPES.size(); i += step) {
      types.add(TYPES.get(i));
    }
    types.add(GUARD);
    return types;
  }

  /** Values in a memory, one behind the other, with more and more between them. */
  private static List<Buffer> place(Backend open, List<TensorType> types, List<Memory> pieces) {
    List<Long> offsets = new ArrayList<>();
    long end = 0;
    for (TensorType type : types) {
      offsets.add(end);
      long pieceOf = (open.bytes(type) + Backend.ALIGNMENT - 1) / Backend.ALIGNMENT;
      end += (pieceOf + offsets.size() % 3) * Backend.ALIGNMENT;
    }
    Memory memory = open.allocate(end);
    pieces.add(memory);
    List<Buffer> buffers = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      buffers.add(open.bind(memory, offsets.get(i), types.get(i)));
    }
    return buffers;
  }

  /**
   * From the last to the first, so that no two follow each other as they lie: then nothing between
   * them is given up.
   */
  private static List<Buffer> turned(List<Buffer> buffers) {
    List<Buffer> turned = new ArrayList<>(buffers);
    Collections.reverse(turned);
    return turned;
  }

  /** The sources are used again for other values at once, as their owner may do. */
  private static void upload(Backend open, List<Buffer> targets, int round) {
    List<Upload> uploads = new ArrayList<>();
    targets.forEach(target -> uploads.add(new Upload(values(target, round), target)));
    open.upload(uploads);
    for (Upload upload : uploads) {
      for (int i = 0; i < upload.value().shape().intSize(); i++) {
        upload.value().set(i, 99);
      }
    }
  }

  private static HostArray values(Buffer of, int seed) {
    HostArray array = HostArray.allocate((TensorType) of.type());
    for (int i = 0; i < array.shape().intSize(); i++) {
      array.set(i, (7 * i + 31 * seed + array.shape().intSize()) % 97);
    }
    return array;
  }

  private static void require(Backend open, List<Buffer> buffers, int round) {
    for (Buffer buffer : buffers) {
      HostArray want = values(buffer, round);
      HostArray got = HostArray.allocate(want.type());
      open.download(buffer, got.bytes());
      Expectation.requireSameBits("several uploads", "round " + round, want, got);
    }
  }
}
