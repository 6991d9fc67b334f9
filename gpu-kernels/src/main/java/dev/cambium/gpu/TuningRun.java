package dev.cambium.gpu;

import dev.cambium.spi.Buffer;
import dev.cambium.spi.Memory;
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
 * Runs some products with one tile after the other. Operands are small whole numbers, so that every
 * right result is the same to the bit; the first tile's result is what the others must give.
 */
final class TuningRun implements AutoCloseable {
  /** What is measured. */
  static final DType DTYPE = DType.FLOAT32;

  private static final Logger LOG = LoggerFactory.getLogger(TuningRun.class);

  private final GpuBackend backend;
  private final int rounds;
  private final List<Loaded> loaded = new ArrayList<>();
  private final List<Memory> memories = new ArrayList<>();

  /** A product with its operands on the device. */
  private record Loaded(
      TuningWorkload workload, Buffer[] inputs, Buffer[] outputs, List<HostArray> expected) {}

  TuningRun(GpuBackend backend, List<TuningWorkload> workloads, int rounds) {
    this.backend = backend;
    this.rounds = rounds;
    try {
      workloads.forEach(workload -> loaded.add(load(workload)));
    } catch (RuntimeException | Error failed) {
      close();
      throw failed;
    }
  }

  private Loaded load(TuningWorkload workload) {
    Random random = new Random(1);
    Buffer[] inputs =
        workload.inputs().stream().map(size -> upload(size, random)).toArray(Buffer[]::new);
    Buffer[] outputs = workload.outputs().stream().map(this::allocate).toArray(Buffer[]::new);
    return new Loaded(workload, inputs, outputs, new ArrayList<>());
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
  double nanoseconds(Tile tile) {
    double sum = 0;
    for (Loaded product : loaded) {
      sum += nanoseconds(product, tile);
    }
    return sum;
  }

  private double nanoseconds(Loaded product, Tile tile) {
    TuningWorkload workload = product.workload();
    Tiling tiling = Tiling.of(workload.size(), tile, backend.platform().device());
    try (GpuKernel kernel = workload.kernel().apply(tiling)) {
      long bytes = kernel.scratchBytes();
      Memory working = bytes == 0 ? null : backend.allocate(bytes);
      try {
        TensorType type = TensorType.of(DType.UINT8, Math.toIntExact(bytes));
        Buffer scratch = working == null ? null : backend.bind(working, type);
        Runnable run = () -> kernel.run(product.inputs(), product.outputs(), scratch);
        run.run();
        return isRight(product) ? median(run) : wrong(workload, tile);
      } finally {
        if (working != null) {
          backend.synchronize();
          working.close();
        }
      }
    } catch (DeviceLostException lost) {
      throw lost;
    } catch (GpuException unable) {
      LOG.warn("tile {} of {} does not run: {}", tile, workload.family(), unable.toString());
      return Double.POSITIVE_INFINITY;
    }
  }

  private static double wrong(TuningWorkload workload, Tile tile) {
    LOG.warn(
        "tile {} of {} gives another result than others for {}; it is not used. Please report this"
            + " with the device and its driver",
        tile,
        workload.family(),
        workload.size());
    return Double.POSITIVE_INFINITY;
  }

  private boolean isRight(Loaded product) {
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
