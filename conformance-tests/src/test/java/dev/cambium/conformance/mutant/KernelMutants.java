package dev.cambium.conformance.mutant;

import static dev.cambium.conformance.mutant.Altered.right;

import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.op.Linear;
import dev.cambium.op.Op;
import dev.cambium.op.Softmax;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Mistakes in what kernels take, touch and leave. */
final class KernelMutants {
  private KernelMutants() {}

  static List<Mutant> all() {
    return List.of(
        mutant("writes an element after its output", "Softmax", WritingBeyond::new, "Softmax"),
        mutant("overwrites its input", "Softmax", Scribbling::new, "Softmax"),
        mutant("adds up in scratch without clearing it", "Softmax", Unclean::new, "Softmax"),
        mutant("takes memory in every run", "Linear", AllocatingRun::new, "Memory/further*"),
        mutant("takes FLOAT64 and does nothing", "all operations", DoingNothing::new, "BinaryMath"),
        mutant("divides by the batch, which may be 0", "Linear", NoBatch::new, "Linear/*"));
  }

  private static Mutant mutant(
      String name, String breaks, Function<BackendConfig, Backend> wrong, String... cases) {
    return new Mutant(name, breaks, wrong, Mutant.RIGHT_KERNELS, List.of(cases));
  }

  private static final class WritingBeyond extends Around {
    private record Place(Memory memory, long offset) {}

    private final Map<Buffer, Place> places = Collections.synchronizedMap(new IdentityHashMap<>());

    WritingBeyond(BackendConfig config) {
      super(config, Softmax.class);
    }

    @Override
    public Buffer bind(Memory slot, long offset, ValueType type) {
      Buffer buffer = super.bind(slot, offset, type);
      places.put(buffer, new Place(slot, offset));
      return buffer;
    }

    @Override
    Kernel around(Op op, List<ValueType> inputs, Kernel right) {
      return (in, out, scratch) -> {
        right.run(in, out, scratch);
        Place place = places.get(out[0]);
        int elements = ((TensorType) out[0].type()).shape().intSize();
        TensorType longer = TensorType.of(DType.FLOAT64, elements + 1);
        if (place.offset() + bytes(longer) <= place.memory().bytes()) {
          HostArray all = HostArray.allocate(longer);
          Buffer raw = super.bind(place.memory(), place.offset(), longer);
          download(raw, all.bytes());
          all.set(elements, 1);
          upload(all.bytes(), raw);
        }
      };
    }
  }

  private static final class Scribbling extends Around {
    Scribbling(BackendConfig config) {
      super(config, Softmax.class);
    }

    @Override
    Kernel around(Op op, List<ValueType> inputs, Kernel right) {
      return (in, out, scratch) -> {
        right.run(in, out, scratch);
        copy(out[0], in[0]);
      };
    }
  }

  /** Adds what it finds in its working memory, which it takes for zeros. */
  private static final class Unclean extends Around {
    private static final TensorType WORK = TensorType.of(DType.FLOAT64, 1);

    private record Work(long bytes) implements Opaque {}

    private final Map<Buffer, Buffer> views = Collections.synchronizedMap(new IdentityHashMap<>());

    Unclean(BackendConfig config) {
      super(config, Softmax.class);
    }

    @Override
    public Buffer bind(Memory slot, long offset, ValueType type) {
      Buffer buffer = super.bind(slot, offset, type);
      if (type instanceof Opaque && bytes(type) >= bytes(WORK)) {
        views.put(buffer, super.bind(slot, offset, WORK));
      }
      return buffer;
    }

    @Override
    Kernel around(Op op, List<ValueType> inputs, Kernel right) {
      return new Kernel() {
        @Override
        public void run(Buffer[] in, Buffer[] out, Buffer scratch) {
          right.run(in, out, scratch);
          HostArray work = HostArray.allocate(WORK);
          download(views.get(scratch), work.bytes());
          HostArray y = HostArray.allocate((TensorType) out[0].type());
          download(out[0], y.bytes());
          for (int i = 0; i < y.shape().intSize(); i++) {
            y.set(i, y.get(i) + work.get(0));
          }
          upload(y.bytes(), out[0]);
        }

        @Override
        public long scratchBytes() {
          return new Work(bytes(WORK)).bytes();
        }
      };
    }
  }

  private static final class AllocatingRun extends Around {
    AllocatingRun(BackendConfig config) {
      super(config, Linear.class);
    }

    @Override
    Kernel around(Op op, List<ValueType> inputs, Kernel right) {
      return (in, out, scratch) -> {
        allocate(512).close();
        right.run(in, out, scratch);
      };
    }
  }

  private static final class DoingNothing extends Around {
    DoingNothing(BackendConfig config) {
      super(config, Op.class);
    }

    @Override
    Kernel around(Op op, List<ValueType> inputs, Kernel right) {
      boolean unsupported =
          inputs.stream()
              .anyMatch(type -> type instanceof TensorType t && t.dtype() == DType.FLOAT64);
      return unsupported ? (in, out, scratch) -> {} : right;
    }
  }

  private static final class Trusting extends MutantBackend {
    Trusting(BackendConfig config) {
      super(NONE, config);
    }

    @Override
    public Prepared prepare(Op op, List<ValueType> inputs) {
      return kernel(right(op));
    }
  }

  private static final class NoBatch extends Around {
    NoBatch(BackendConfig config) {
      super(config, Linear.class);
    }

    @Override
    Kernel around(Op op, List<ValueType> inputs, Kernel right) {
      int batch = ((TensorType) inputs.get(0)).shape().dim(0);
      int share = 4096 / batch;
      return share < 0 ? null : right;
    }
  }
}
