package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.check.MemoryBaseline;
import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.spi.Backend;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An identity between an operation and its gradients that holds exactly, whatever the data: sums of
 * inner products of what the backend itself computed are equal, as in &lt;y, dy&gt; = &lt;x,
 * dx&gt;. No oracle takes part. The data are integers, so that everything is a multiple of 1/16 and
 * small enough to be exact, and the inner products are taken in integers.
 *
 * @param op the forward operation
 * @param what shapes and settings, for the id
 * @param inputs what is drawn, by name
 * @param description emits the operation and its gradients; gives what is computed, by name
 * @param sides sums of inner products, which must be equal
 */
record Adjoint(
    Op op,
    String what,
    Map<String, Operand> inputs,
    Description description,
    List<List<Product>> sides) {
  /** Of everything that is compared, 1/16 is the unit: windows of up to 16 pixels are averaged. */
  private static final int UNITS = 16;

  /** What is computed. */
  @FunctionalInterface
  interface Description {
    /** Emits everything, and names the results. */
    Map<String, Value> emit(GraphBuilder builder, Map<String, Value> inputs);
  }

  /** The inner product of two values, given by their names. */
  record Product(String left, String right) {
    @Override
    public String toString() {
      return "<" + left + ", " + right + ">";
    }
  }

  /** The case {@code OP/adjoint/WHAT}. */
  ConformanceCase toCase() {
    return new ConformanceCase(op.name() + "/adjoint/" + what, op.name(), this::check);
  }

  private void check(BackendUnderTest backend) {
    Map<String, HostArray> values = draw();
    Graph graph = graph();
    Backend shared = backend.shared();
    MemoryStatistics before = shared.memory();
    try (ParameterStore store = new ParameterStore(shared);
        BufferPool pool = new BufferPool(shared);
        Plan plan = Plan.of(graph, store, pool)) {
      plan.coverage().stream()
          .filter(coverage -> coverage.op().equals(op))
          .forEach(backend.notes()::ran);
      values.forEach(plan::bind);
      plan.run();
      graph.named().keySet().forEach(name -> values.put(name, plan.fetch(name)));
    }
    MemoryBaseline.require(toCase().id(), before, shared.memory());
    compare(values);
  }

  private Map<String, HostArray> draw() {
    List<Operand> operands = List.copyOf(inputs.values());
    List<HostArray> drawn =
        new OpCase(toCase().id(), op, operands, (e, in) -> List.of(), Tolerance.EXACT, false)
            .values();
    Map<String, HostArray> values = new LinkedHashMap<>();
    inputs.keySet().forEach(name -> values.put(name, drawn.get(values.size())));
    return values;
  }

  private Graph graph() {
    GraphBuilder builder = new GraphBuilder();
    Map<String, Value> values = new LinkedHashMap<>();
    inputs.forEach((name, operand) -> values.put(name, builder.input(name, operand.type())));
    description
        .emit(builder, values)
        .forEach(
            (name, value) -> {
              if (!(value.type() instanceof Opaque)) {
                builder.name(name, value);
              }
            });
    return builder.build();
  }

  private void compare(Map<String, HostArray> values) {
    List<Long> sums = new ArrayList<>();
    for (List<Product> side : sides) {
      long sum = 0;
      for (Product product : side) {
        sum = Math.addExact(sum, inner(product, values));
      }
      sums.add(sum);
    }
    if (sums.stream().distinct().count() > 1) {
      throw new AssertionError("expected all equal, got " + said(sums));
    }
    if (sums.get(0) == 0) {
      throw new AssertionError("the case is mistrusted: both sides are 0; give it other data");
    }
  }

  private String said(List<Long> sums) {
    List<String> said = new ArrayList<>();
    for (int i = 0; i < sides.size(); i++) {
      String sum = sides.get(i).stream().map(Product::toString).collect(Collectors.joining(" + "));
      said.add(sum + " = " + sums.get(i) / ((double) UNITS * UNITS));
    }
    return String.join(", ", said);
  }

  private static long inner(Product product, Map<String, HostArray> values) {
    HostArray left = values.get(product.left());
    HostArray right = values.get(product.right());
    long sum = 0;
    for (int i = 0; i < left.shape().intSize(); i++) {
      long term =
          Math.multiplyExact(units(product.left(), left, i), units(product.right(), right, i));
      sum = Math.addExact(sum, term);
    }
    return sum;
  }

  private static long units(String name, HostArray values, int i) {
    double units = values.get(i) * UNITS;
    if (units != Math.rint(units) || Math.abs(units) > 0x1p40) {
      throw new AssertionError(
          name + "[" + i + "] of integers expected a multiple of 1/16, got " + values.get(i));
    }
    return (long) units;
  }
}
