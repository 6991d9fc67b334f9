package dev.cambium.conformance.mutant;

import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.Sequence;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Mistakes of backends that record a sequence in its first run and replay it in the others. */
final class SequenceMutants {
  private SequenceMutants() {}

  static List<Mutant> all() {
    return List.of(
        mutant("reads the inputs of the first run", StaleInputs::new, "Sequence/Linear*"),
        mutant("begins with the states of the first run", StaleInputs::new, "Sequence/updates*"),
        mutant(
            "takes the arguments that its kernels have by then",
            LateArguments::new,
            "Sequence/kernels shared*"),
        mutant(
            "is the one that was made of the same kernels before",
            KeptByKernels::new,
            "Sequence/kernels shared*"),
        mutant("leaves out the last launch", WithoutLast::new, "Sequence/MaxPooling*"),
        mutant("runs its launches backwards", Backwards::new, "Sequence/inputs*"),
        mutant("does nothing", Once::new, "Sequence/made again*"),
        mutant("does nothing after another one was closed", FreeingAll::new, "Sequence/closed*"));
  }

  private static Mutant mutant(
      String name, Function<BackendConfig, Backend> wrong, String... cases) {
    return new Mutant(name, "a replay", wrong, Mutant.RIGHT_KERNELS, List.of(cases));
  }

  /** The first run is right. */
  private abstract static class Replaying extends MutantBackend {
    Replaying(BackendConfig config) {
      super(NONE, config);
    }

    /** Makes what runs from the second run on; the first comes after this. */
    abstract Sequence recorded(List<Launch> launches);

    @Override
    public Sequence sequence(List<Launch> launches) {
      List<Launch> all = List.copyOf(launches);
      Sequence right = super.sequence(all);
      Sequence[] replay = new Sequence[1];
      return new Sequence() {
        @Override
        public void run() {
          if (replay[0] == null) {
            replay[0] = recorded(all);
            right.run();
          } else {
            replay[0].run();
          }
        }

        @Override
        public void close() {
          if (replay[0] != null) {
            replay[0].close();
          }
        }
      };
    }

    final Sequence inOrder(List<Launch> launches) {
      return super.sequence(launches);
    }
  }

  private static final class StaleInputs extends Replaying {
    StaleInputs(BackendConfig config) {
      super(config);
    }

    @Override
    Sequence recorded(List<Launch> launches) {
      Map<Buffer, HostArray> kept = new IdentityHashMap<>();
      Set<Buffer> written = Collections.newSetFromMap(new IdentityHashMap<>());
      for (Launch launch : launches) {
        for (Buffer input : launch.inputs()) {
          if (!written.contains(input) && input.type() instanceof TensorType type) {
            HostArray value = HostArray.allocate(type);
            download(input, value.bytes());
            kept.put(input, value);
          }
        }
        written.addAll(List.of(launch.outputs()));
      }
      return () -> {
        kept.forEach((input, value) -> upload(value.bytes(), input));
        inOrder(launches).run();
      };
    }
  }

  /** Remembers its kernels, and asks them for their buffers when it runs. */
  private static final class LateArguments extends Replaying {
    LateArguments(BackendConfig config) {
      super(config);
    }

    @Override
    public Prepared prepare(Op op, List<ValueType> inputs) {
      return new Remembering((Kernel) super.prepare(op, inputs));
    }

    @Override
    Sequence recorded(List<Launch> launches) {
      return () -> launches.forEach(launch -> ((Remembering) launch.kernel()).last.run());
    }
  }

  private static final class Remembering implements Kernel {
    private final Kernel right;
    private Launch last;

    Remembering(Kernel right) {
      this.right = right;
    }

    @Override
    public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      last = new Launch("", right, inputs, outputs, scratch);
      last.run();
    }
  }

  private static final class KeptByKernels extends Replaying {
    private final Map<List<Kernel>, Sequence> kept = new HashMap<>();

    KeptByKernels(BackendConfig config) {
      super(config);
    }

    @Override
    Sequence recorded(List<Launch> launches) {
      List<Kernel> kernels = launches.stream().map(Launch::kernel).toList();
      return kept.computeIfAbsent(kernels, key -> inOrder(launches));
    }
  }

  private static final class WithoutLast extends Replaying {
    WithoutLast(BackendConfig config) {
      super(config);
    }

    @Override
    Sequence recorded(List<Launch> launches) {
      return inOrder(launches.subList(0, Math.max(0, launches.size() - 1)));
    }
  }

  private static final class Backwards extends Replaying {
    Backwards(BackendConfig config) {
      super(config);
    }

    @Override
    Sequence recorded(List<Launch> launches) {
      List<Launch> backwards = new ArrayList<>(launches);
      Collections.reverse(backwards);
      return inOrder(backwards);
    }
  }

  private static final class Once extends Replaying {
    Once(BackendConfig config) {
      super(config);
    }

    @Override
    Sequence recorded(List<Launch> launches) {
      return () -> {};
    }
  }

  /** What was recorded lies in one place, which the first to be closed empties. */
  private static final class FreeingAll extends Replaying {
    private final Set<Sequence> kept = new HashSet<>();

    FreeingAll(BackendConfig config) {
      super(config);
    }

    @Override
    Sequence recorded(List<Launch> launches) {
      Sequence replay =
          new Sequence() {
            @Override
            public void run() {
              if (kept.contains(this)) {
                inOrder(launches).run();
              }
            }

            @Override
            public void close() {
              kept.clear();
            }
          };
      kept.add(replay);
      return replay;
    }
  }
}
