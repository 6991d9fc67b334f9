package dev.cambium.spi;

import static dev.cambium.spi.CheckingBackend.require;

import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A kernel of a {@link CheckingBackend}: its arguments are checked before each run. */
final class CheckedKernel implements LabelledKernel {
  /** Whether an output may share an input's memory. */
  @FunctionalInterface
  interface Aliasing {
    boolean allows(int output, int input);
  }

  private final CheckingBackend backend;
  private final Kernel kernel;
  private final String name;
  private final List<ValueType> preparedTypes;
  private final List<ValueType> inputTypes;
  private final List<ValueType> outputTypes;
  private final Aliasing aliasing;
  private volatile boolean closed;

  CheckedKernel(
      CheckingBackend backend,
      Kernel kernel,
      String name,
      List<ValueType> inputTypes,
      List<ValueType> outputTypes,
      Aliasing aliasing) {
    this.backend = backend;
    this.kernel = kernel;
    this.name = name;
    this.preparedTypes = List.copyOf(inputTypes);
    this.inputTypes = new ArrayList<>(inputTypes);
    this.outputTypes = List.copyOf(outputTypes);
    this.aliasing = aliasing;
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    run(new Launch(name, this, inputs, outputs, scratch));
  }

  @Override
  public void run(Launch launch) {
    Launch checked = checked(launch);
    if (!backend.isStrict()) {
      LabelledKernel.launch(checked);
      return;
    }
    poison(launch.inputs(), launch.outputs(), launch.scratch());
    LaunchWatch watch = watch(launch);
    watch.before();
    LabelledKernel.launch(checked);
    watch.after();
  }

  private LaunchWatch watch(Launch launch) {
    LaunchWatch watch = new LaunchWatch(launch.label());
    Buffer[] outputs = launch.outputs();
    for (int o = 0; o < outputs.length; o++) {
      if (outputs[o] instanceof CheckedBuffer output) {
        watch.writes("output " + o + ", " + output.type(), output, backend.bytes(output.type()));
      }
    }
    if (kernel.scratchBytes() > 0) {
      String role = "the scratch of " + kernel.scratchBytes() + " bytes";
      watch.writes(role, (CheckedBuffer) launch.scratch(), kernel.scratchBytes());
    }
    Buffer[] inputs = launch.inputs();
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i] instanceof CheckedBuffer input && kernel.reads(i)) {
        watch.reads("input " + i + ", " + input.type(), input, backend.bytes(input.type()));
      }
    }
    return watch;
  }

  /** The same launch of the other backend's kernel on the other backend's buffers. */
  Launch checked(Launch launch) {
    backend.requireOpen();
    if (closed) {
      throw new IllegalStateException("kernel " + name + " was closed");
    }
    Buffer[] inputs = open(launch.inputs(), inputTypes, "input");
    Buffer[] outputs = open(launch.outputs(), outputTypes, "output");
    Buffer scratch = null;
    if (kernel.scratchBytes() > 0) {
      require(launch.scratch() != null, name + " needs scratch, got none");
      CheckedBuffer own = backend.own(launch.scratch());
      require(
          own.memory().bytes() - own.offset() >= kernel.scratchBytes(),
          name
              + " needs "
              + kernel.scratchBytes()
              + " bytes of scratch, got "
              + (own.memory().bytes() - own.offset()));
      scratch = own.open();
    }
    checkAliasing(launch);
    return new Launch(launch.label(), kernel, inputs, outputs, scratch);
  }

  private Buffer[] open(Buffer[] buffers, List<ValueType> types, String role) {
    require(
        buffers.length == types.size(),
        name + " has " + types.size() + " " + role + "s, got " + buffers.length);
    Buffer[] open = new Buffer[buffers.length];
    for (int i = 0; i < buffers.length; i++) {
      boolean needless =
          backend.isEmpty(types.get(i)) || (role.equals("input") && !kernel.reads(i));
      if (buffers[i] == null && needless) {
        continue;
      }
      CheckedBuffer own = backend.own(buffers[i]);
      require(
          own.type().equals(types.get(i)),
          name + ": " + role + " " + i + " was " + own.type() + ", prepared for " + types.get(i));
      open[i] = own.open();
    }
    return open;
  }

  private void checkAliasing(Launch launch) {
    Buffer[] outputs = launch.outputs();
    for (int o = 0; o < outputs.length; o++) {
      for (int other = 0; other < o; other++) {
        require(
            !share(outputs[o], outputs[other]),
            name + ": outputs " + other + " and " + o + " share memory");
      }
      require(!share(outputs[o], launch.scratch()), name + ": output " + o + " is the scratch");
      for (int i = 0; i < inputTypes.size(); i++) {
        require(
            !kernel.reads(i)
                || !share(outputs[o], launch.inputs()[i])
                || (aliasing.allows(o, i) && same(outputs[o], launch.inputs()[i])),
            name + ": output " + o + " must not share memory with input " + i);
      }
    }
    for (int i = 0; i < inputTypes.size(); i++) {
      require(
          !share(launch.inputs()[i], launch.scratch()), name + ": input " + i + " is the scratch");
    }
  }

  /** Whether both have a byte in common; values without elements may be anywhere. */
  private boolean share(Buffer a, Buffer b) {
    return a instanceof CheckedBuffer one
        && b instanceof CheckedBuffer other
        && one.memory() == other.memory()
        && backend.range(one).overlaps(backend.range(other));
  }

  /** Whether two that share memory are the same value. */
  private static boolean same(Buffer a, Buffer b) {
    return ((CheckedBuffer) a).offset() == ((CheckedBuffer) b).offset()
        && a.type().equals(b.type());
  }

  private void poison(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    for (Buffer output : outputs) {
      if (output != null && !holdsInput(output, inputs)) {
        backend.poison((CheckedBuffer) output);
      }
    }
    if (kernel.scratchBytes() > 0) {
      backend.poison((CheckedBuffer) scratch);
    }
  }

  private boolean holdsInput(Buffer output, Buffer[] inputs) {
    return IntStream.range(0, inputs.length)
        .anyMatch(i -> kernel.reads(i) && share(inputs[i], output));
  }

  @Override
  public long scratchBytes() {
    return kernel.scratchBytes();
  }

  @Override
  public boolean reads(int input) {
    return kernel.reads(input);
  }

  @Override
  public Opaque cache(int output) {
    return kernel.cache(output);
  }

  /** From now on the input is expected to be packed. */
  @Override
  public Optional<Packer> packer(int input) {
    return kernel
        .packer(input)
        .map(
            packer -> {
              inputTypes.set(input, packer.type());
              CheckedKernel checked =
                  new CheckedKernel(
                      backend,
                      packer.kernel(),
                      "packer of " + name,
                      List.of(preparedTypes.get(input)),
                      List.of(packer.type()),
                      (output, source) -> false);
              return new Packer(checked, packer.type());
            });
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      kernel.close();
    }
  }
}
