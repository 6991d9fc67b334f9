package dev.cambium.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Linear;
import dev.cambium.op.Reduce;
import dev.cambium.op.Reshape;
import dev.cambium.op.Value;
import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FusionTest {
  private final GraphBuilder builder = new GraphBuilder();

  @Test
  void convolutionAndReluBecomeOneOperationForwardAndBackward() {
    Value loss = sum(relu(convolution(image(), 3, "conv")));
    builder.name("loss", loss);
    Graph fused = differentiate(builder.build().rewritten(new FuseActivation()), "conv.weight");
    assertEquals(
        List.of("Convolution", "Reduce"),
        names(fused.fetching(List.of("loss"))),
        "ReLU is part of the convolution");
    assertSameValues(differentiate(builder.build(), "conv.weight"), fused);
  }

  @Test
  void batchNormAndReluBecomeOneOperationForwardAndBackward() {
    Value loss = sum(relu(batchNorm(image(), 2)));
    builder.name("loss", loss);
    Graph fused = differentiate(builder.build().rewritten(new FuseActivation()), "gamma");
    List<String> names = names(fused);
    assertEquals(1, names.stream().filter("BatchNormBackward"::equals).count());
    assertEquals(
        0, names.stream().filter(name -> name.startsWith("Activate")).count(), names.toString());
    assertSameValues(differentiate(builder.build(), "gamma"), fused);
  }

  @Test
  void aValueThatIsWatchedIsComputedBesideTheFusedOperation() {
    Value between = convolution(image(), 3, "conv");
    builder.name("watched", between);
    builder.name("loss", sum(relu(between)));
    Graph fused = builder.build().rewritten(new FuseActivation());
    assertEquals(List.of("Convolution", "Reduce"), names(fused.fetching(List.of("loss"))));
    assertEquals(List.of("Convolution"), names(fused.fetching(List.of("watched"))));
    assertSameValues(builder.build(), fused);
  }

  @Test
  void aValueThatIsReadTwiceIsNotFused() {
    Value between = convolution(image(), 3, "conv");
    builder.name("loss", sum(relu(between)));
    builder.name("other", sum(between));
    Graph graph = builder.build().rewritten(new FuseActivation());
    assertEquals(
        List.of("Convolution", "Activate", "Reduce"), names(graph.fetching(List.of("loss"))));
  }

  @Test
  void flatteningBeforeALinearMapVanishes() {
    Value flat = builder.emit(new Reshape(Shape.of(2, 2 * 5 * 5)), image());
    Value weight = builder.state("weight", TensorType.of(DType.FLOAT64, 4, 50));
    builder.name("loss", builder.emit(new Linear(false, Activation.NONE), flat, weight));
    Graph graph = builder.build().rewritten(new FuseFlatten());
    assertEquals(List.of("Linear"), names(graph.fetching(List.of("loss"))));
    assertSameValues(builder.build(), graph);
  }

  @Test
  void batchNormWithRunningStatisticsIsFoldedIntoTheConvolution() {
    Value x = convolution(image(), 3, "conv");
    Value y =
        builder.emit(
            new BatchNormInference(1e-5, Activation.NONE),
            x,
            c("gamma"),
            c("beta"),
            c("mean"),
            c("variance"));
    builder.name("loss", relu(y));
    Graph graph = builder.build().rewritten(new FuseActivation(), new FoldBatchNorm());
    List<String> names = names(graph.fetching(List.of("loss")));
    assertEquals(0, names.stream().filter("BatchNormInference"::equals).count(), names.toString());
    assertSameValues(builder.build(), graph);
  }

  private Value image() {
    return builder.input("x", TensorType.of(DType.FLOAT64, 2, 2, 5, 5));
  }

  private Value c(String name) {
    return builder.state(name, TensorType.of(DType.FLOAT64, 3));
  }

  private Value convolution(Value x, int planes, String name) {
    Value weight = builder.state(name + ".weight", TensorType.of(DType.FLOAT64, planes, 2, 3, 3));
    Value bias = builder.state(name + ".bias", TensorType.of(DType.FLOAT64, planes));
    return builder.emit(
        new Convolution(ConvolutionGeometry.PLAIN, true, Activation.NONE), x, weight, bias);
  }

  private Value batchNorm(Value x, int channels) {
    Value gamma = builder.state("gamma", TensorType.of(DType.FLOAT64, channels));
    Value beta = builder.state("beta", TensorType.of(DType.FLOAT64, channels));
    return builder.emit(new BatchNormTraining(1e-5, Activation.NONE), x, gamma, beta);
  }

  private Value relu(Value x) {
    return builder.emit(new Activate(Activation.RELU), x);
  }

  private Value sum(Value x) {
    return builder.emit(new Reduce(Reduce.Function.SUM, List.of(0, 1, 2, 3), false), x);
  }

  private static Graph differentiate(Graph graph, String parameter) {
    GraphBuilder more = GraphBuilder.of(graph);
    Value state =
        graph.states().stream()
            .filter(s -> s.path().equals(parameter))
            .findFirst()
            .orElseThrow()
            .output(0);
    more.name(
        "gradient", Gradients.of(more, graph.named("loss"), List.of(state)).get(0).orElseThrow());
    return more.build();
  }

  private static List<String> names(Graph graph) {
    return graph.operations().stream().map(o -> o.op().name()).toList();
  }

  private static void assertSameValues(Graph expected, Graph actual) {
    for (String name : expected.named().keySet()) {
      assertArrayEquals(
          run(expected.fetching(List.of(name)), name),
          run(actual.fetching(List.of(name)), name),
          1e-12,
          name);
    }
  }

  private static double[] run(Graph graph, String name) {
    try (Backend backend = new ReferenceProvider().open(BackendConfig.defaults());
        ParameterStore store = new ParameterStore(backend);
        BufferPool pool = new BufferPool(backend)) {
      graph
          .states()
          .forEach(s -> store.create(s.path(), random(s.path(), s.output(0).tensorType())));
      try (Plan plan = Plan.of(graph, store, pool)) {
        graph
            .inputs()
            .forEach(i -> plan.bind(i.path(), random(i.path(), i.output(0).tensorType())));
        plan.run();
        return plan.fetch(name).toDoubles();
      }
    }
  }

  private static HostArray random(String name, TensorType type) {
    RandomStream random = new RandomStream(3, name);
    double low = name.equals("variance") ? 0.5 : -1;
    double[] values = new double[type.shape().intSize()];
    Arrays.setAll(values, i -> random.nextUniform(low, 1));
    return HostArray.of(type, values);
  }
}
