package dev.cambium.train;

import dev.cambium.data.Batch;
import dev.cambium.graph.FuseActivation;
import dev.cambium.graph.FuseFlatten;
import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.nn.Description;
import dev.cambium.nn.Network;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.loss.Loss;
import dev.cambium.op.Affine;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Fill;
import dev.cambium.op.NonFiniteCount;
import dev.cambium.op.TopKCorrect;
import dev.cambium.op.Value;
import dev.cambium.optim.StepInput;
import dev.cambium.optim.UpdateDescription;
import dev.cambium.optim.UpdateRule;
import dev.cambium.runtime.Coverage;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * One training step as one plan: forward, loss, gradients, update, running statistics and counts.
 * Where gradients are accumulated over several batches, a batch adds to the sums and a second plan
 * applies them. {@link Trainer} is the loop over it with all that makes a loop safe; whoever needs
 * a loop of another shape writes it over this:
 *
 * <pre>{@code
 * try (TrainingStep step = TrainingStep.of(model, CrossEntropy.ofLabels(), rule, 1)) {
 *   for (long number = 0; number < steps; number++) {
 *     step.run(nextBatch(), number);
 *   }
 *   System.out.println(step.takeCounts().loss());
 * }
 * }</pre>
 */
public final class TrainingStep implements AutoCloseable {
  private static final int PLANS = 8;
  private static final int SMALLEST_BATCH = 2;
  static final String LOSS = "loss";
  static final String SCORES = "scores";
  static final String TARGETS = "targets";
  static final String RNG = "rng";
  private static final String LOSS_SUM = "train.loss";
  private static final String CORRECT = "train.correct";
  private static final String NON_FINITE = "train.non_finite";
  private static final String ACCUMULATED = "optimizer.accumulated.";
  private static final TensorType COUNT = TensorType.of(DType.INT32);

  private record Key(String what, int batch, Set<String> watched) {}

  private final Model model;
  private final Loss loss;
  private final UpdateRule rule;
  private final int accumulate;
  private final long seed;
  private final List<StateSpec> trained;
  private final PlanCache plans = new PlanCache(PLANS);
  private final Map<String, TensorType> changing = new LinkedHashMap<>();
  private List<StepInput> stepInputs = List.of();
  private boolean takesLabels;
  private boolean countsLabels;
  private boolean batchNorm;

  /**
   * A step that updates after every batch; the optimiser's memory starts anew.
   *
   * @param model what is trained
   * @param loss what is made small
   * @param rule how parameters follow gradients
   * @param seed decides dropout's masks
   */
  public static TrainingStep of(Model model, Loss loss, UpdateRule rule, long seed) {
    TrainingStep step = new TrainingStep(model, loss, rule, 1, seed, SMALLEST_BATCH);
    step.reset();
    return step;
  }

  TrainingStep(Model model, Loss loss, UpdateRule rule, int accumulate, long seed, int batch) {
    this.model = model;
    this.loss = loss;
    this.rule = rule;
    this.accumulate = accumulate;
    this.seed = seed;
    this.trained = rule.trained(model.network().states().values());
    Model.saved(model.network())
        .forEach(name -> changing.put(name, model.network().states().get(name).type()));
    Graph graph = accumulate == 1 ? training(batch) : gradients(batch);
    if (accumulate > 1) {
      application();
    }
    batchNorm =
        graph.operations().stream().anyMatch(node -> node.op() instanceof BatchNormTraining);
  }

  /** Sets what belongs to the training alone, such as the optimiser's memory, to its beginning. */
  void reset() {
    for (String name : changing.keySet()) {
      if (!model.network().states().containsKey(name)) {
        model.store().set(name, HostArray.allocate(model.store().type(name)));
      }
    }
  }

  /** Every state that training changes, with its type. */
  Map<String, TensorType> changing() {
    return changing;
  }

  /** Whether a batch of one sample cannot be trained on. */
  boolean needsTwoSamples() {
    return batchNorm;
  }

  /**
   * Trains on one batch, the {@code step}-th from 0; may return before the device is done.
   *
   * @throws IllegalArgumentException when a label is out of range, the images have another shape,
   *     or the loss is over distributions and the batch has no soft targets, or the other way round
   */
  public void run(Batch batch, long step) {
    run(batch, step, Set.of());
  }

  /** Trains on one batch, the {@code step}-th from 0, and fetches the watched values. */
  Map<String, HostArray> run(Batch batch, long step, Set<String> watched) {
    synchronized (model) {
      Set<String> names = new TreeSet<>(watched);
      Supplier<Graph> graph =
          () ->
              (accumulate == 1 ? training(batch.size()) : gradients(batch.size())).fetching(names);
      Plan plan = plan(new Key("train", batch.size(), names), graph);
      plan.bind(Network.INPUT, batch.images());
      plan.bind(TARGETS, targets(batch));
      bindRandom(plan, seed, step);
      if (accumulate == 1) {
        bindStepInputs(plan, step);
      }
      plan.run();
      Map<String, HostArray> fetched = new LinkedHashMap<>();
      names.forEach(name -> fetched.put(name, plan.fetch(name)));
      if (accumulate > 1 && (step + 1) % accumulate == 0) {
        Plan application = plan(new Key("apply", 0, Set.of()), this::application);
        bindStepInputs(application, step / accumulate);
        application.run();
      }
      return fetched;
    }
  }

  private HostArray targets(Batch batch) {
    if (takesLabels && batch.softTargets().isPresent()) {
      throw new IllegalArgumentException(
          "the batch is mixed and its labels say only half of what its samples are; take the loss's"
              + " forDistributions(), or a loader without mix()");
    }
    return takesLabels
        ? model.checkedLabels(batch)
        : batch
            .softTargets()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the loss is over distributions and the batch has labels alone; take a"
                            + " loader with mix(), or a loss over labels such as"
                            + " CrossEntropy.ofLabels()"));
  }

  private Plan plan(Key key, Supplier<Graph> graph) {
    return plans.get(key, () -> model.plan(graph.get()));
  }

  /** How each operation of a step runs on the model's backend. */
  public List<Coverage> coverage(int batch) {
    synchronized (model) {
      try (Plan plan = model.plan(training(batch).fetching(Set.of()))) {
        return plan.coverage();
      }
    }
  }

  /** Frees the plans. */
  @Override
  public void close() {
    synchronized (model) {
      plans.close();
    }
  }

  /** The learning rate of the {@code step}-th batch. */
  double learningRate(long step) {
    return rule.checkedLearningRate(step / accumulate);
  }

  /** Binds what random layers draw by, where there are any. */
  static void bindRandom(Plan plan, long seed, long step) {
    if (plan.inputs().contains(RNG)) {
      plan.bind(
          RNG,
          HostArray.of(
              Shape.of(4), (int) seed, (int) (seed >>> 32), (int) step, (int) (step >>> 32)));
    }
  }

  private void bindStepInputs(Plan plan, long update) {
    for (StepInput input : stepInputs) {
      plan.bind(
          input.name(),
          HostArray.of(input.type(), new double[] {input.value().applyAsDouble(update)}));
    }
  }

  private Graph training(int batch) {
    GraphBuilder graph = GraphBuilder.of(forward(batch));
    List<Value> gradients = emitGradients(graph);
    UpdateDescription update = rule.describe(graph, trained, gradients);
    declare(update);
    return graph.build();
  }

  private Graph gradients(int batch) {
    GraphBuilder graph = GraphBuilder.of(forward(batch));
    List<Value> gradients = emitGradients(graph);
    for (int i = 0; i < trained.size(); i++) {
      Value sum = state(graph, ACCUMULATED + trained.get(i).name(), trained.get(i).type());
      graph.assign(sum, graph.emit(new BinaryMath(BinaryMath.Function.ADD), sum, gradients.get(i)));
    }
    return graph.build();
  }

  private Graph application() {
    GraphBuilder graph = new GraphBuilder();
    List<Value> sums = new ArrayList<>();
    for (StateSpec spec : trained) {
      sums.add(state(graph, ACCUMULATED + spec.name(), spec.type()));
    }
    TensorType scalar = trained.get(0).type().withShape(Shape.scalar());
    Value scale = graph.emit(new Fill(scalar, 1.0 / accumulate));
    declare(rule.describe(graph, trained, sums, scale));
    sums.forEach(sum -> graph.assign(sum, graph.emit(new Fill(sum.tensorType(), 0))));
    return graph.build().fetching(List.of());
  }

  private List<Value> emitGradients(GraphBuilder graph) {
    List<Value> gradients = UpdateRule.gradients(graph, graph.build().named(LOSS), trained);
    for (int i = 0; i < trained.size(); i++) {
      graph.name("gradient." + trained.get(i).name(), gradients.get(i));
    }
    return gradients;
  }

  /** The network, its loss and the counts, fused. */
  private Graph forward(int batch) {
    Description description = model.network().describe(batch, true);
    GraphBuilder graph = description.graph();
    Value scores = description.output();
    Value targets = graph.input(TARGETS, loss.targets(scores.tensorType()));
    Value mean = loss.describe(description.context(), scores, targets);
    graph.name(LOSS, mean);
    graph.name(SCORES, scores);
    count(graph, LOSS_SUM, mean.tensorType(), graph.emit(new Affine(batch, 0), mean));
    count(graph, NON_FINITE, COUNT, graph.emit(new NonFiniteCount(), scores));
    takesLabels = targets.tensorType().dtype() == DType.INT32;
    countsLabels = takesLabels && scores.shape().rank() == 2;
    if (countsLabels) {
      count(graph, CORRECT, COUNT, graph.emit(new TopKCorrect(1), scores, targets));
    }
    description.states().values().forEach(this::create);
    return graph.build().rewritten(new FuseFlatten(), new FuseActivation());
  }

  private void count(GraphBuilder graph, String name, TensorType type, Value more) {
    Value sum = state(graph, name, type);
    graph.assign(sum, graph.emit(new BinaryMath(BinaryMath.Function.ADD), sum, more));
  }

  private Value state(GraphBuilder graph, String name, TensorType type) {
    changing.put(name, type);
    if (!model.store().contains(name)) {
      model.store().create(name, HostArray.allocate(type));
    }
    return graph.state(name, type);
  }

  private void declare(UpdateDescription update) {
    stepInputs = update.stepInputs();
    update.states().values().forEach(this::create);
    update.states().forEach((name, spec) -> changing.put(name, spec.type()));
  }

  private void create(StateSpec spec) {
    if (!model.store().contains(spec.name())) {
      model.store().create(spec.name(), spec.initialise(seed));
    }
  }

  /**
   * Sums since the last call: losses, right answers, and scores that are no numbers. Waits for the
   * device.
   */
  public Counts takeCounts() {
    synchronized (model) {
      ParameterStore store = model.store();
      Counts counts =
          new Counts(
              store.get(LOSS_SUM).scalar(),
              countsLabels ? (long) store.get(CORRECT).scalar() : -1,
              (long) store.get(NON_FINITE).scalar());
      for (String name : List.of(LOSS_SUM, CORRECT, NON_FINITE)) {
        if (store.contains(name)) {
          store.set(name, HostArray.allocate(store.type(name)));
        }
      }
      return counts;
    }
  }

  /**
   * Sums over samples.
   *
   * @param loss the sum of losses
   * @param correct right answers; -1 where targets are no labels
   * @param nonFinite scores that are no numbers
   */
  public record Counts(double loss, long correct, long nonFinite) {}
}
