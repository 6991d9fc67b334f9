package dev.cambium.conformance.net;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Memory;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;

/**
 * What comes and goes without a kernel: uploads, downloads, copies and fills of every element type,
 * for values at the beginning of their memory and inside of it, between others that must stay as
 * they are.
 */
final class Transfers {
  private static final List<Shape> SHAPES =
      List.of(
          Shape.scalar(),
          Shape.of(0),
          Shape.of(1),
          Shape.of(7),
          Shape.of(1025),
          Shape.of(5, 3),
          Shape.of(2, 3, 5),
          Shape.of(2, 3, 5, 7),
          Shape.of(17, 1, 3, 3),
          Shape.of(1, 16, 1, 1),
          Shape.of(0, 3, 2, 2),
          Shape.of(2, 3, 2, 3, 2));

  private static final double[] FLOATING = {
    0, -0.0, 1, -1.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0x1p-149, 3
  };

  private Transfers() {}

  /** One for each element type. */
  static void cases(List<ConformanceCase> cases) {
    for (DType dtype : DType.values()) {
      cases.add(
          new ConformanceCase(
              "Memory/transfers of " + dtype, "", backend -> check(backend, dtype)));
    }
  }

  private static void check(BackendUnderTest backend, DType dtype) {
    try (Backend open = backend.open()) {
      for (Shape shape : SHAPES) {
        new Row(open, new TensorType(dtype, shape)).check();
      }
    }
  }

  /** Three values of one type in one memory, of which that in the middle changes. */
  private record Row(Backend open, TensorType type) {
    void check() {
      long place = roundedUp(open.bytes(type));
      HostArray first = values(1);
      HostArray middle = values(2);
      HostArray last = values(3);
      try (Memory memory = open.allocate(3 * place);
          Memory elsewhere = open.allocate(open.bytes(type))) {
        Buffer before = open.bind(memory, 0, type);
        Buffer between = open.bind(memory, place, type);
        Buffer after = open.bind(memory, 2 * place, type);
        open.upload(first.bytes(), before);
        open.upload(last.bytes(), after);
        open.upload(middle.bytes(), between);
        require("uploaded", middle, between);
        Buffer copy = open.bind(elsewhere, type);
        open.upload(first.bytes(), copy);
        open.copy(between, copy);
        require("copied", middle, copy);
        open.fill(between, 5);
        require("filled with 5", filled(5), between);
        open.copy(copy, between);
        require("copied back", middle, between);
        if (type.dtype().isFloating()) {
          open.fill(between, Double.NaN);
          require("filled with NaN", filled(Double.NaN), between);
        }
        require("before", first, before);
        require("after", last, after);
      }
    }

    private static long roundedUp(long bytes) {
      return (bytes + Backend.ALIGNMENT - 1) / Backend.ALIGNMENT * Backend.ALIGNMENT;
    }

    private void require(String name, HostArray want, Buffer buffer) {
      HostArray got = HostArray.allocate(type);
      open.download(buffer, got.bytes());
      Expectation.requireSameBits("transfers of " + type, name, want, got);
    }

    private HostArray filled(double value) {
      HostArray array = HostArray.allocate(type);
      for (int i = 0; i < type.shape().intSize(); i++) {
        array.set(i, value);
      }
      return array;
    }

    /** Each element another one, special ones among them, up to the ends of an integer's range. */
    private HostArray values(int seed) {
      HostArray array = HostArray.allocate(type);
      for (int i = 0; i < type.shape().intSize(); i++) {
        array.set(i, value(i + 31 * seed));
      }
      return array;
    }

    private double value(int i) {
      return switch (type.dtype()) {
        case FLOAT32, FLOAT64 -> i % 3 == 0 ? FLOATING[i / 3 % FLOATING.length] : i + 0.125;
        case INT32 -> i % 3 == 0 ? (double) Integer.MIN_VALUE + i : Integer.MAX_VALUE - i;
        case INT64 -> i % 3 == 0 ? -0x1p53 + i : 0x1p53 - i;
        case UINT8 -> i % 256;
      };
    }
  }
}
