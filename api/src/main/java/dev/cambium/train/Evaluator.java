package dev.cambium.train;

import dev.cambium.data.Batch;
import dev.cambium.data.DataLoader;
import dev.cambium.data.Dataset;
import dev.cambium.graph.FoldBatchNorm;
import dev.cambium.graph.FuseActivation;
import dev.cambium.graph.FuseFlatten;
import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.monitor.ConfusionMatrix;
import dev.cambium.nn.Description;
import dev.cambium.nn.Network;
import dev.cambium.nn.loss.Loss;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.ConfusionUpdate;
import dev.cambium.op.NonFiniteCount;
import dev.cambium.op.TopKCorrect;
import dev.cambium.op.Value;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.Objects;

/**
 * Measures a model on labelled data: loss, accuracy, top-k and confusion, all counted on the device
 * and read once at the end.
 */
public final class Evaluator {
  private static final String CONFUSION = "evaluation.confusion";
  private static final String LOSS_SUM = "evaluation.loss";
  private static final String TOP_K = "evaluation.top_k";
  private static final String NON_FINITE = "evaluation.non_finite";
  private static final TensorType COUNT = TensorType.of(DType.INT32);

  private record Key(Loss loss, int k, int batch) {}

  private final Model model;
  private final Loss loss;
  private final int k;
  private final int batchSize;

  /**
   * An evaluator with top-5 accuracy, or top-(classes - 1) where there are no more than 5 classes.
   *
   * @param model what is measured
   * @param loss the loss to report, over integer labels
   * @param batchSize samples at a time, at least 1
   */
  public Evaluator(Model model, Loss loss, int batchSize) {
    this(model, loss, batchSize, Math.max(1, Math.min(5, model.spec().classNames().size() - 1)));
  }

  /**
   * An evaluator.
   *
   * @param model what is measured
   * @param loss the loss to report, over integer labels
   * @param batchSize samples at a time, at least 1
   * @param k how many of the highest scores count for the top-k accuracy, at least 1 and at most
   *     the number of classes
   * @throws IllegalArgumentException when batchSize or k is out of range
   */
  public Evaluator(Model model, Loss loss, int batchSize, int k) {
    this.model = Objects.requireNonNull(model, "model");
    this.loss = Objects.requireNonNull(loss, "loss");
    this.k = k;
    this.batchSize = batchSize;
    int classes = model.spec().classNames().size();
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "batchSize of an Evaluator must be at least 1, got " + batchSize);
    }
    if (k < 1 || k > classes) {
      throw new IllegalArgumentException(
          "k of an Evaluator must be of 1 to the number of classes, " + classes + ", got " + k);
    }
  }

  /** Measures the model on all samples of {@code data}. */
  public Evaluation evaluate(Dataset data) {
    try (DataLoader loader =
        DataLoader.builder(data, batchSize).preprocessing(model.spec().preprocessing()).build()) {
      synchronized (model) {
        reset();
        for (Batch batch : loader.epoch(0)) {
          Plan plan = model.plan(new Key(loss, k, batch.size()), () -> graph(batch.size()));
          plan.bind(Network.INPUT, batch.images());
          plan.bind(TrainingStep.TARGETS, model.checkedLabels(batch));
          plan.run();
        }
        return result(data.size());
      }
    }
  }

  private void reset() {
    int classes = model.spec().classNames().size();
    zero(CONFUSION, TensorType.of(DType.INT32, classes, classes));
    zero(LOSS_SUM, TensorType.of(model.network().dtype()));
    zero(TOP_K, COUNT);
    zero(NON_FINITE, COUNT);
  }

  private void zero(String name, TensorType type) {
    if (model.store().contains(name)) {
      model.store().set(name, HostArray.allocate(type));
    } else {
      model.store().create(name, HostArray.allocate(type));
    }
  }

  private Evaluation result(long samples) {
    ParameterStore store = model.store();
    ConfusionMatrix confusion = ConfusionMatrix.of(store.get(CONFUSION));
    return new Evaluation(
        samples,
        confusion.accuracy().correct(),
        (long) store.get(TOP_K).scalar(),
        k,
        store.get(LOSS_SUM).scalar() / samples,
        (long) store.get(NON_FINITE).scalar(),
        confusion);
  }

  private Graph graph(int batch) {
    Description description = model.network().describe(batch, false);
    GraphBuilder graph = description.graph();
    Value scores = description.output();
    Value targets = graph.input(TrainingStep.TARGETS, loss.targets(scores.tensorType()));
    Value mean = loss.describe(description.context(), scores, targets);
    description
        .states()
        .values()
        .forEach(
            spec -> {
              if (!model.store().contains(spec.name())) {
                model.store().create(spec.name(), spec.initialise(0));
              }
            });
    int classes = model.spec().classNames().size();
    Value confusion = graph.state(CONFUSION, TensorType.of(DType.INT32, classes, classes));
    graph.assign(confusion, graph.emit(new ConfusionUpdate(), confusion, scores, targets));
    count(graph, LOSS_SUM, mean.tensorType(), graph.emit(new Affine(batch, 0), mean));
    count(graph, TOP_K, COUNT, graph.emit(new TopKCorrect(k), scores, targets));
    count(graph, NON_FINITE, COUNT, graph.emit(new NonFiniteCount(), scores));
    return graph
        .build()
        .rewritten(new FuseFlatten(), new FuseActivation(), new FoldBatchNorm())
        .fetching(List.of());
  }

  private static void count(GraphBuilder graph, String name, TensorType type, Value more) {
    Value sum = graph.state(name, type);
    graph.assign(sum, graph.emit(new BinaryMath(BinaryMath.Function.ADD), sum, more));
  }
}
