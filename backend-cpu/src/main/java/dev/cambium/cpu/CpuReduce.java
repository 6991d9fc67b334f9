package dev.cambium.cpu;

import dev.cambium.op.Reduce;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * {@link Reduce}, accumulated in double, or as exactly in floats. The work is cut two ways, by
 * sizes alone: into runs of neighbouring results, and where there are few results, each into slices
 * of the elements that go into it; the slices' results are put together in their order.
 */
final class CpuReduce extends CpuLoop {
  private final Workspaces<Workspace> workspaces;
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
    this.workspaces = new Workspaces<>(platform, Workspace::new);
    this.partial = new double[plan.slices() == 1 ? 0 : plan.slices() * plan.results()];
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    x = CpuBuffer.of(inputs[0]).floats();
    y = CpuBuffer.of(outputs[0]).floats();
  }

  @Override
  public void run(int chunk, long from, long to) {
    Workspace workspace = workspaces.take();
    try {
      for (int task = (int) from; task < to; task++) {
        int slice = task % plan.slices();
        int run = task / plan.slices();
        int n = plan.runLength(run);
        Arrays.fill(workspace.results, 0, n, identity());
        reduce(workspace, n, plan.runStart(run), plan.from(slice), plan.to(slice));
        int first = plan.firstResult(run);
        if (plan.slices() == 1) {
          store(workspace.results, n, first);
        } else {
          System.arraycopy(workspace.results, 0, partial, slice * plan.results() + first, n);
        }
      }
    } finally {
      workspaces.give(workspace);
    }
  }

  private double identity() {
    return function == Reduce.Function.MAXIMUM ? Double.NEGATIVE_INFINITY : 0;
  }

  /** Takes in elements {@code from} to {@code to} of those that go into each of n results. */
  private void reduce(Workspace workspace, int n, int start, int from, int to) {
    StridedAxes reduced = plan.reduced();
    int step = plan.step();
    int stride = reduced.rowStride();
    int at = from;
    while (at < to) {
      int count = Math.min(reduced.rowLength() - at % reduced.rowLength(), to - at);
      int first = start + reduced.offset(at);
      if (function == Reduce.Function.MAXIMUM) {
        maximum(x, first, step, n, stride, count, workspace.results);
      } else if (stride == 1 && count >= Block.SIZE) {
        addStretches(x, first, step, n, count, workspace);
      } else if (step == 1 && n > 1) {
        addRows(x, first, n, stride, count, workspace.results);
      } else {
        addColumns(x, first, step, n, stride, count, workspace.results);
      }
      at += count;
    }
  }

  /** What goes into one result lies side by side, and is much. */
  private static void addStretches(
      FloatBuffer x, int first, int step, int n, int count, Workspace workspace) {
    for (int i = 0; i < n; i++) {
      int at = first + i * step;
      workspace.results[i] += workspace.sum.sum(x, at, at + count);
    }
  }

  /** The results lie side by side: row by row. */
  private static void addRows(
      FloatBuffer x, int first, int n, int stride, int count, double[] results) {
    for (int k = 0; k < count; k++) {
      int at = first + k * stride;
      for (int i = 0; i < n; i++) {
        results[i] += x.get(at + i);
      }
    }
  }

  /** Result by result. */
  private static void addColumns(
      FloatBuffer x, int first, int step, int n, int stride, int count, double[] results) {
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int k = 0; k < count; k++) {
        sum += x.get(first + i * step + k * stride);
      }
      results[i] += sum;
    }
  }

  private static void maximum(
      FloatBuffer x, int first, int step, int n, int stride, int count, double[] results) {
    for (int k = 0; k < count; k++) {
      int at = first + k * stride;
      for (int i = 0; i < n; i++) {
        results[i] = Math.max(results[i], x.get(at + i * step));
      }
    }
  }

  @Override
  void end() {
    if (plan.slices() == 1) {
      return;
    }
    int n = plan.results();
    for (int slice = 1; slice < plan.slices(); slice++) {
      for (int i = 0; i < n; i++) {
        double next = partial[slice * n + i];
        partial[i] =
            function == Reduce.Function.MAXIMUM ? Math.max(partial[i], next) : partial[i] + next;
      }
    }
    store(partial, n, 0);
  }

  private void store(double[] values, int n, int at) {
    double divisor = function == Reduce.Function.MEAN ? plan.reduced().elements() : 1;
    for (int i = 0; i < n; i++) {
      y.put(at + i, (float) (values[i] / divisor));
    }
  }

  private static final class Workspace {
    private final double[] results = new double[ReducePlan.RUN];
    private final CompensatedSum sum = new CompensatedSum();
  }
}
