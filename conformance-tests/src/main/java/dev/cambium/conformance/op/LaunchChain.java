package dev.cambium.conformance.op;

import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Packer;
import dev.cambium.spi.Sequence;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Operations on numbered values, whose kernels are prepared once and run in any number of places.
 * An operation that the backend has no kernel for is left out, and so is what reads its outputs.
 */
final class LaunchChain implements AutoCloseable {
  /** The label of what re-lays an input. */
  static final String PACK = "Pack";

  /**
   * An operation.
   *
   * @param op what is computed
   * @param inputs the numbers of the values that it reads
   * @param outputs the numbers of those that it writes, which may be among those that it reads
   */
  record Link(Op op, List<Integer> inputs, List<Integer> outputs) {}

  /** A link with its kernel, and those that re-lay inputs of it. */
  private record Ready(Link link, Kernel kernel, Map<Integer, Packer> packers) {}

  private final Backend backend;
  private final List<TensorType> types;
  private final List<Ready> ready = new ArrayList<>();
  private final List<Kernel> kernels = new ArrayList<>();

  /**
   * Prepares the kernels, one for all links of an operation on the same types.
   *
   * @param types of the values, by their numbers
   */
  LaunchChain(Backend backend, List<TensorType> types, List<Link> links) {
    this.backend = backend;
    this.types = List.copyOf(types);
    Map<List<Object>, Ready> prepared = new HashMap<>();
    List<Integer> missing = new ArrayList<>();
    for (Link link : links) {
      List<ValueType> inputs = link.inputs().stream().map(i -> (ValueType) types.get(i)).toList();
      Ready first =
          prepared.computeIfAbsent(List.of(link.op(), inputs), key -> ready(link, inputs));
      if (first.kernel() == null || link.inputs().stream().anyMatch(missing::contains)) {
        missing.addAll(link.outputs());
      } else {
        ready.add(new Ready(link, first.kernel(), first.packers()));
      }
    }
  }

  private Ready ready(Link link, List<ValueType> inputs) {
    Map<Integer, Packer> packers = new LinkedHashMap<>();
    if (!(backend.prepare(link.op(), inputs) instanceof Kernel kernel)) {
      return new Ready(link, null, packers);
    }
    kernels.add(kernel);
    for (int input = 0; input < inputs.size(); input++) {
      int packed = input;
      kernel.packer(input).ifPresent(packer -> packers.put(packed, packer));
    }
    packers.values().forEach(packer -> kernels.add(packer.kernel()));
    return new Ready(link, kernel, packers);
  }

  /** The links that the backend has kernels for. */
  List<Link> links() {
    return ready.stream().map(Ready::link).toList();
  }

  @Override
  public void close() {
    kernels.forEach(Kernel::close);
  }

  /** Memory for all values, and the launches on it. */
  final class Place implements AutoCloseable {
    private final Memory memory;
    private final Buffer[] values = new Buffer[types.size()];
    private final List<Launch> launches = new ArrayList<>();
    private long used;

    Place() {
      long bytes = types.stream().mapToLong(this::room).sum();
      long most = 0;
      for (Ready link : ready) {
        bytes += link.packers().values().stream().mapToLong(packer -> room(packer.type())).sum();
        most = Math.max(most, link.kernel().scratchBytes());
      }
      Opaque scratch = new Scratch(most);
      memory = backend.allocate(bytes + room(scratch));
      for (int i = 0; i < values.length; i++) {
        values[i] = next(types.get(i));
      }
      Buffer working = most == 0 ? null : next(scratch);
      ready.forEach(link -> add(link, working));
    }

    private long room(ValueType type) {
      return (backend.bytes(type) + Backend.ALIGNMENT - 1) / Backend.ALIGNMENT * Backend.ALIGNMENT;
    }

    private Buffer next(ValueType type) {
      Buffer buffer = backend.bind(memory, used, type);
      used += room(type);
      return buffer;
    }

    private void add(Ready link, Buffer working) {
      Buffer[] inputs = link.link().inputs().stream().map(i -> values[i]).toArray(Buffer[]::new);
      Buffer[] outputs = link.link().outputs().stream().map(i -> values[i]).toArray(Buffer[]::new);
      link.packers()
          .forEach(
              (input, packer) -> {
                Buffer[] from = {inputs[input]};
                Buffer[] to = {next(packer.type())};
                inputs[input] = to[0];
                launches.add(new Launch(PACK, packer.kernel(), from, to, working));
              });
      String label = link.link().op().name();
      launches.add(new Launch(label, link.kernel(), inputs, outputs, working));
    }

    List<Launch> launches() {
      return launches;
    }

    /** All launches as the backend runs them many times. */
    Sequence sequence() {
      return backend.sequence(launches);
    }

    /** All launches, each on its own. */
    void launch() {
      launches.forEach(Launch::run);
    }

    Buffer buffer(int value) {
      return values[value];
    }

    void upload(int value, HostArray numbers) {
      backend.upload(numbers.bytes(), values[value]);
    }

    HostArray download(int value) {
      HostArray got = HostArray.allocate(types.get(value));
      backend.download(values[value], got.bytes());
      return got;
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  private record Scratch(long bytes) implements Opaque {}
}
