package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.graph.Gradients;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.ConfusionUpdate;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.CrossEntropy;
import dev.cambium.op.Dropout;
import dev.cambium.op.Linear;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.Op;
import dev.cambium.op.Reshape;
import dev.cambium.op.UpdateOptions;
import dev.cambium.op.Value;
import dev.cambium.op.Window2d;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.CheckingBackend;
import dev.cambium.spi.KernelTrace;
import dev.cambium.spi.ShadowingBackend;
import dev.cambium.spi.TracingBackend;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A training step of a small convolutional net keeps the contract that the decorators check. */
class DecoratedBackendTest {
  private static final TensorType IMAGES = TensorType.float32(4, 1, 6, 6);
  private static final int STEPS = 3;

  @Test
  void checkingWithAndWithoutPoisonChangesNoBit() {
    Map<String, HostArray> plain = train(reference());
    assertTrue(plain.size() > 20, "parameters, two slots for each, and the confusion matrix");
    for (boolean poison : new boolean[] {false, true}) {
      assertSame(plain, train(new CheckingBackend(reference(), poison)));
    }
  }

  @Test
  void shadowingChangesNoBit() {
    assertSame(train(reference()), train(new ShadowingBackend(reference(), reference())));
  }

  @Test
  void tracingChangesNoBitAndSeesEveryOperation() {
    Map<String, HostArray> plain = train(reference());
    TracingBackend tracing = new TracingBackend(reference());
    assertSame(plain, train(tracing));
    Map<String, Long> calls = new LinkedHashMap<>();
    for (KernelTrace.Row row : tracing.trace().byOperation()) {
      calls.put(row.name(), row.calls());
    }
    for (String operation :
        List.of(
            "Convolution",
            "ConvolutionBackwardWeights",
            "BatchNormTraining",
            "MaxPoolingBackward",
            "CrossEntropy",
            "AdamUpdate",
            "ConfusionUpdate")) {
      assertEquals(STEPS, calls.get(operation), operation);
    }
    assertEquals(2 * STEPS, calls.get("Linear"), "two linear layers");
  }

  private static Backend reference() {
    return new ReferenceProvider().open(BackendConfig.defaults());
  }

  private static void assertSame(Map<String, HostArray> expected, Map<String, HostArray> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach(
        (name, array) -> assertArrayEquals(array.toDoubles(), actual.get(name).toDoubles(), name));
  }

  /** Every state after some steps. */
  private static Map<String, HostArray> train(Backend backend) {
    try (backend;
        ParameterStore store = new ParameterStore(backend);
        BufferPool pool = new BufferPool(backend)) {
      GraphBuilder builder = new GraphBuilder();
      new TrainingStep(builder, store).describe();
      try (Plan plan = Plan.of(builder.build(), store, pool)) {
        for (int step = 1; step <= STEPS; step++) {
          plan.bind("images", random("images" + step, IMAGES));
          plan.bind("labels", HostArray.of(Shape.of(4), 0, 1, 2, step % 3));
          plan.bind("rng", HostArray.of(Shape.of(4), 1, 2, step, 0));
          plan.bind("lr", HostArray.of(Shape.scalar(), 0.01f));
          plan.bind("scale", HostArray.of(Shape.scalar(), 1f));
          plan.bind("correction1", scalar(1 - Math.pow(0.9, step)));
          plan.bind("correction2", scalar(1 - Math.pow(0.999, step)));
          plan.run();
        }
      }
      return store.snapshot();
    }
  }

  private static HostArray scalar(double value) {
    return HostArray.of(Shape.scalar(), (float) value);
  }

  private static HostArray random(String name, TensorType type) {
    RandomStream stream = new RandomStream(3, name);
    double[] values = new double[type.shape().intSize()];
    Arrays.setAll(values, i -> 0.5 * stream.nextGaussian());
    return HostArray.of(type, values);
  }

  /** Convolution, batch norm, ReLU, pooling, dropout, linear, cross entropy, Adam. */
  private record TrainingStep(
      GraphBuilder builder, ParameterStore store, List<Value> parameters, List<String> names) {
    TrainingStep(GraphBuilder builder, ParameterStore store) {
      this(builder, store, new ArrayList<>(), new ArrayList<>());
    }

    void describe() {
      Value labels = builder.input("labels", TensorType.of(DType.INT32, 4));
      Value scores = scores(builder.input("images", IMAGES));
      Value loss = builder.emit(new CrossEntropy(false, false, 0.1), scores, labels);
      builder.name("loss", loss);
      TensorType counts = TensorType.of(DType.INT32, 3, 3);
      Value confusion = state("confusion", HostArray.allocate(counts));
      builder.assign(confusion, builder.emit(new ConfusionUpdate(), confusion, scores, labels));
      update(Gradients.of(builder, loss, parameters));
    }

    private Value scores(Value images) {
      Value x =
          builder.emit(
              new Convolution(ConvolutionGeometry.PLAIN, true, Activation.NONE),
              images,
              parameter("conv.weight", 3, 1, 3, 3),
              parameter("conv.bias", 3));
      x =
          builder.emit(
              new BatchNormTraining(1e-5, Activation.NONE),
              x,
              parameter("norm.weight", 3),
              parameter("norm.bias", 3));
      x = builder.emit(new Activate(Activation.RELU), x);
      x = builder.emit(new MaxPooling(Window2d.of(2)), x);
      x =
          builder.emit(
              new Dropout(0.25, 5), x, builder.input("rng", TensorType.of(DType.INT32, 4)));
      x = builder.emit(new Reshape(Shape.of(4, 12)), x);
      x = linear("hidden", x, 5, 12);
      return linear("output", builder.emit(new Activate(new Activation.Tanh()), x), 3, 5);
    }

    private Value linear(String name, Value x, int outputs, int inputs) {
      return builder.emit(
          new Linear(true, Activation.NONE),
          x,
          parameter(name + ".weight", outputs, inputs),
          parameter(name + ".bias", outputs));
    }

    private void update(List<Optional<Value>> gradients) {
      int n = parameters.size();
      Op adam =
          new AdamUpdate(0.9, 0.999, 1e-8, Collections.nCopies(n, new UpdateOptions(1, 0.1, true)));
      List<Value> inputs = new ArrayList<>();
      for (String name : List.of("lr", "scale", "correction1", "correction2")) {
        inputs.add(builder.input(name, TensorType.float32()));
      }
      List<Value> states = new ArrayList<>(parameters);
      for (String slot : List.of(".m", ".v")) {
        for (int i = 0; i < n; i++) {
          TensorType type = parameters.get(i).tensorType();
          states.add(state(names.get(i) + slot, HostArray.allocate(type)));
        }
      }
      inputs.addAll(parameters);
      gradients.forEach(gradient -> inputs.add(gradient.orElseThrow()));
      inputs.addAll(states.subList(n, 3 * n));
      List<Value> next = builder.emit(adam, inputs);
      for (int i = 0; i < 3 * n; i++) {
        builder.assign(states.get(i), next.get(i));
      }
    }

    private Value parameter(String name, int... dimensions) {
      Value value = state(name, random(name, TensorType.float32(dimensions)));
      parameters.add(value);
      names.add(name);
      return value;
    }

    private Value state(String name, HostArray initial) {
      store.create(name, initial);
      return builder.state(name, initial.type());
    }
  }
}
