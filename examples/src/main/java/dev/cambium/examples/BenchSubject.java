package dev.cambium.examples;

import dev.cambium.data.Batch;
import dev.cambium.data.DataLoader;
import dev.cambium.data.Dataset;
import dev.cambium.data.TensorDataset;
import dev.cambium.nn.loss.Loss;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.TrainingStep;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network on a backend with random images, to be timed. A training step is everything that a run
 * does for a batch: assembling it beside the step before, the copy to the device, forward,
 * backward, update and counts; inference the copies, the forward pass and the scores.
 */
final class BenchSubject implements AutoCloseable {
  private static final int CLASSES = 10;
  private static final int CHANNELS = 3;
  private static final int SIDE = 32;
  private static final long SEED = 1;

  /** More would take memory and tell no more: the nets take as long for any images. */
  private static final int DIFFERENT_BATCHES = 20;

  /** The samples of another set, again and again. */
  private record Repeated(Dataset images, int size) implements Dataset {
    @Override
    public Shape sampleShape() {
      return images.sampleShape();
    }

    @Override
    public List<String> classNames() {
      return images.classNames();
    }

    @Override
    public int label(int index) {
      return images.label(index % images.size());
    }

    @Override
    public void copy(int index, float[] into, int offset) {
      images.copy(index % images.size(), into, offset);
    }
  }

  private final int batch;
  private final Resources resources = new Resources();
  private final Model model;
  private final TrainingStep step;
  private final DataLoader loader;
  private long steps;

  /**
   * A subject.
   *
   * @param name of the network
   * @param batch images of a batch
   * @param batches of a round
   */
  BenchSubject(String name, int batch, int batches, Backend backend) {
    this(name, batch, batches, Augmentation.NONE, backend);
  }

  /**
   * A subject whose training images are changed.
   *
   * @param augmentation how
   */
  BenchSubject(String name, int batch, int batches, Augmentation augmentation, Backend backend) {
    this.batch = batch;
    List<String> classes = IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
    ModelSpec spec = ModelSpec.of(Zoo.byName(name, CLASSES), sample(), classes);
    this.model = Model.create(spec, SEED, backend);
    resources.add(model::close);
    try {
      Recipe recipe = Recipe.of(name);
      Loss loss = augmentation.mix().isPresent() ? recipe.loss().forDistributions() : recipe.loss();
      step = TrainingStep.of(model, loss, recipe.rule(Integer.MAX_VALUE), SEED);
      resources.add(step::close);
      Dataset images = images(batch * Math.min(batches, DIFFERENT_BATCHES), classes);
      DataLoader.Builder builder = DataLoader.builder(new Repeated(images, batch * batches), batch);
      augmentation.trainingTransform(images).ifPresent(change -> builder.transform(change, SEED));
      augmentation.mix().ifPresent(mix -> builder.mix(mix, SEED));
      loader = builder.build();
      resources.add(loader::close);
    } catch (RuntimeException | Error failed) {
      resources.closeAfter(failed);
      throw failed;
    }
  }

  /** The shape of an image. */
  static Shape sample() {
    return Shape.of(CHANNELS, SIDE, SIDE);
  }

  private static Dataset images(int count, List<String> classes) {
    RandomStream random = new RandomStream(SEED, "bench");
    float[] pixels = new float[count * sample().intSize()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    int[] labels = IntStream.range(0, count).map(i -> i % CLASSES).toArray();
    return TensorDataset.of(
        HostArray.of(Shape.of(count, CHANNELS, SIDE, SIDE), pixels),
        HostArray.of(Shape.of(count), labels),
        classes);
  }

  /** How many numbers the network trains. */
  long parameters() {
    return model.summary().parameters();
  }

  /** Trains for a round; images per second. */
  double train() {
    long start = System.nanoTime();
    for (Batch images : loader.epoch(0)) {
      step.run(images, steps++);
    }
    model.backend().synchronize();
    return perSecond(start);
  }

  /** Computes the scores of a round; images per second. */
  double infer() {
    long start = System.nanoTime();
    for (Batch images : loader.epoch(0)) {
      model.scores(images.images());
    }
    return perSecond(start);
  }

  private double perSecond(long start) {
    return (double) batch * loader.batches() / ((System.nanoTime() - start) * 1e-9);
  }

  @Override
  public void close() {
    resources.close();
  }
}
