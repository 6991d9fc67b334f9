package dev.cambium.conformance.mutant;

import dev.cambium.conformance.fixture.MemoryOnlyBackend;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Memory;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.Upload;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Mistakes in memory: who owns it, where values lie in it, what is copied. */
final class MemoryMutants {
  private MemoryMutants() {}

  static List<Mutant> all() {
    return List.of(
        mutant("keeps every tenth piece", "closing memory", Leaking::new, "Memory/closing*"),
        mutant("never frees a piece", "closing memory", NeverFreeing::new, "Memory/closed memory*"),
        mutant(
            "counts a second close again",
            "closing memory",
            FreeingTwice::new,
            "Memory/closed memory*"),
        mutant("cannot be closed", "closing the backend", StayingOpen::new, "Memory/a closed*"),
        mutant("gives less than it was asked for", "allocation", Promising::new, "Memory/too*"),
        mutant(
            "forgets the limit", "allocation", c -> new MemoryOnlyBackend(), "Memory/*every cap*"),
        mutant(
            "keeps the first half of an allocation that fails",
            "allocation",
            Halving::new,
            "Memory/*every cap*"),
        mutant(
            "takes memory for every upload",
            "a step that allocates nothing",
            AllocatingUpload::new,
            "Memory/further*"),
        mutant("forgets the offset", "binding", ForgettingOffsets::new, "Memory/transfers*"),
        mutant(
            "keeps images channels-last, but not where it says so",
            "layout",
            Turning::new,
            "Memory/transfers*"),
        mutant("keeps 16 bits of each number", "uploads", Coarse::new, "Memory/transfers*"),
        mutant("turns each of several values round", "uploads", Reversed::new, "Memory/several*"),
        mutant(
            "writes several values of one type where the first lies",
            "uploads",
            FirstPlace::new,
            "Memory/several*"),
        mutant("forgets the last element", "copying", ShortCopy::new, "Memory/transfers*"),
        mutant("forgets the last element", "filling", ShortFill::new, "Memory/transfers*"));
  }

  private static Mutant mutant(
      String name, String breaks, Function<BackendConfig, Backend> wrong, String... cases) {
    return new Mutant(name, breaks, wrong, Mutant.RIGHT_MEMORY, List.of(cases));
  }

  private static final class Leaking extends MemoryOnlyBackend {
    private int pieces;

    Leaking(BackendConfig config) {
      super(config);
    }

    @Override
    public Memory allocate(long bytes) {
      if (++pieces % 10 == 0) {
        super.allocate(8);
      }
      return super.allocate(bytes);
    }
  }

  /** Memory of another kind in place of a backend's own. */
  private abstract static class Wrapping extends MemoryOnlyBackend {
    Wrapping(BackendConfig config) {
      super(config);
    }

    abstract static class Wrapped implements Memory {
      private final Memory memory;

      Wrapped(Memory memory) {
        this.memory = memory;
      }

      Memory memory() {
        return memory;
      }

      @Override
      public long bytes() {
        return memory.bytes();
      }
    }

    @Override
    public Buffer bind(Memory slot, long offset, ValueType type) {
      return super.bind(((Wrapped) slot).memory(), offset, type);
    }
  }

  private static final class NeverFreeing extends Wrapping {
    NeverFreeing(BackendConfig config) {
      super(config);
    }

    @Override
    public Memory allocate(long bytes) {
      return new Wrapped(super.allocate(bytes)) {
        @Override
        public void close() {}
      };
    }
  }

  private static final class FreeingTwice extends Wrapping {
    private long subtracted;

    FreeingTwice(BackendConfig config) {
      super(config);
    }

    @Override
    public Memory allocate(long bytes) {
      return new Wrapped(super.allocate(bytes)) {
        private boolean closed;

        @Override
        public void close() {
          subtracted += closed ? bytes() : 0;
          closed = true;
          memory().close();
        }
      };
    }

    @Override
    public MemoryStatistics memory() {
      MemoryStatistics right = super.memory();
      return new MemoryStatistics(
          right.bytes() - subtracted,
          right.allocations(),
          right.peakBytes(),
          right.totalAllocations());
    }
  }

  private static final class StayingOpen extends MemoryOnlyBackend {
    StayingOpen(BackendConfig config) {
      super(config);
    }

    @Override
    public void close() {
      synchronize();
    }
  }

  private static final class Promising extends MemoryOnlyBackend {
    Promising(BackendConfig config) {
      super(config);
    }

    @Override
    public Memory allocate(long bytes) {
      return super.allocate(Math.min(bytes, 1 << 20));
    }
  }

  /** Takes some memory for its books with each piece, and forgets them when the piece fails. */
  private static final class Halving extends Wrapping {
    Halving(BackendConfig config) {
      super(config);
    }

    @Override
    public Memory allocate(long bytes) {
      Memory books = super.allocate(8);
      return new Wrapped(super.allocate(bytes)) {
        @Override
        public void close() {
          memory().close();
          books.close();
        }
      };
    }
  }

  private static final class AllocatingUpload extends MemoryOnlyBackend {
    AllocatingUpload(BackendConfig config) {
      super(config);
    }

    @Override
    public void upload(ByteBuffer dense, Buffer to) {
      allocate(8).close();
      super.upload(dense, to);
    }
  }

  private static final class ForgettingOffsets extends MemoryOnlyBackend {
    ForgettingOffsets(BackendConfig config) {
      super(config);
    }

    @Override
    public Buffer bind(Memory slot, long offset, ValueType type) {
      return super.bind(slot, 0, type);
    }
  }

  /** Turns images to channels-last when they come, and forgets it when they go. */
  private static final class Turning extends MemoryOnlyBackend {
    Turning(BackendConfig config) {
      super(config);
    }

    @Override
    public void upload(ByteBuffer dense, Buffer to) {
      HostArray value = HostArray.wrap((TensorType) to.type(), dense.duplicate());
      Shape shape = value.shape();
      if (shape.rank() != 4) {
        super.upload(dense, to);
        return;
      }
      HostArray turned = HostArray.allocate(value.type());
      int channels = shape.dim(1);
      int pixels = shape.dim(2) * shape.dim(3);
      for (int i = 0; i < shape.intSize(); i++) {
        int image = i / (channels * pixels) * channels * pixels;
        turned.set(i, value.get(image + i % channels * pixels + (i - image) / channels));
      }
      super.upload(turned.bytes(), to);
    }
  }

  private static final class Coarse extends MemoryOnlyBackend {
    Coarse(BackendConfig config) {
      super(config);
    }

    @Override
    public void upload(ByteBuffer dense, Buffer to) {
      HostArray copy = HostArray.wrap((TensorType) to.type(), dense.duplicate()).copy();
      for (int i = 0; i < copy.shape().intSize(); i++) {
        copy.set(i, Float.intBitsToFloat(Float.floatToIntBits((float) copy.get(i)) & ~0xFFFF));
      }
      super.upload(copy.bytes(), to);
    }
  }

  private static final class Reversed extends MemoryOnlyBackend {
    Reversed(BackendConfig config) {
      super(config);
    }

    @Override
    public void upload(List<Upload> uploads) {
      for (Upload upload : uploads) {
        HostArray turned = upload.value().copy();
        int last = turned.shape().intSize() - 1;
        for (int i = 0; i <= last; i++) {
          turned.set(i, upload.value().get(last - i));
        }
        upload(turned.bytes(), upload.to());
      }
    }
  }

  private static final class FirstPlace extends MemoryOnlyBackend {
    FirstPlace(BackendConfig config) {
      super(config);
    }

    @Override
    public void upload(List<Upload> uploads) {
      Map<ValueType, Buffer> places = new HashMap<>();
      for (Upload upload : uploads) {
        Buffer first = places.computeIfAbsent(upload.to().type(), type -> upload.to());
        upload(upload.value().bytes(), first);
      }
    }
  }

  private static final class ShortCopy extends MemoryOnlyBackend {
    ShortCopy(BackendConfig config) {
      super(config);
    }

    @Override
    public void copy(Buffer from, Buffer to) {
      HostArray source = HostArray.allocate((TensorType) from.type());
      HostArray target = source.copy();
      download(from, source.bytes());
      download(to, target.bytes());
      int last = source.shape().intSize() - 1;
      if (last > 0) {
        source.set(last, target.get(last));
      }
      upload(source.bytes(), to);
    }
  }

  private static final class ShortFill extends MemoryOnlyBackend {
    ShortFill(BackendConfig config) {
      super(config);
    }

    @Override
    public void fill(Buffer buffer, double value) {
      HostArray target = HostArray.allocate((TensorType) buffer.type());
      download(buffer, target.bytes());
      for (int i = 0; i < target.shape().intSize() - 1; i++) {
        target.set(i, value);
      }
      upload(target.bytes(), buffer);
    }
  }
}
