package dev.cambium.gpu;

import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Packer;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs some products in one variant of their kernels after the other. Operands are small whole
 * numbers, so that every right result is the same to the bit; the first variant's result is what
 * the others must give.
 */
final class TuningRun<V extends Enum<V>> implements AutoCloseable {
  /** What is measured. */
  static final DType DTYPE = DType.FLOAT32;

  private static final Logger LOG = LoggerFactory.getLogger(TuningRun.class);

  private final GpuBackend backend;
  private final int rounds;
  private final List<Loaded<V>> loaded = new ArrayList<>();
  private final List<Memory> memories = new ArrayList<>();

  /** A product with its operands on the device. */
  private record Loaded<V extends Enum<V>>(
      TuningWorkload<V> workload, Buffer[] inputs, Buffer[] outputs, List<HostArray> expected) {}

  TuningRun(GpuBackend backend, List<TuningWorkload<V>> workloads, int rounds) {
    this.backend = backend;
    this.rounds = rounds;
    try {
      workloads.forEach(workload -> loaded.add(load(workload)));
    } catch (RuntimeException | Error failed) {
      close();
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
   * The sum over all products of the median time; infinite when one of them does not run or is
   * wrong.
   */
  double nanoseconds(V variant) {
    double sum = 0;
    for (Loaded<V> product : loaded) {
      sum += nanoseconds(product, variant);
    }
    return sum;
  }

  private double nanoseconds(Loaded<V> product, V variant) {
    TuningWorkload<V> workload = product.workload();
    int kept = memories.size();
    try (GpuKernel kernel = workload.kernel().apply(variant)) {
      try {
        Buffer[] inputs = packed(kernel, product.inputs());
        Buffer scratch = scratch(kernel);
        Runnable run = () -> kernel.run(inputs, product.outputs(), scratch);
        run.run();
        return isRight(product) ? median(run) : wrong(workload, variant);
      } finally {
        backend.synchronize();
        List<Memory> working = memories.subList(kept, memories.size());
        working.forEach(Memory::close);
        working.clear();
      }
    } catch (DeviceLostException lost) {
      throw lost;
    } catch (GpuException unable) {
      LOG.warn("{} in {} do not run: {}", workload.subject().words(), variant, unable.toString());
      return Double.POSITIVE_INFINITY;
    }
  }

  /** The inputs as the kernel takes them. */
  private Buffer[] packed(Kernel kernel, Buffer[] inputs) {
    Buffer[] packed = inputs.clone();
    for (int i = 0; i < inputs.length; i++) {
      Packer packer = kernel.packer(i).orElse(null);
      if (packer != null) {
        packed[i] = bind(packer.type());
        try (Kernel packing = packer.kernel()) {
          packing.run(new Buffer[] {inputs[i]}, new Buffer[] {packed[i]}, scratch(packing));
          backend.synchronize();
        }
      }
    }
    return packed;
  }

  private Buffer scratch(Kernel kernel) {
    long bytes = kernel.scratchBytes();
    return bytes == 0 ? null : bind(TensorType.of(DType.UINT8, Math.toIntExact(bytes)));
  }

  private double wrong(TuningWorkload<V> workload, V variant) {
    LOG.warn(
        "{} in {} give another result than in {} for {}, which is not used. Please report this with"
            + " the device and its driver",
        workload.subject().words(),
        variant,
        workload.subject().candidates().get(0),
        workload.product());
    return Double.POSITIVE_INFINITY;
  }

  private boolean isRight(Loaded<V> product) {
    List<HostArray> got = new ArrayList<>();
    for (int i = 0; i < product.outputs().length; i++) {
      HostArray values = HostArray.allocate(type(product.workload().outputs().get(i)));
      backend.download(product.outputs()[i], values.bytes());
      got.add(values);
    }
    if (product.expected().isEmpty()) {
      product.expected().addAll(got);
      return true;
    }
    for (int i = 0; i < got.size(); i++) {
      if (!got.get(i).bytes().equals(product.expected().get(i).bytes())) {
        return false;
      }
    }
    return true;
  }

  private double median(Runnable run) {
    double[] times = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      times[i] = backend.busyNanoseconds(run);
    }
    Arrays.sort(times);
    return Math.max(1, times[rounds / 2]);
  }

  @Override
  public void close() {
    backend.synchronize();
    memories.forEach(Memory::close);
    memories.clear();
  }
}
