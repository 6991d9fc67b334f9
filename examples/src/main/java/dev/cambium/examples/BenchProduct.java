package dev.cambium.examples;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.MatMul;
import dev.cambium.op.Value;
import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;

/** The product of two square FLOAT32 matrices on a backend, to be timed. */
final class BenchProduct implements AutoCloseable {
  /** Long enough for a clock, short enough for many rounds. */
  private static final double SECONDS = 0.1;

  private static final long SEED = 1;

  private final int size;
  private final Backend backend;
  private final Resources resources = new Resources();
  private final Plan plan;
  private int repeats = 1;

  /** Of matrices with {@code size} rows and columns. */
  BenchProduct(int size, Backend backend) {
    this.size = size;
    this.backend = backend;
    GraphBuilder graph = new GraphBuilder();
    Value a = graph.input("a", TensorType.float32(size, size));
    Value b = graph.input("b", TensorType.float32(size, size));
    graph.name("product", graph.emit(new MatMul(false, false), a, b));
    try {
      ParameterStore store = new ParameterStore(backend);
      resources.add(store::close);
      BufferPool pool = new BufferPool(backend);
      resources.add(pool::close);
      plan = Plan.of(graph.build(), store, pool);
      resources.add(plan::close);
      plan.bind("a", random("a"));
      plan.bind("b", random("b"));
    } catch (RuntimeException | Error failed) {
      resources.closeAfter(failed);
      throw failed;
    }
  }

  private HostArray random(String name) {
    RandomStream random = new RandomStream(SEED, name);
    float[] values = new float[size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return HostArray.of(Shape.of(size, size), values);
  }

  /** Runs it for a tenth of a second or more, once the first call has found out how often. */
  double gigaflopsPerSecond() {
    long start = System.nanoTime();
    for (int i = 0; i < repeats; i++) {
      plan.run();
    }
    backend.synchronize();
    double seconds = (System.nanoTime() - start) * 1e-9;
    double rate = 2.0 * size * size * size * repeats / seconds * 1e-9;
    repeats = (int) Math.max(1, Math.ceil(repeats * SECONDS / seconds));
    return rate;
  }

  @Override
  public void close() {
    resources.close();
  }
}
