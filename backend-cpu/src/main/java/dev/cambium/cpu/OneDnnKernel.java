package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import dev.cambium.spi.Buffer;
import dev.cambium.spi.Packer;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * A kernel made of oneDNN primitives that run one after the other. Each argument of each primitive
 * is an input, an output, or a region of the working memory; after the first run on the same
 * buffers nothing is left to do but the native calls.
 */
final class OneDnnKernel extends CpuKernel {
  private final CpuPlatform platform;
  private final Step[] steps;
  private final long scratchBytes;
  private final Map<Integer, Packer> packers;
  private final Map<Integer, Opaque> caches;
  private volatile boolean closed;

  private OneDnnKernel(Builder builder) {
    super(builder.platform);
    platform = builder.platform;
    packers = Map.copyOf(builder.packers);
    caches = Map.copyOf(builder.caches);
    steps = new Step[builder.primitives.size()];
    long pad = 0;
    for (int i = 0; i < steps.length; i++) {
      steps[i] = builder.primitives.get(i).build(platform);
      pad = Math.max(pad, steps[i].primitive.scratchBytes());
    }
    for (Step step : steps) {
      step.padOffset = builder.regionBytes;
    }
    scratchBytes = builder.regionBytes + pad;
    platform.open(this);
  }

  @Override
  void execute(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    if (closed) {
      throw new IllegalStateException("a kernel of the cpu backend is used after it was closed");
    }
    for (Step step : steps) {
      step.run(inputs, outputs, scratch);
    }
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public boolean reads(int input) {
    for (Step step : steps) {
      if (step.reads(input)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Opaque cache(int output) {
    return caches.getOrDefault(output, Opaque.NONE);
  }

  @Override
  public Optional<Packer> packer(int input) {
    return Optional.ofNullable(packers.get(input));
  }

  @Override
  public void close() {
    if (!closed) {
      platform.thread().run(this::destroy);
    }
  }

  /** Frees everything; on the submission thread. */
  void destroy() {
    if (closed) {
      return;
    }
    closed = true;
    platform.closed(this);
    for (Step step : steps) {
      step.primitive.close();
    }
    packers.values().forEach(packer -> packer.kernel().close());
  }

  /** Where an argument of a primitive comes from. */
  private enum Place {
    INPUT,
    OUTPUT,
    SCRATCH
  }

  /** An argument: {@code at} is an index of the inputs or outputs, or an offset in the scratch. */
  private record Argument(int id, Place place, long at, ValueType type) {}

  private static final class Step {
    private final OneDnnPrimitive primitive;
    private final Argument[] arguments;
    private long padOffset;

    Step(OneDnnPrimitive primitive, Argument[] arguments) {
      this.primitive = primitive;
      this.arguments = arguments;
    }

    boolean reads(int input) {
      for (Argument argument : arguments) {
        if (argument.place == Place.INPUT && argument.at == input) {
          return true;
        }
      }
      return false;
    }

    void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      for (int i = 0; i < arguments.length; i++) {
        Argument argument = arguments[i];
        switch (argument.place) {
          case INPUT -> bind(i, argument, CpuBuffer.of(inputs[(int) argument.at]));
          case OUTPUT -> bind(i, argument, CpuBuffer.of(outputs[(int) argument.at]));
          case SCRATCH -> primitive.bind(i, CpuBuffer.of(scratch).address() + argument.at);
        }
      }
      if (primitive.scratchBytes() > 0) {
        primitive.bindScratch(CpuBuffer.of(scratch).address() + padOffset);
      }
      primitive.execute();
    }

    private void bind(int slot, Argument argument, CpuBuffer buffer) {
      long address = buffer.address();
      if (primitive.bound(slot) != address) {
        if (!buffer.type().equals(argument.type)) {
          throw new IllegalArgumentException(
              "a kernel that was prepared for "
                  + argument.type
                  + " was run on "
                  + buffer.type()
                  + "; run its packers first, and prepare it for the types that it runs on");
        }
        primitive.bind(slot, address);
      }
    }
  }

  /** Collects the primitives of a kernel. */
  static final class Builder {
    private final CpuPlatform platform;
    private final List<ValueType> inputs;
    private final List<? extends ValueType> outputs;
    private final List<PrimitiveBuilder> primitives = new ArrayList<>();
    private final Map<Integer, Packer> packers = new HashMap<>();
    private final Map<Integer, Opaque> caches = new HashMap<>();
    private long regionBytes;

    /** A kernel with these types of inputs and outputs. */
    Builder(CpuPlatform platform, List<ValueType> inputs, List<? extends ValueType> outputs) {
      this.platform = platform;
      this.inputs = inputs;
      this.outputs = outputs;
    }

    /** Adds a primitive to run after those before. */
    PrimitiveBuilder then(String what, dnnl_primitive_desc description) {
      PrimitiveBuilder primitive = new PrimitiveBuilder(this, what, description);
      primitives.add(primitive);
      return primitive;
    }

    /** A region of working memory for a value of this layout. */
    long region(dnnl_memory_desc layout) {
      long offset = regionBytes;
      long align = MemoryLedger.ALIGNMENT;
      regionBytes += (Descriptors.bytes(layout) + align - 1) / align * align;
      return offset;
    }

    /** Input {@code input} is stored as {@code stored}, and wanted as {@code wanted}. */
    void pack(
        Descriptors descriptors, int input, dnnl_memory_desc stored, dnnl_memory_desc wanted) {
      if (Descriptors.same(stored, wanted)) {
        return;
      }
      OneDnnLayout layout = new OneDnnLayout(wanted);
      Builder builder = new Builder(platform, List.of(inputs.get(input)), List.of(layout));
      builder
          .then("a packing", descriptors.reorder(stored, wanted))
          .input(DNNL_ARG_FROM, 0)
          .output(DNNL_ARG_TO, 0);
      packers.put(input, new Packer(builder.build(), layout));
    }

    /**
     * Argument {@code id} of {@code run} is output {@code output}, which is stored as {@code
     * stored}: directly, or through a region and a reorder where the primitive likes another
     * layout.
     */
    void unpack(
        Descriptors descriptors,
        PrimitiveBuilder run,
        int id,
        int output,
        dnnl_memory_desc stored) {
      dnnl_memory_desc given = descriptors.of(run.description, id);
      if (Descriptors.same(stored, given)) {
        run.output(id, output);
        return;
      }
      long region = region(given);
      run.scratch(id, region);
      then("an unpacking", descriptors.reorder(given, stored))
          .scratch(DNNL_ARG_FROM, region)
          .output(DNNL_ARG_TO, output);
    }

    /** Output {@code output} is a cache of this layout. */
    void cache(int output, dnnl_memory_desc layout) {
      caches.put(output, new OneDnnLayout(layout));
    }

    /** The kernel; its primitives are created now. */
    OneDnnKernel build() {
      return new OneDnnKernel(this);
    }
  }

  /** Collects the arguments of a primitive. */
  static final class PrimitiveBuilder {
    private final Builder kernel;
    private final String what;
    private final dnnl_primitive_desc description;
    private final List<Argument> arguments = new ArrayList<>();

    private PrimitiveBuilder(Builder kernel, String what, dnnl_primitive_desc description) {
      this.kernel = kernel;
      this.what = what;
      this.description = description;
    }

    /** Argument {@code id} is input {@code index} of the kernel, packed if it has a packer. */
    PrimitiveBuilder input(int id, int index) {
      Packer packer = kernel.packers.get(index);
      ValueType type = packer == null ? kernel.inputs.get(index) : packer.type();
      arguments.add(new Argument(id, Place.INPUT, index, type));
      return this;
    }

    /** Argument {@code id} is output {@code index} of the kernel. */
    PrimitiveBuilder output(int id, int index) {
      Opaque cache = kernel.caches.get(index);
      ValueType type = cache == null ? kernel.outputs.get(index) : cache;
      arguments.add(new Argument(id, Place.OUTPUT, index, type));
      return this;
    }

    /** Argument {@code id} is a region of working memory. */
    PrimitiveBuilder scratch(int id, long region) {
      arguments.add(new Argument(id, Place.SCRATCH, region, null));
      return this;
    }

    private Step build(CpuPlatform platform) {
      List<Integer> ids = arguments.stream().map(Argument::id).toList();
      OneDnnPrimitive primitive = new OneDnnPrimitive(platform, what, description, ids);
      return new Step(primitive, arguments.toArray(Argument[]::new));
    }
  }
}
