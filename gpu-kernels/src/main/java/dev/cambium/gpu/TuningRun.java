package dev.cambium.gpu;

import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.spi.Packer;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs some products in one variant of their kernels after the other. Operands are small whole
 * numbers, so that every right result is the same to the bit. Before each run the results are NaN;
 * what two variants then give, independently of each other and without NaN, is what the others must
 * give.
 */
final class TuningRun<V extends Enum<V>> implements AutoCloseable {
  /** What is measured. */
  static final DType DTYPE = DType.FLOAT32;

  private static final Logger LOG = LoggerFactory.getLogger(TuningRun.class);

  private final GpuBackend backend;
  private final List<V> candidates;
  private final SteadyTime time;
  private final List<Loaded<V>> loaded = new ArrayList<>();
  private final List<Memory> memories = new ArrayList<>();
  private boolean fits = true;

  /** A product with its operands on the device; nothing is expected where no two variants agree. */
  private record Loaded<V extends Enum<V>>(
      TuningWorkload<V> workload, Buffer[] inputs, Buffer[] outputs, List<ByteBuffer> expected) {}

  /**
   * Loads the operands. Where the device has no memory for them, no variant runs.
   *
   * @param candidates the tiles that are asked for what is right
   * @param rounds how often each product is timed
   */
  TuningRun(GpuBackend backend, List<TuningWorkload<V>> workloads, List<V> candidates, int rounds) {
    this.backend = backend;
    this.candidates = List.copyOf(candidates);
    this.time = new SteadyTime(backend.platform().context(), rounds);
    try {
      for (TuningWorkload<V> workload : workloads) {
        Loaded<V> product = load(workload);
        loaded.add(product);
        expect(product);
      }
    } catch (OutOfMemoryException full) {
      LOG.warn("no variant runs, for want of memory: {}", full.toString());
      fits = false;
    } catch (RuntimeException | Error failed) {
      try {
        close();
      } catch (RuntimeException alsoFailed) {
        failed.addSuppressed(alsoFailed);
      }
      throw failed;
    }
  }

  private Loaded<V> load(TuningWorkload<V> workload) {
    Random random = new Random(1);
    Buffer[] inputs =
        workload.inputs().stream().map(size -> upload(size, random)).toArray(Buffer[]::new);
    Buffer[] outputs = workload.outputs().stream().map(this::allocate).toArray(Buffer[]::new);
    return new Loaded<>(workload, inputs, outputs, new ArrayList<>());
  }

  private Buffer upload(long size, Random random) {
    Buffer buffer = allocate(size);
    HostArray values = HostArray.allocate(type(size));
    for (int i = 0; i < size; i++) {
      values.set(i, random.nextInt(3) - 1);
    }
    backend.upload(values.bytes(), buffer);
    return buffer;
  }

  private static TensorType type(long size) {
    return new TensorType(DTYPE, Shape.of(Math.toIntExact(size)));
  }

  private Buffer allocate(long size) {
    return bind(type(size));
  }

  private Buffer bind(ValueType type) {
    Memory memory = backend.allocate(backend.bytes(type));
    memories.add(memory);
    return backend.bind(memory, type);
  }

  /**
   * The sum over all products of the median {@linkplain SteadyTime time}; infinite when one of them
   * does not run or is wrong.
   */
  double nanoseconds(V variant) {
    double sum = fits ? 0 : Double.POSITIVE_INFINITY;
    for (Loaded<V> product : fits ? loaded : List.<Loaded<V>>of()) {
      sum += nanoseconds(product, variant);
    }
    return sum;
  }

  private double nanoseconds(Loaded<V> product, V variant) {
    try {
      return with(
          product,
          variant,
          run ->
              results(product, run).equals(product.expected())
                  ? median(run)
                  : wrong(product, variant));
    } catch (DeviceLostException lost) {
      throw lost;
    } catch (GpuException | OutOfMemoryException unable) {
      LOG.warn(
          "variant {} of {} does not run: {}",
          variant,
          product.workload().subject().words(),
          unable.toString());
      return Double.POSITIVE_INFINITY;
    }
  }

  /** Gives {@code use} what runs the product with this tile. */
  private <T> T with(Loaded<V> product, V variant, Function<Runnable, T> use) {
    TuningWorkload<V> workload = product.workload();
    try (GpuKernel kernel = workload.kernel().apply(variant);
        Scratch scratch = new Scratch(kernel.scratchBytes());
        Inputs inputs = new Inputs(kernel, product.inputs())) {
      return use.apply(() -> kernel.run(inputs.buffers, product.outputs(), scratch.buffer));
    }
  }

  /** The inputs as a kernel takes them: weights re-laid by its packer, which is not timed. */
  private final class Inputs implements AutoCloseable {
    private final List<Memory> memory = new ArrayList<>();
    private final Buffer[] buffers;

    Inputs(Kernel kernel, Buffer[] plain) {
      buffers = plain.clone();
      try {
        for (int i = 0; i < plain.length; i++) {
          Packer packer = kernel.packer(i).orElse(null);
          if (packer != null) {
            pack(packer, i);
          }
        }
      } catch (RuntimeException | Error failed) {
        close();
        throw failed;
      }
    }

    private void pack(Packer packer, int input) {
      memory.add(backend.allocate(backend.bytes(packer.type())));
      Buffer[] plain = {buffers[input]};
      buffers[input] = backend.bind(memory.get(memory.size() - 1), packer.type());
      try (Kernel packing = packer.kernel();
          Scratch scratch = new Scratch(packing.scratchBytes())) {
        packing.run(plain, new Buffer[] {buffers[input]}, scratch.buffer);
        backend.synchronize();
      }
    }

    @Override
    public void close() {
      free(memory);
    }
  }

  /** Working memory, freed when the device is done with it. */
  private final class Scratch implements AutoCloseable {
    private final List<Memory> memory = new ArrayList<>();
    private final Buffer buffer;

    Scratch(long bytes) {
      if (bytes > 0) {
        memory.add(backend.allocate(bytes));
      }
      TensorType type = TensorType.of(DType.UINT8, Math.toIntExact(bytes));
      buffer = bytes > 0 ? backend.bind(memory.get(0), type) : null;
    }

    @Override
    public void close() {
      free(memory);
    }
  }

  /** Finds out what is right: what two variants agree on, or what the only one that runs gives. */
  private void expect(Loaded<V> product) {
    List<List<ByteBuffer>> seen = new ArrayList<>();
    for (V variant : candidates) {
      List<ByteBuffer> results = trial(product, variant);
      if (seen.contains(results)) {
        product.expected().addAll(results);
        return;
      }
      if (!results.isEmpty()) {
        seen.add(results);
      }
    }
    if (seen.size() == 1) {
      product.expected().addAll(seen.get(0));
    } else {
      LOG.warn("no two variants agree on {}", product.workload().product());
    }
  }

  /** What a tile gives; nothing where it does not run, or leaves something out. */
  private List<ByteBuffer> trial(Loaded<V> product, V variant) {
    try {
      List<ByteBuffer> results = with(product, variant, run -> results(product, run));
      return results.stream().allMatch(TuningRun::isWhole) ? results : List.of();
    } catch (DeviceLostException lost) {
      throw lost;
    } catch (GpuException | OutOfMemoryException unable) {
      LOG.debug("variant {} is not asked for what is right", variant, unable);
      return List.of();
    }
  }

  private static boolean isWhole(ByteBuffer results) {
    FloatBuffer values = results.order(ByteOrder.nativeOrder()).asFloatBuffer();
    while (values.hasRemaining()) {
      if (Float.isNaN(values.get())) {
        return false;
      }
    }
    return true;
  }

  private double wrong(Loaded<V> product, V variant) {
    TuningWorkload<V> workload = product.workload();
    LOG.warn(
        "variant {} of {} gives another result than others for {}; it is not used. Please report"
            + " this with the device and its driver",
        variant,
        workload.subject().words(),
        workload.product());
    return Double.POSITIVE_INFINITY;
  }

  /** The results of one run, NaN where it wrote nothing. */
  private List<ByteBuffer> results(Loaded<V> product, Runnable run) {
    for (Buffer output : product.outputs()) {
      backend.fill(output, Double.NaN);
    }
    run.run();
    List<ByteBuffer> results = new ArrayList<>();
    for (int i = 0; i < product.outputs().length; i++) {
      HostArray values = HostArray.allocate(type(product.workload().outputs().get(i)));
      backend.download(product.outputs()[i], values.bytes());
      results.add(values.bytes());
    }
    return results;
  }

  private double median(Runnable run) {
    return backend.platform().inOrder(() -> time.nanoseconds(run));
  }

  @Override
  public void close() {
    free(memories);
  }

  /** Waits, and frees: also when the device is lost. */
  private void free(List<Memory> all) {
    try {
      backend.synchronize();
    } finally {
      all.forEach(Memory::close);
      all.clear();
    }
  }
}
