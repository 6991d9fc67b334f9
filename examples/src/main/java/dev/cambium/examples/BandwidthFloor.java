package dev.cambium.examples;

import dev.cambium.op.Activate;
import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Activation;
import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Size2d;
import dev.cambium.op.Window2d;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far the kernels that memory bounds are from what memory allows: batch normalisation, ReLU and
 * pooling, each on its own, against a copy of the same size on the same device. A kernel's floor is
 * the time in which a copy moves as many bytes as the kernel's inputs and outputs have, each once;
 * inputs that it does not read are left out, its caches are not. By the device's clock where it has
 * one.
 */
final class BandwidthFloor implements AutoCloseable {
  private static final int CHANNELS = 32;
  private static final int SIDE = 32;
  private static final double EPSILON = 1e-5;
  private static final long SEED = 1;

  /** Long enough that neither the clock nor the launch of one kernel shows. */
  private static final double NANOSECONDS = 2e6;

  private static final int MOST_REPEATS = 1000;

  /** A value: what it is and where. */
  private record Cell(ValueType type, Buffer buffer) {}

  /** What is measured: work that moves so many bytes at least. */
  private static final class Line {
    final String name;
    final long bytes;
    final Runnable work;
    final List<Double> nanoseconds = new ArrayList<>();
    int repeats = 1;

    Line(String name, long bytes, Runnable work) {
      this.name = name;
      this.bytes = bytes;
      this.work = work;
    }

    double bytesPerNanosecond() {
      return bytes / BenchCommand.median(nanoseconds);
    }
  }

  private final Backend backend;
  private final TensorType images;
  private final Resources resources = new Resources();
  private final Map<String, Cell> cells = new TreeMap<>();
  private final List<Line> lines = new ArrayList<>();

  /** Prepares all of it for {@code batch} images of 32 channels and 32x32 pixels. */
  BandwidthFloor(Backend backend, int batch) {
    this.backend = backend;
    this.images = TensorType.float32(batch, CHANNELS, SIDE, SIDE);
    try {
      prepare();
    } catch (RuntimeException | Error failed) {
      resources.closeAfter(failed);
      throw failed;
    }
  }

  private void prepare() {
    TensorType half = TensorType.float32(images.shape().dim(0), CHANNELS, SIDE / 2, SIDE / 2);
    TensorType channels = TensorType.float32(CHANNELS);
    random("x", images);
    random("dy", images);
    random("dp", half);
    random("gamma", channels);
    random("beta", channels);
    cells.put("copy", allocated(images));
    Cell from = cells.get("x");
    Cell to = cells.get("copy");
    lines.add(new Line("copy", 2 * images.bytes(), () -> backend.copy(from.buffer(), to.buffer())));
    normalisation();
    activation();
    pooling();
  }

  private void normalisation() {
    Activation relu = Activation.RELU;
    add(
        "batch norm + ReLU, training",
        new BatchNormTraining(EPSILON, relu),
        List.of("x", "gamma", "beta"),
        List.of("y", "mean", "variance", "workspace"));
    add(
        "batch norm + ReLU, backward",
        new BatchNormBackward(EPSILON, relu),
        List.of("dy", "x", "y", "gamma", "mean", "variance", "workspace"),
        List.of("dx", "dgamma", "dbeta"));
    add(
        "batch norm + ReLU, inference",
        new BatchNormInference(EPSILON, relu),
        List.of("x", "gamma", "beta", "mean", "variance"),
        List.of("y.inference"));
  }

  private void activation() {
    add("ReLU", new Activate(Activation.RELU), List.of("x"), List.of("relu"));
    add(
        "ReLU, backward",
        new ActivateGradient(Activation.RELU),
        List.of("dy", "relu"),
        List.of("drelu"));
  }

  private void pooling() {
    Window2d window = Window2d.of(2);
    add("max pooling 2x2", new MaxPooling(window), List.of("x"), List.of("max", "chosen"));
    add(
        "max pooling 2x2, backward",
        new MaxPoolingBackward(window),
        List.of("dp", "x", "chosen"),
        List.of("dmax"));
    add("average pooling 2x2", new AveragePooling(window, false), List.of("x"), List.of("average"));
    add(
        "average pooling 2x2, backward",
        new AveragePoolingBackward(window, false, new Size2d(SIDE, SIDE)),
        List.of("dp"),
        List.of("daverage"));
  }

  private void random(String name, TensorType type) {
    RandomStream random = new RandomStream(SEED, name);
    float[] values = new float[type.shape().intSize()];
    int fresh = Math.min(values.length, 1 << 20);
    for (int i = 0; i < values.length; i++) {
      values[i] = i < fresh ? (float) random.nextGaussian() : values[i - fresh];
    }
    Cell cell = allocated(type);
    backend.upload(HostArray.of(type.shape(), values).bytes(), cell.buffer());
    cells.put(name, cell);
  }

  private Cell allocated(ValueType type) {
    Memory memory = backend.allocate(Math.max(1, backend.bytes(type)));
    resources.add(memory::close);
    return new Cell(type, backend.bind(memory, type));
  }

  /** Prepares a kernel, and runs it once, as those after it read what it computes. */
  private void add(String name, Op op, List<String> inputs, List<String> outputs) {
    List<Cell> in = inputs.stream().map(cells::get).toList();
    List<ValueType> types = in.stream().map(Cell::type).toList();
    Prepared prepared = backend.prepare(op, types);
    if (!(prepared instanceof Kernel kernel)) {
      String reason = prepared instanceof Declined declined ? declined.reason() : "it is a view";
      throw new IllegalArgumentException(
          "--floor measures kernels of the device, and the backend "
              + backend.name()
              + " has none for "
              + name
              + ": "
              + reason);
    }
    resources.add(kernel::close);
    long bytes = 0;
    for (int i = 0; i < in.size(); i++) {
      bytes += kernel.reads(i) ? bytes(types.get(i)) : 0;
    }
    List<ValueType> results = op.infer(types);
    Buffer[] out = new Buffer[results.size()];
    for (int i = 0; i < out.length; i++) {
      Cell cell = allocated(results.get(i) instanceof Opaque ? kernel.cache(i) : results.get(i));
      cells.put(outputs.get(i), cell);
      out[i] = cell.buffer();
      bytes += bytes(cell.type());
    }
    Buffer[] read = in.stream().map(Cell::buffer).toArray(Buffer[]::new);
    Buffer scratch = scratch(kernel.scratchBytes());
    Runnable work = () -> kernel.run(read, out, scratch);
    work.run();
    lines.add(new Line(name, bytes, work));
  }

  private Buffer scratch(long bytes) {
    return bytes == 0
        ? null
        : allocated(TensorType.of(DType.UINT8, Math.toIntExact(bytes))).buffer();
  }

  private static long bytes(ValueType type) {
    return type instanceof TensorType tensor ? tensor.bytes() : ((Opaque) type).bytes();
  }

  /** Runs everything in turn; the first round finds out how often, and does not count. */
  void round(boolean counts) {
    for (Line line : lines) {
      double total = backend.busyNanoseconds(() -> repeat(line));
      double each = Math.max(1, total / line.repeats);
      if (counts) {
        line.nanoseconds.add(each);
      }
      line.repeats = (int) Math.max(1, Math.min(MOST_REPEATS, Math.ceil(NANOSECONDS / each)));
    }
  }

  private static void repeat(Line line) {
    for (int i = 0; i < line.repeats; i++) {
      line.work.run();
    }
  }

  /** A table in Markdown: a row for each kernel. */
  List<String> table() {
    double copy = lines.get(0).bytesPerNanosecond();
    List<String> table = new ArrayList<>();
    table.add("| on " + images.shape() + " | moves at least, MB | µs | GB/s | times the floor |");
    table.add("|---|---:|---:|---:|---:|");
    for (Line line : lines) {
      table.add(
          String.format(
              Locale.ROOT,
              "| %s | %.1f | %.1f | %.1f | %.2f |",
              line.name,
              line.bytes * 1e-6,
              BenchCommand.median(line.nanoseconds) * 1e-3,
              line.bytesPerNanosecond(),
              copy / line.bytesPerNanosecond()));
    }
    return table;
  }

  @Override
  public void close() {
    resources.close();
  }
}
