package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.Batch;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.optim.AdamW;
import dev.cambium.optim.CosineSchedule;
import dev.cambium.optim.LinearWarmup;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.BackendConfig;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A training step is the same launches with the same arguments every time: the batch, the learning
 * rate, the corrections of Adam and the position of dropout's random numbers come through buffers.
 * So a recording of one step is a recording of all.
 */
class TrainingReplayTest {
  private static final int STEPS = 5;
  private static final int SAMPLES = 4;

  /** What ran in each step of a net with batch norm and dropout, with a rate that changes. */
  private static List<List<String>> steps(HeapContext device, String kernels) {
    List<List<String>> steps = new ArrayList<>();
    ModelSpec spec = ModelSpec.of(Zoo.CONVNET.create(3), Shape.of(3, 8, 8), List.of("a", "b", "c"));
    UpdateRule rule =
        UpdateRule.of(AdamW.of().weightDecay(0.1), new LinearWarmup(new CosineSchedule(0.1, 4), 2))
            .clipGlobalNorm(1);
    Map<String, String> settings = Map.of("fake.kernels", kernels, "fake.tuning", "off");
    try (GpuBackend backend = new GpuBackend(device, new BackendConfig("", settings));
        Model model = Model.create(spec, 1, backend);
        TrainingStep step = TrainingStep.of(model, CrossEntropy.ofLabels(), rule, 1)) {
      for (int number = 0; number < STEPS; number++) {
        device.ran.clear();
        step.run(batch(number), number);
        steps.add(List.copyOf(device.ran));
      }
    }
    return steps;
  }

  private static Batch batch(int number) {
    HostArray images =
        HostArray.allocate(new TensorType(DType.FLOAT32, Shape.of(SAMPLES, 3, 8, 8)));
    images.set(0, number);
    HostArray labels = HostArray.of(Shape.of(SAMPLES), 0, 1, 2, number % 3);
    return new Batch(images, labels, new int[] {0, 1, 2, 3}, 0, number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wide", "tiled"})
  void everyStepIsTheSameLaunchesRecordedOrNot(String kernels) {
    HeapContext plain = new HeapContext(1 << 28);
    plain.records = false;
    List<List<String>> launched = steps(plain, kernels);
    assertTrue(launched.get(0).size() > 50, launched.get(0).toString());
    for (String kernel : List.of("dropout", "update")) {
      assertNotEquals(
          0, launched.get(0).stream().filter(ran -> ran.startsWith(kernel)).count(), kernel);
    }
    // The batch is re-laid through borrowed memory, then the first step computes constants.
    List<String> steady = launched.get(1).subList(1, launched.get(1).size());
    for (List<String> step : launched) {
      assertEquals(steady, step.subList(step.size() - steady.size(), step.size()));
    }
    for (List<String> step : launched.subList(1, STEPS)) {
      assertEquals(1 + steady.size(), step.size());
    }
    HeapContext recording = new HeapContext(1 << 28);
    assertEquals(launched, steps(recording, kernels));
    assertEquals(
        STEPS - 1, recording.calls.stream().filter(call -> call.startsWith("replay")).count());
    assertEquals(0, recording.openRecordings());
  }
}
