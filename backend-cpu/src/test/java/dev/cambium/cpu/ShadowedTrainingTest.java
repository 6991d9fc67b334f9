package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.Batch;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.optim.Adam;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.CheckingBackend;
import dev.cambium.spi.Divergence;
import dev.cambium.spi.ShadowTolerance;
import dev.cambium.spi.ShadowingBackend;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole training steps with every kernel compared to the reference, on the data of the step. */
class ShadowedTrainingTest {
  private static final int STEPS = 2;

  private static Backend cpu() {
    return new CpuProvider().open(BackendConfig.defaults());
  }

  private static Backend reference() {
    return new ReferenceProvider().open(BackendConfig.defaults());
  }

  /** The weights after some steps on noise. */
  private static Map<String, HostArray> train(String net, Backend backend) {
    List<String> classes = List.of("a", "b", "c");
    ModelSpec spec = ModelSpec.of(Zoo.byName(net, 3), Shape.of(3, 16, 16), classes);
    try (backend;
        Model model = Model.create(spec, 1, backend);
        TrainingStep step =
            TrainingStep.of(model, CrossEntropy.ofLabels(), UpdateRule.of(Adam.of(), 1e-3), 1)) {
      for (int i = 1; i <= STEPS; i++) {
        HostArray images = Agreement.normal(i, 4, 3, 16, 16);
        HostArray labels = HostArray.of(Shape.of(4), 0, 1, 2, i % 3);
        step.run(new Batch(images, labels, new int[4], 0, 0), i);
      }
      return model.weights();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "convnet", "resnet20"})
  void noKernelOfAStepDivergesAndNoBitChanges(String net) {
    Map<String, HostArray> plain = train(net, cpu());
    Backend shadowing = new ShadowingBackend(cpu(), reference());
    Map<String, HostArray> shadowed = train(net, new CheckingBackend(shadowing, true));
    assertEquals(plain.keySet(), shadowed.keySet());
    plain.forEach((name, value) -> assertEquals(value.bytes(), shadowed.get(name).bytes(), name));
  }

  @Test
  void theKernelsAreReallyCompared() {
    List<Divergence> found = new ArrayList<>();
    ShadowTolerance never = (op, output, expected) -> -1;
    train("convnet", new ShadowingBackend(cpu(), reference(), never, found::add));
    List<String> operations = found.stream().map(each -> each.op().name()).toList();
    for (String kernel :
        List.of(
            "Convolution",
            "ConvolutionBackwardData",
            "ConvolutionBackwardWeights",
            "BatchNormTraining",
            "BatchNormBackward",
            "MaxPooling",
            "MaxPoolingBackward",
            "Linear",
            "CrossEntropy",
            "AdamUpdate")) {
      assertTrue(operations.contains(kernel), kernel);
    }
  }
}
