package dev.cambium.benchmarks;

import dev.cambium.data.Batch;
import dev.cambium.nn.Layer;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Backends;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.TrainingStep;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Cambium on its CPU backend: the steps that its trainer makes, and its model's scores. */
final class CambiumContestant implements Contestant {
  private static final long SEED = 1;

  private final Backend backend;
  private final Model model;
  private final TrainingStep step;
  private final List<Batch> batches;
  private long trained;
  private long inferred;

  CambiumContestant(Workload workload, int threads, Layer net) {
    backend = Backends.discover().open("cpu", Map.of("cpu.threads", Integer.toString(threads)));
    List<String> classes =
        IntStream.range(0, Workload.CLASSES).mapToObj(c -> "class " + c).toList();
    model = Model.create(ModelSpec.of(net, Workload.SAMPLE, classes), SEED, backend);
    UpdateRule rule = UpdateRule.of(Sgd.of().momentum(Workload.MOMENTUM), Workload.LEARNING_RATE);
    step = TrainingStep.of(model, CrossEntropy.ofLabels(), rule, SEED);
    batches = workload.batches().stream().map(CambiumContestant::batch).toList();
  }

  private static Batch batch(Workload.RandomBatch random) {
    Shape sample = Workload.SAMPLE;
    Shape images = Shape.of(Workload.BATCH, sample.dim(0), sample.dim(1), sample.dim(2));
    return new Batch(
        HostArray.wrap(new TensorType(DType.FLOAT32, images), random.images()),
        HostArray.of(Shape.of(Workload.BATCH), random.labels()),
        IntStream.range(0, Workload.BATCH).toArray(),
        0,
        0);
  }

  /** The model, to be looked into. */
  Model model() {
    return model;
  }

  @Override
  public double train(int steps) {
    for (int i = 0; i < steps; i++) {
      step.run(batches.get((int) (trained % batches.size())), trained);
      trained++;
    }
    return step.takeCounts().loss() / ((long) steps * Workload.BATCH);
  }

  @Override
  public double infer(int count) {
    double last = 0;
    for (int i = 0; i < count; i++) {
      last = model.scores(batches.get((int) (inferred++ % batches.size())).images()).get(0);
    }
    return last;
  }

  @Override
  public void close() {
    step.close();
    model.close();
    backend.close();
  }
}
