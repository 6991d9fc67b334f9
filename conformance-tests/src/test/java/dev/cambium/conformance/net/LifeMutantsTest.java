package dev.cambium.conformance.net;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.fixture.MemoryOnlyBackend;
import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.conformance.fixture.OpenedBy;
import dev.cambium.op.Dropout;
import dev.cambium.op.HostFunction;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Memory;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Backends that leak, forget, remember or disturb each other are rejected. */
class LifeMutantsTest {
  private record Wrong(String caseName, String name, Supplier<Backend> backends) {}

  @TestFactory
  Stream<DynamicTest> wrongBackendsAreRejected() {
    return Stream.of(
            new Wrong("a training run twice", "remembers", LifeMutantsTest::remembering),
            new Wrong("two backends side by side", "shares", LifeMutantsTest::sharing),
            new Wrong(
                "outputs and scratch that held NaN before",
                "adds to its output",
                () -> new MutantBackend(LifeMutantsTest::accumulating)),
            new Wrong(
                "dropout masks",
                "another mask",
                () -> new MutantBackend(LifeMutantsTest::otherMask)),
            new Wrong("first values of all parameters", "loses bits", Coarse::new),
            new Wrong("closing everything frees everything", "leaks", Leaking::new),
            new Wrong("further steps allocate nothing", "allocates", AllocatingUpload::new),
            new Wrong("closed memory cannot be used", "lends freed memory", NeverClosing::new),
            new Wrong("a closed backend cannot be used", "stays open", StaysOpen::new),
            new Wrong("too much is refused and nothing is lost", "promises", Promising::new))
        .map(wrong -> dynamicTest(wrong.name(), () -> assertRejected(wrong)));
  }

  private static void assertRejected(Wrong wrong) {
    ConformanceCase examined =
        NetCases.life().stream()
            .filter(c -> c.id().endsWith("/" + wrong.caseName()))
            .findFirst()
            .orElseThrow();
    AssertionError error =
        assertThrows(
            AssertionError.class, () -> examined.check().run(OpenedBy.underTest(wrong.backends())));
    assertTrue(error.getMessage().lines().count() == 1, error.getMessage());
  }

  private static final AtomicInteger OPENED = new AtomicInteger();

  /** Computes something else each time that it is opened. */
  private static Backend remembering() {
    double factor = 1 + 1e-6 * OPENED.incrementAndGet();
    return scaling(factor);
  }

  private static Backend scaling(double factor) {
    return new MutantBackend(
        (index, op, right) ->
            (in, out) -> {
              right.apply(in, out);
              if (op instanceof LinearBackwardWeights) {
                out.get(0).values()[0] *= factor;
              }
            });
  }

  private static final AtomicInteger LIVE = new AtomicInteger();

  /** Computes something else while another of its kind is open. */
  private static Backend sharing() {
    LIVE.incrementAndGet();
    return new MemoryOnlyBackend() {
      @Override
      public void upload(ByteBuffer dense, Buffer to) {
        ByteBuffer disturbed = ByteBuffer.allocateDirect(dense.remaining());
        disturbed.order(ByteOrder.nativeOrder()).put(dense.duplicate()).flip();
        if (LIVE.get() > 1) {
          disturbed.put(0, (byte) (disturbed.get(0) ^ 1));
        }
        super.upload(disturbed, to);
      }

      @Override
      public void close() {
        LIVE.decrementAndGet();
        super.close();
      }
    };
  }

  private static HostFunction accumulating(int index, Op op, HostFunction right) {
    return (in, out) -> {
      double before = op instanceof LinearBackwardWeights ? out.get(0).values()[0] : 0;
      right.apply(in, out);
      out.get(0).values()[0] += Double.isNaN(before) ? before : 0;
    };
  }

  private static HostFunction otherMask(int index, Op op, HostFunction right) {
    return op instanceof Dropout dropout
        ? new Dropout(dropout.p(), dropout.stream() ^ 1).host().orElseThrow()
        : right;
  }

  /** Keeps no more than 16 bits of a number. */
  private static final class Coarse extends MemoryOnlyBackend {
    @Override
    public void upload(ByteBuffer dense, Buffer to) {
      HostArray copy = HostArray.wrap((TensorType) to.type(), dense.duplicate()).copy();
      for (int i = 0; i < copy.shape().intSize(); i++) {
        copy.set(i, Float.intBitsToFloat(Float.floatToIntBits((float) copy.get(i)) & ~0xFFFF));
      }
      super.upload(copy.bytes(), to);
    }
  }

  /** Keeps every tenth piece of memory. */
  private static final class Leaking extends MemoryOnlyBackend {
    private int pieces;

    @Override
    public Memory allocate(long bytes) {
      if (++pieces % 10 == 0) {
        super.allocate(8);
      }
      return super.allocate(bytes);
    }
  }

  /** Takes memory whenever something is uploaded. */
  private static final class AllocatingUpload extends MemoryOnlyBackend {
    @Override
    public void upload(ByteBuffer dense, Buffer to) {
      allocate(8).close();
      super.upload(dense, to);
    }
  }

  /** Frees nothing before it is closed itself. */
  private static final class NeverClosing extends MemoryOnlyBackend {
    @Override
    public Memory allocate(long bytes) {
      Memory memory = super.allocate(bytes);
      return new Lent(memory);
    }

    private record Lent(Memory memory) implements Memory {
      @Override
      public long bytes() {
        return memory.bytes();
      }

      @Override
      public void close() {}
    }

    @Override
    public Buffer bind(Memory slot, long offset, ValueType type) {
      return super.bind(((Lent) slot).memory(), offset, type);
    }
  }

  /** Cannot be closed. */
  private static final class StaysOpen extends MemoryOnlyBackend {
    @Override
    public void close() {
      synchronize();
    }
  }

  /** Gives less memory than it was asked for. */
  private static final class Promising extends MemoryOnlyBackend {
    @Override
    public Memory allocate(long bytes) {
      return super.allocate(Math.min(bytes, 1 << 20));
    }
  }
}
