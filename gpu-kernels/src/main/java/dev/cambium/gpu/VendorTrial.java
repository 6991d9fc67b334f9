package dev.cambium.gpu;

import dev.cambium.op.Op;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Packer;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs kernels of one operation on operands of small whole numbers, in memory that is given back to
 * the pool. Within the gate.
 */
final class VendorTrial implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VendorTrial.class);

  private static final int ROUNDS = 3;

  /** No factor of a tensor's sizes, so that what is repeated meets something else each time. */
  private static final int PERIOD = 65_537;

  private static final int CHUNK = 1 << 20;

  /** Tensor cores multiply with ten bits after the point; an error of layout is far beyond that. */
  private static final double SINGLE_TOLERANCE = 1e-3;

  private static final double DOUBLE_TOLERANCE = 1e-9;

  private final GpuPlatform gpu;
  private final GpuKernel ours;
  private final List<GpuSlot> memories = new ArrayList<>();
  private final Buffer[] inputs;
  private final Buffer[] outputs;
  private final Buffer[] expected;
  private final Buffer scratch;
  private final SteadyTime time;
  private boolean isRecorded;

  /**
   * Loads the operands.
   *
   * @param ours our kernel, which says how inputs are packed
   * @param scratchBytes the most that any kernel needs
   * @param isSquared whether an input is a variance, so that none may be negative
   */
  VendorTrial(
      GpuPlatform gpu,
      Op op,
      List<ValueType> types,
      GpuKernel ours,
      long scratchBytes,
      boolean isSquared) {
    this.gpu = gpu;
    this.ours = ours;
    this.time = new SteadyTime(gpu.context(), ROUNDS);
    try {
      inputs = new Buffer[types.size()];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = operand(types.get(i), ours.packer(i).map(Packer::type).orElse(null), isSquared);
      }
      List<ValueType> results = op.infer(types);
      outputs = results(results);
      expected = results(results);
      Opaque working = () -> scratchBytes;
      scratch = scratchBytes == 0 ? null : lend(working);
    } catch (RuntimeException | Error failed) {
      close();
      throw failed;
    }
  }

  private GpuBuffer lend(ValueType type) {
    GpuSlot slot = gpu.memory().lend(Math.max(1, ChannelsLast.bytes(type)));
    memories.add(slot);
    return new GpuBuffer(slot, 0, type);
  }

  private Buffer operand(ValueType type, Opaque packed, boolean isSquared) {
    GpuBuffer buffer = lend(packed != null ? packed : type);
    if (type instanceof TensorType tensor) {
      load(buffer, tensor, isSquared ? 0 : -1);
    }
    return buffer;
  }

  /** Three adjacent whole numbers, in an order that follows from the sizes alone. */
  private void load(GpuBuffer to, TensorType type, int least) {
    Random random = new Random(memories.size());
    boolean isDouble = type.dtype() == DType.FLOAT64;
    long left = type.shape().size() * type.dtype().bytes();
    int length = (int) Math.min(left, (long) PERIOD * type.dtype().bytes());
    ByteBuffer some = ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
    while (some.hasRemaining()) {
      int value = random.nextInt(3) + least;
      if (isDouble) {
        some.putDouble(value);
      } else {
        some.putFloat(value);
      }
    }
    for (long offset = 0; offset < left; offset += length) {
      some.position(0).limit((int) Math.min(length, left - offset));
      gpu.context().write(some, to.memory(), to.offset() + offset);
    }
  }

  private Buffer[] results(List<ValueType> types) {
    Buffer[] all = new Buffer[types.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = lend(types.get(i) instanceof TensorType tensor ? tensor : ours.cache(i));
    }
    return all;
  }

  /** Runs a kernel of a library for the first time: its results were NaN before. */
  void begin(Kernel kernel) {
    for (Buffer output : outputs) {
      GpuBuffer buffer = GpuBuffer.of(output);
      long bytes = buffer.slot().bytes();
      gpu.context().fill(buffer.memory(), buffer.offset(), bytes, new byte[] {-1});
    }
    run(kernel);
  }

  private void run(Kernel kernel) {
    kernel.run(inputs, outputs, scratch);
  }

  /**
   * The {@linkplain SteadyTime time} of a library's kernel that has run already, taken as that of
   * ours was. Infinite for one that cannot be recorded though ours can: it would cost all steps
   * that it is part of their recording.
   */
  double nanoseconds(Kernel kernel) {
    Runnable run = () -> run(kernel);
    if (!isRecorded) {
      return time.direct(run);
    }
    try {
      return time.recorded(run).orElse(Double.POSITIVE_INFINITY);
    } catch (VendorException failed) {
      LOG.debug("a library's kernel is not recorded", failed);
      return Double.POSITIVE_INFINITY;
    }
  }

  /** The {@linkplain SteadyTime time} of our kernel, whose results are those that are expected. */
  double nanosecondsOfOurs() {
    Runnable run = () -> ours.run(inputs, expected, scratch);
    run.run();
    OptionalDouble recorded = time.recorded(run);
    isRecorded = recorded.isPresent();
    return recorded.orElseGet(() -> time.direct(run));
  }

  /** Whether the last results of a library are those of our kernel, but for rounding. */
  boolean agrees() {
    for (int i = 0; i < outputs.length; i++) {
      GpuBuffer got = GpuBuffer.of(outputs[i]);
      if (got.type() instanceof TensorType type && !agrees(got, GpuBuffer.of(expected[i]), type)) {
        return false;
      }
    }
    return true;
  }

  private boolean agrees(GpuBuffer got, GpuBuffer wanted, TensorType type) {
    long bytes = type.shape().size() * type.dtype().bytes();
    double largest = 0;
    double farthest = 0;
    for (long offset = 0; offset < bytes; offset += CHUNK) {
      int length = (int) Math.min(CHUNK, bytes - offset);
      double[] a = read(got, offset, length, type.dtype());
      double[] b = read(wanted, offset, length, type.dtype());
      for (int i = 0; i < a.length; i++) {
        largest = Math.max(largest, Math.abs(b[i]));
        farthest = Math.max(farthest, Math.abs(a[i] - b[i]));
      }
    }
    double tolerance = type.dtype() == DType.FLOAT64 ? DOUBLE_TOLERANCE : SINGLE_TOLERANCE;
    // NaN on either side makes the farthest NaN, which is not less than anything.
    return farthest <= tolerance * largest;
  }

  private double[] read(GpuBuffer from, long offset, int length, DType dtype) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
    gpu.context().read(from.memory(), from.offset() + offset, bytes);
    bytes.position(0);
    double[] values = new double[length / dtype.bytes()];
    for (int i = 0; i < values.length; i++) {
      values[i] = dtype == DType.FLOAT64 ? bytes.getDouble() : bytes.getFloat();
    }
    return values;
  }

  @Override
  public void close() {
    memories.forEach(GpuSlot::close);
    memories.clear();
  }
}
