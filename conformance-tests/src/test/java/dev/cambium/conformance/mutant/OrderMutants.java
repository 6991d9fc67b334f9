package dev.cambium.conformance.mutant;

import static dev.cambium.conformance.mutant.Altered.right;

import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.Sequence;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Mistakes in what a backend remembers, and in which order it does things. */
final class OrderMutants {
  private OrderMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.of(
            "the weights of its first run for ever",
            Linear.class,
            OrderMutants::stale,
            "Linear/x[2,*"),
        Mutant.of(
            "adds in another order every other time",
            Linear.class,
            OrderMutants::wavering,
            "Linear/*reals*"),
        Mutant.of(
            "adds what the run before left",
            LinearBackwardWeights.class,
            OrderMutants::remembering,
            "LinearBackwardWeights/*"),
        mutant(
            "the buffers of its first run for ever",
            "Linear",
            Bound::new,
            "Linear/x[2,*",
            "Eager/Linear"),
        mutant(
            "one kernel for all plans, gone when the first of them is closed",
            "Linear",
            Shared::new,
            "Bits/two models in turn"),
        mutant(
            "computes something else each time that it is opened",
            "two runs of a training",
            OrderMutants::drifting,
            "Bits/a training run twice"),
        mutant(
            "a sequence without its last launch",
            "order",
            Shortening::new,
            "Networks/training mode/softmax"),
        mutant("a sequence backwards", "order", Reversing::new, "Networks/training mode/softmax"),
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

  private static final AtomicInteger OPENED = new AtomicInteger();

  private static Backend drifting(BackendConfig config) {
    double factor = 1 + 1e-6 * OPENED.incrementAndGet();
    return new MistakenKernels(
        config,
        op ->
            op instanceof LinearBackwardWeights
                ? Altered.then(op, (in, out) -> out.get(0).values()[0] *= factor)
                : right(op));
  }

  /** Works on the buffers that it was given first, as arguments that were set once do. */
  private static final class Bound extends Around {
    Bound(BackendConfig config) {
      super(config, Linear.class);
    }

    @Override
    Kernel around(Op op, List<ValueType> inputs, Kernel right) {
      Launch[] first = new Launch[1];
      return (in, out, scratch) -> {
        if (first[0] == null) {
          first[0] = new Launch(op.name(), right, in.clone(), out.clone(), scratch);
        }
        first[0].run();
      };
    }
  }

  /** Kernels for the same types are one, which whoever closes it first takes from the others. */
  private static final class Shared extends Around {
    private final Map<List<Object>, AtomicBoolean> closed = new HashMap<>();

    Shared(BackendConfig config) {
      super(config, Linear.class);
    }

    @Override
    Kernel around(Op op, List<ValueType> inputs, Kernel right) {
      AtomicBoolean gone = closed.computeIfAbsent(List.of(op, inputs), key -> new AtomicBoolean());
      gone.set(false);
      return new Kernel() {
        @Override
        public void run(Buffer[] in, Buffer[] out, Buffer scratch) {
          if (!gone.get()) {
            right.run(in, out, scratch);
          }
        }

        @Override
        public void close() {
          gone.set(true);
        }
      };
    }
  }

  private static final class Shortening extends MutantBackend {
    Shortening(BackendConfig config) {
      super(NONE, config);
    }

    @Override
    public Sequence sequence(List<Launch> launches) {
      return super.sequence(launches.subList(0, launches.size() - 1));
    }
  }

  private static final class Reversing extends MutantBackend {
    Reversing(BackendConfig config) {
      super(NONE, config);
    }

    @Override
    public Sequence sequence(List<Launch> launches) {
      List<Launch> backwards = new ArrayList<>(launches);
      Collections.reverse(backwards);
      return super.sequence(backwards);
    }
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
