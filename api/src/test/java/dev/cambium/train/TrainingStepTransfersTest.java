package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.data.Batch;
import dev.cambium.data.DataLoader;
import dev.cambium.nn.Dropout;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.AdamW;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.KernelTrace;
import dev.cambium.spi.TracingBackend;
import dev.cambium.spi.reference.ReferenceProvider;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a training step costs in transfers, each of which takes a GPU some time to begin. */
class TrainingStepTransfersTest {
  private static final Layer NET = Sequential.of(Flatten.of(), Dropout.of(0.5), Linear.of(3));

  /** A batch of 200 images of 36 pixels is too large to go with the rest. */
  @Test
  void imagesAreOneUploadAndAllElseThatChangesIsAnother() {
    try (TracingBackend backend =
            new TracingBackend(new ReferenceProvider().open(BackendConfig.defaults()));
        Model model = Model.create(ModelSpec.of(NET, Blobs.SAMPLE, Blobs.CLASSES), 7, backend);
        TrainingStep step =
            TrainingStep.of(model, CrossEntropy.ofLabels(), UpdateRule.of(AdamW.of(), 0.01), 1);
        DataLoader loader = DataLoader.builder(new Blobs(600, 1), 200).build()) {
      long number = 0;
      for (Batch batch : loader.epoch(0)) {
        backend.trace().reset();
        step.run(batch, number++);
        Map<String, Long> calls =
            backend.trace().byOperation().stream()
                .collect(Collectors.toMap(KernelTrace.Row::name, KernelTrace.Row::calls));
        assertEquals(2, calls.get("upload"), calls.toString());
        assertEquals(null, calls.get("download"), calls.toString());
        assertEquals(1, calls.get("AdamUpdate"), calls.toString());
        assertEquals(1, calls.get("Dropout"), calls.toString());
      }
      assertEquals(3, number);
    }
  }
}
