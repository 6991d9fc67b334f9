package dev.cambium.conformance.mutant;

import static dev.cambium.conformance.mutant.Altered.right;

import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.Op;
import dev.cambium.op.Softmax;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Mistakes in what kernels touch, remember, and wait for. */
final class KernelLifeMutants {
  private KernelLifeMutants() {}

  static List<Mutant> all() {
    return List.of(
        mutant("writes an element after its output", "Softmax", WritingBeyond::new, "Softmax"),
        mutant("overwrites its input", "Softmax", Scribbling::new, "Softmax"),
        mutant("adds up in scratch without clearing it", "Softmax", Unclean::new, "Softmax"),
        mutant("takes memory in every run", "Linear", AllocatingRun::new, "Memory/further*"),
        mutant("takes FLOAT64 and does nothing", "all operations", DoingNothing::new, "BinaryMath"),
        mutant("divides by the batch, which may be 0", "Linear", NoBatch::new, "Linear/*"),
        Mutant.of(
            "the weights of its first run for ever",
            Linear.class,
            KernelLifeMutants::stale,
            "Linear/x[2,*"),
        Mutant.of(
            "adds in another order every other time",
            Linear.class,
            KernelLifeMutants::wavering,
            "Linear/*reals*"),
        Mutant.of(
            "adds what the run before left",
            LinearBackwardWeights.class,
            KernelLifeMutants::remembering,
            "LinearBackwardWeights/*"),
        mutant("a download that does not wait", "order", Impatient::new, "Linear/*integers*"),
        mutant(
            "two backends share one workspace",
            "two backends at once",
            SharingBackends::new,
            "Bits/two backends*"),
        mutant(
            "a thread begins with what another one left",
            "many threads",
            SharingThreads::new,
            "Threads/four*"));
  }

  private static Mutant mutant(
      String name, String breaks, Function<BackendConfig, Backend> wrong, String... cases) {
    return new Mutant(name, breaks, wrong, Mutant.RIGHT_KERNELS, List.of(cases));
  }

  /** A backend with right kernels, around which something goes wrong. */
  private abstract static class Around extends MutantBackend {
    private final Class<? extends Op> broken;

    Around(BackendConfig config, Class<? extends Op> broken) {
      super(NONE, config);
      this.broken = broken;
    }

    @Override
    public Prepared prepare(Op op, List<ValueType> inputs) {
      Kernel right = (Kernel) super.prepare(op, inputs);
      return broken.isInstance(op) ? around(op, inputs, right) : right;
    }

    abstract Kernel around(Op op, List<ValueType> inputs, Kernel right);
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

  private static HostFunction stale(Linear op) {
    DoubleArray[] first = new DoubleArray[1];
    return Altered.withInput(
        op,
        1,
        w -> {
          first[0] = first[0] == null ? w : first[0];
          return first[0];
        });
  }

  private static HostFunction wavering(Linear op) {
    AtomicInteger runs = new AtomicInteger();
    return (in, out) -> {
      int terms = in.get(1).dim(1);
      int units = in.get(1).dim(0);
      boolean backwards = runs.getAndIncrement() % 2 == 1;
      for (int i = 0; i < out.get(0).values().length; i++) {
        float sum = op.bias() ? (float) in.get(2).values()[i % units] : 0;
        for (int t = 0; t < terms; t++) {
          int k = backwards ? terms - 1 - t : t;
          float x = (float) in.get(0).values()[i / units * terms + k];
          sum += x * (float) in.get(1).values()[i % units * terms + k];
        }
        out.get(0).values()[i] = op.activation().apply(sum);
      }
    };
  }

  private static HostFunction remembering(LinearBackwardWeights op) {
    double[] left = new double[1];
    return Altered.then(
        op,
        (in, out) -> {
          double[] dw = out.get(0).values();
          if (dw.length > 0) {
            double now = dw[0];
            dw[0] += left[0];
            left[0] = now;
          }
        });
  }

  /** Gives kernels to a queue, whose end nothing but a synchronisation waits for. */
  private static final class Impatient extends Around {
    private final Deque<Runnable> queue = new ArrayDeque<>();

    Impatient(BackendConfig config) {
      super(config, Linear.class);
    }

    @Override
    Kernel around(Op op, List<ValueType> inputs, Kernel right) {
      return (in, out, scratch) -> queue.add(() -> right.run(in, out, scratch));
    }

    @Override
    public void synchronize() {
      super.synchronize();
      while (!queue.isEmpty()) {
        queue.remove().run();
      }
    }

    @Override
    public void close() {
      queue.clear();
      super.close();
    }
  }

  private static final AtomicInteger LIVE = new AtomicInteger();

  /** Loses the lowest bit of what is uploaded while another of its kind is open. */
  private static final class SharingBackends extends MutantBackend {
    private boolean closed;

    SharingBackends(BackendConfig config) {
      super(NONE, config);
      LIVE.incrementAndGet();
    }

    @Override
    public void upload(ByteBuffer dense, Buffer to) {
      HostArray value = HostArray.wrap((TensorType) to.type(), dense.duplicate()).copy();
      if (LIVE.get() > 1 && value.bytes().remaining() > 0) {
        ByteBuffer bytes = value.bytes();
        bytes.put(0, (byte) (bytes.get(0) ^ 1));
      }
      super.upload(value.bytes(), to);
    }

    @Override
    public void close() {
      LIVE.addAndGet(closed ? 0 : -1);
      closed = true;
      super.close();
    }
  }

  /** A thread's first kernel still reads what a kernel of another thread has left. */
  private static final class SharingThreads extends MutantBackend {
    private record Left(Thread by, List<DoubleArray> inputs) {}

    private final Map<List<Shape>, Left> workspaces = new HashMap<>();

    SharingThreads(BackendConfig config) {
      super(NONE, config);
    }

    @Override
    public Prepared prepare(Op op, List<ValueType> inputs) {
      op.infer(inputs);
      return op instanceof Linear
          ? kernel((in, out) -> right(op).apply(handedOver(in), out))
          : super.prepare(op, inputs);
    }

    private synchronized List<DoubleArray> handedOver(List<DoubleArray> in) {
      List<Shape> shapes = in.stream().map(DoubleArray::shape).toList();
      Left left = workspaces.put(shapes, new Left(Thread.currentThread(), in));
      return left == null || left.by() == Thread.currentThread() ? in : left.inputs();
    }
  }
}
