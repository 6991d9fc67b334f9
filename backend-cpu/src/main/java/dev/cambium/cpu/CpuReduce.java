package dev.cambium.cpu;

import dev.cambium.op.Reduce;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * {@link Reduce}, accumulated in double. The work is cut two ways, by sizes alone: into runs of
 * neighbouring results, and where there are few results, each into slices of the elements that go
 * into it; the slices' results are put together in their order.
 */
final class CpuReduce extends CpuLoop {
  private final Workspaces<double[]> accumulators;
  private final Reduce.Function function;
  private final ReducePlan plan;
  private final double[] partial;
  private FloatBuffer x;
  private FloatBuffer y;

  CpuReduce(CpuPlatform platform, Reduce op, List<ValueType> inputs) {
    this(platform, op.function(), ReducePlan.of(op, ((TensorType) inputs.get(0)).shape()));
  }

  private CpuReduce(CpuPlatform platform, Reduce.Function function, ReducePlan plan) {
    super(platform, plan.tasks(), plan.tasksPerChunk());
    this.function = function;
    this.plan = plan;
    this.accumulators = new Workspaces<>(platform, () -> new double[ReducePlan.RUN]);
    this.partial = new double[plan.slices() == 1 ? 0 : plan.slices() * plan.results()];
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    x = CpuBuffer.of(inputs[0]).floats();
    y = CpuBuffer.of(outputs[0]).floats();
  }

  @Override
  public void run(int chunk, long from, long to) {
    double[] accumulator = accumulators.take();
    try {
      for (int task = (int) from; task < to; task++) {
        int slice = task % plan.slices();
        int run = task / plan.slices();
        int n = plan.runLength(run);
        Arrays.fill(accumulator, 0, n, identity());
        accumulate(accumulator, n, plan.runStart(run), plan.from(slice), plan.to(slice));
        int first = plan.firstResult(run);
        if (plan.slices() == 1) {
          store(accumulator, n, first);
        } else {
          System.arraycopy(accumulator, 0, partial, slice * plan.results() + first, n);
        }
      }
    } finally {
      accumulators.give(accumulator);
    }
  }

  private double identity() {
    return function == Reduce.Function.MAXIMUM ? Double.NEGATIVE_INFINITY : 0;
  }

  /** Takes in elements {@code from} to {@code to} of those that go into each of n results. */
  private void accumulate(double[] accumulator, int n, int start, int from, int to) {
    StridedAxes reduced = plan.reduced();
    int length = reduced.rowLength();
    int at = from;
    while (at < to) {
      int column = at % length;
      int count = Math.min(length - column, to - at);
      int first = start + reduced.rowStart(0, at / length) + column * reduced.rowStride(0);
      if (function == Reduce.Function.MAXIMUM) {
        maximum(x, first, plan.step(), n, reduced.rowStride(0), count, accumulator);
      } else if (plan.step() == 1) {
        addRows(x, first, n, reduced.rowStride(0), count, accumulator);
      } else {
        addColumns(x, first, plan.step(), n, reduced.rowStride(0), count, accumulator);
      }
      at += count;
    }
  }

  /** The results lie side by side: row by row. */
  private static void addRows(
      FloatBuffer x, int first, int n, int stride, int count, double[] accumulator) {
    for (int k = 0; k < count; k++) {
      int at = first + k * stride;
      for (int i = 0; i < n; i++) {
        accumulator[i] += x.get(at + i);
      }
    }
  }

  /** What goes into one result lies closer together than the results: result by result. */
  private static void addColumns(
      FloatBuffer x, int first, int step, int n, int stride, int count, double[] accumulator) {
    for (int i = 0; i < n; i++) {
      int at = first + i * step;
      double sum0 = 0;
      double sum1 = 0;
      int k = 0;
      for (; k + 1 < count; k += 2) {
        sum0 += x.get(at + k * stride);
        sum1 += x.get(at + (k + 1) * stride);
      }
      if (k < count) {
        sum0 += x.get(at + k * stride);
      }
      accumulator[i] += sum0 + sum1;
    }
  }

  private static void maximum(
      FloatBuffer x, int first, int step, int n, int stride, int count, double[] accumulator) {
    for (int k = 0; k < count; k++) {
      int at = first + k * stride;
      for (int i = 0; i < n; i++) {
        accumulator[i] = Math.max(accumulator[i], x.get(at + i * step));
      }
    }
  }

  @Override
  void end() {
    if (plan.slices() == 1) {
      return;
    }
    int results = plan.results();
    for (int slice = 1; slice < plan.slices(); slice++) {
      for (int i = 0; i < results; i++) {
        double next = partial[slice * results + i];
        partial[i] =
            function == Reduce.Function.MAXIMUM ? Math.max(partial[i], next) : partial[i] + next;
      }
    }
    store(partial, results, 0);
  }

  private void store(double[] values, int n, int at) {
    double divisor = function == Reduce.Function.MEAN ? plan.reduced().elements() : 1;
    for (int i = 0; i < n; i++) {
      y.put(at + i, (float) (values[i] / divisor));
    }
  }
}
