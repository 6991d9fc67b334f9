package dev.cambium.gpu;

import dev.cambium.data.Batch;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.Adam;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.TrainingStep;
import java.util.List;

/**
 * A small net that trains on one batch, always the same, for tests of what goes wrong meanwhile.
 */
public final class SmallTraining implements AutoCloseable {
  /** The parameter that {@link #weight} gives. */
  public static final String WEIGHT = "0.weight";

  private final Model model;
  private final TrainingStep step;

  /** A net with the same weights each time. */
  public SmallTraining(Backend backend) {
    Layer net =
        Sequential.of(
            Conv2d.of(8, 3).padding(1), ReLU.of(), MaxPool2d.of(2), Flatten.of(), Linear.of(3));
    ModelSpec spec = ModelSpec.of(net, Shape.of(3, 8, 8), List.of("a", "b", "c"));
    model = Model.create(spec, 1, backend);
    step = TrainingStep.of(model, CrossEntropy.ofLabels(), UpdateRule.of(Adam.of(), 1e-2), 1);
  }

  /** The weights of a new net after {@code steps} steps. */
  public static float[] weightAfter(Backend backend, int steps) {
    try (SmallTraining training = new SmallTraining(backend)) {
      for (int i = 0; i < steps; i++) {
        training.run(i);
      }
      return training.weight();
    }
  }

  /** The step of a number, from 0. */
  public void run(int number) {
    float[] pixels = new float[4 * 3 * 64];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (i * 37 % 19) / 19f - 0.5f;
    }
    HostArray images = HostArray.of(Shape.of(4, 3, 8, 8), pixels);
    HostArray labels = HostArray.of(Shape.of(4), 0, 1, 2, 0);
    step.run(new Batch(images, labels, new int[] {0, 1, 2, 3}, 0, number), number);
  }

  /** The weights of the first layer. */
  public float[] weight() {
    return model.weights().get(WEIGHT).toFloats();
  }

  @Override
  public void close() {
    step.close();
    model.close();
  }
}
