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
import java.util.stream.IntStream;

/**
 * A small net that trains on one batch, always the same, for tests of what goes wrong meanwhile.
 */
public final class SmallTraining implements AutoCloseable {
  /** The parameter that {@link #weight} gives. */
  public static final String WEIGHT = "0.weight";

  private static final int SAMPLES = 4;

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
    run(number, SAMPLES);
  }

  /** The same with another number of samples. */
  public void run(int number, int samples) {
    float[] pixels = new float[samples * 3 * 64];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (i * 37L % 19) / 19f - 0.5f;
    }
    int[] labels = new int[samples];
    for (int i = 0; i < samples; i++) {
      labels[i] = i % 3;
    }
    HostArray images = HostArray.of(Shape.of(samples, 3, 8, 8), pixels);
    int[] indices = IntStream.range(0, samples).toArray();
    step.run(
        new Batch(images, HostArray.of(Shape.of(samples), labels), indices, 0, number), number);
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
