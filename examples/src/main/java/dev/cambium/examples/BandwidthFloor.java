package dev.cambium.examples;

import dev.cambium.op.Activate;
import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Activation;
import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.Broadcast;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Size2d;
import dev.cambium.op.Window2d;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.Sequence;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * How far the kernels that memory bounds are from what memory allows: batch normalisation, ReLU and
 * pooling, each on its own, against a copy of the same size on the same device, by the backend or
 * by a kernel, whichever is faster. A kernel's floor is the time in which that moves as many bytes
 * as the kernel's inputs and outputs have, each once; inputs that it does not read are left out,
 * its caches are not. By the device's clock where it has one.
 *
 * <p>Each kernel runs many times in a row, as a {@link Sequence}, which backends that can record
 * replay as a whole: a time is then that of the device alone. Where they cannot, and for the copy
 * by the backend, it may contain, with CUDA, some microseconds for which the device waits for each
 * command of the host. What fits into the device's caches, as small batches do, is found there: it
 * is not the memory that is measured then.
 */
final class BandwidthFloor implements AutoCloseable {
  private static final int CHANNELS = 32;
  private static final int SIDE = 32;
  private static final double EPSILON = 1e-5;
  private static final long SEED = 1;

  /** How long a row is to take: one launch of a recording does not show beside it. */
  private static final double NANOSECONDS = 2e6;

  /** A backend that records does so in the first or the second run. */
  private static final int RUNS_BEFORE_REPLAY = 2;

  /** Recordings take memory. */
  private static final int MOST_REPEATS = 256;

  /** A value: what it is and where. */
  private record Cell(ValueType type, Buffer buffer) {}

  /** What is measured: work that moves so many bytes at least. */
  private static final class Line {
    final String name;
    final long bytes;

    /** What does the work so often. */
    final IntFunction<Runnable> repeated;

    final List<Double> nanoseconds = new ArrayList<>();
    int repeats = 1;
    Runnable work;

    Line(String name, long bytes, IntFunction<Runnable> repeated) {
      this.name = name;
      this.bytes = bytes;
      this.repeated = repeated;
      this.work = repeated.apply(1);
    }

    void repeat(int times) {
      repeats = times;
      work = repeated.apply(times);
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

  /** How many of the first lines are copies. */
  private int copies;

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
    copies();
    normalisation();
    activation();
    pooling();
  }

  private void copies() {
    Buffer from = cells.get("x").buffer();
    Buffer to = allocated(images).buffer();
    lines.add(new Line("copy", 2 * images.bytes(), times -> () -> copy(from, to, times)));
    // Of an image to its own shape, which is a copy in other words.
    Op broadcast = new Broadcast(images.shape());
    if (backend.prepare(broadcast, List.of(images)) instanceof Kernel kernel) {
      kernel.close();
      add("copy by a kernel", broadcast, List.of("x"), List.of("copy"));
    }
    copies = lines.size();
  }

  private void copy(Buffer from, Buffer to, int times) {
    for (int i = 0; i < times; i++) {
      backend.copy(from, to);
    }
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
    Launch launch = new Launch(name, kernel, read, out, scratch);
    lines.add(new Line(name, bytes, times -> sequence(launch, times)));
  }

  /** A launch again and again, replayed where the backend records. */
  private Runnable sequence(Launch launch, int times) {
    Sequence sequence = backend.sequence(Collections.nCopies(times, launch));
    resources.add(sequence::close);
    for (int i = 0; i < RUNS_BEFORE_REPLAY; i++) {
      sequence.run();
    }
    return sequence::run;
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
      if (counts) {
        line.nanoseconds.add(each(line));
      } else {
        findRepeats(line);
      }
    }
  }

  private double each(Line line) {
    return Math.max(1, (double) backend.busyNanoseconds(line.work) / line.repeats);
  }

  /** A single run may be mostly the way to the device: the second time is taken of many. */
  private void findRepeats(Line line) {
    for (int i = 0; i < 2; i++) {
      double wanted = Math.ceil(NANOSECONDS / each(line));
      int repeats = (int) Math.max(line.repeats, Math.min(MOST_REPEATS, wanted));
      if (repeats > line.repeats) {
        line.repeat(repeats);
      }
    }
  }

  /** A table in Markdown: a row for each kernel. */
  List<String> table() {
    double copy =
        lines.stream().limit(copies).mapToDouble(Line::bytesPerNanosecond).max().orElseThrow();
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
