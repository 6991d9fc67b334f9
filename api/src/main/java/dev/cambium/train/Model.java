package dev.cambium.train;

import dev.cambium.data.Batch;
import dev.cambium.graph.FoldBatchNorm;
import dev.cambium.graph.FuseActivation;
import dev.cambium.graph.FuseFlatten;
import dev.cambium.graph.Graph;
import dev.cambium.image.Image;
import dev.cambium.nn.Architecture;
import dev.cambium.nn.Description;
import dev.cambium.nn.Network;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.Summary;
import dev.cambium.op.Softmax;
import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.Coverage;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A network with values on a backend. Owns its parameters, plans and working memory there; the
 * backend stays open. May be called from many threads, which take turns.
 *
 * <pre>{@code
 * try (Backend backend = Backends.discover().open();
 *     Model model = Model.load(Path.of("model.safetensors"), backend)) {
 *   System.out.println(model.classify(Image.read(Path.of("three.png"))).best());
 * }
 * }</pre>
 */
public final class Model implements Predictor, AutoCloseable {
  private static final int PLANS = 8;
  static final String SCORES = "scores";
  private static final String PROBABILITIES = "probabilities";

  private record PlanKey(Set<String> what, int batch) {}

  private final ModelSpec spec;
  private final Network network;
  private final Backend backend;
  private final ParameterStore store;
  private final BufferPool pool;
  private final PlanCache plans = new PlanCache(PLANS);

  private Model(ModelSpec spec, Network network, Backend backend) {
    this.spec = spec;
    this.network = network;
    this.backend = backend;
    this.store = new ParameterStore(backend);
    this.pool = new BufferPool(backend);
  }

  /**
   * A model whose parameters are drawn by their initialisers.
   *
   * @param spec what the model is
   * @param seed decides all first values: the same seed gives the same ones on every backend
   * @param backend where it runs
   * @throws IllegalArgumentException when the layers do not fit the samples or each other
   */
  public static Model create(ModelSpec spec, long seed, Backend backend) {
    Network network = spec.network();
    return filled(spec, network, network.initialise(seed), backend);
  }

  private static Model filled(
      ModelSpec spec, Network network, Map<String, HostArray> values, Backend backend) {
    Model model = new Model(spec, network, backend);
    try {
      values.forEach(model.store::create);
      network.states().values().stream()
          .filter(state -> state.role() == StateSpec.Role.CONSTANT)
          .filter(state -> !values.containsKey(state.name()))
          .forEach(state -> model.store.create(state.name(), state.initialise(0)));
      return model;
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /**
   * A model from a file that {@link #save} wrote.
   *
   * @throws IOException when it cannot be read, is damaged, or is no model
   */
  public static Model load(Path file, Backend backend) throws IOException {
    return load(file, backend, Architecture.STANDARD);
  }

  /**
   * A model with layers of one's own from a file that {@link #save} wrote.
   *
   * @param architecture knows all its layers
   * @throws IOException when it cannot be read, is damaged, or is no model
   */
  public static Model load(Path file, Backend backend, Architecture architecture)
      throws IOException {
    ModelFile loaded = ModelFile.read(file, architecture);
    return filled(loaded.spec(), loaded.network(), loaded.values(), backend);
  }

  /**
   * Writes weights, architecture, preprocessing and class names as one safetensors file, whole or
   * not at all. The weights have the names and shapes of PyTorch's {@code state_dict}.
   */
  public void save(Path file) throws IOException {
    ModelFile.write(file, spec, weights());
  }

  /** What the model is. */
  public ModelSpec spec() {
    return spec;
  }

  /** The network. */
  public Network network() {
    return network;
  }

  /** Where it runs. */
  public Backend backend() {
    return backend;
  }

  /** The layers with output shapes, parameters and multiply-adds, for one sample. */
  public Summary summary() {
    return network.summary();
  }

  /**
   * The layers with output shapes, parameters and multiply-adds for an input of {@code shape},
   * batch included.
   */
  public Summary summary(Shape shape) {
    return network.summary(shape);
  }

  /** Copies of all parameters and running statistics, by name. */
  public synchronized Map<String, HostArray> weights() {
    return store.snapshot(saved(network));
  }

  /**
   * Replaces all parameters and running statistics, all or none.
   *
   * @throws IllegalArgumentException when one is missing, unexpected, or of another type; the
   *     message names them
   */
  public synchronized void setWeights(Map<String, HostArray> values) {
    Map<String, TensorType> types = new LinkedHashMap<>();
    values.forEach((name, value) -> types.put(name, value.type()));
    List<String> expected = saved(network);
    List<String> wrong = new ArrayList<>();
    expected.forEach(
        name -> {
          if (!types.containsKey(name)) {
            wrong.add(name + " is missing");
          } else if (!types.get(name).equals(network.states().get(name).type())) {
            wrong.add(
                name
                    + " is "
                    + types.get(name)
                    + ", expected "
                    + network.states().get(name).type());
          }
        });
    types.keySet().stream()
        .filter(name -> !expected.contains(name))
        .forEach(name -> wrong.add(name + " is unexpected"));
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "the weights do not fit the model: " + String.join("; ", wrong));
    }
    store.restore(values);
  }

  /** The names of the states that belong to a saved model. */
  static List<String> saved(Network network) {
    return network.states().values().stream()
        .filter(s -> s.role() == StateSpec.Role.PARAMETER || s.role() == StateSpec.Role.BUFFER)
        .map(StateSpec::name)
        .toList();
  }

  /**
   * What the network gives for a batch, in evaluation mode.
   *
   * @param input FLOAT32 {@code [N, ...]}, preprocessed
   * @return scores, {@code [N, classes]}
   */
  public HostArray scores(HostArray input) {
    return fetch(input, Set.of(SCORES)).get(SCORES);
  }

  /**
   * Softmax of the scores of a batch, in evaluation mode.
   *
   * @param input FLOAT32 {@code [N, ...]}, preprocessed
   * @return probabilities, {@code [N, classes]}
   */
  public HostArray probabilities(HostArray input) {
    return fetch(input, Set.of(PROBABILITIES)).get(PROBABILITIES);
  }

  @Override
  public List<String> classNames() {
    return spec.classNames();
  }

  @Override
  public Shape sample() {
    return spec.sample();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException when the model's samples are no images {@code [C, H, W]}
   */
  @Override
  public double[][] scores(List<Image> images) {
    return images.isEmpty() ? new double[0][] : rows(scores(prepared(images)));
  }

  /** Pictures brought to the samples' size and channels, and preprocessed. */
  HostArray prepared(List<Image> images) {
    Shape sample = spec.sample();
    if (sample.rank() != 3) {
      throw new IllegalStateException(
          "the model's samples of shape " + sample + " are not images [C, H, W]");
    }
    Shape input = network.sample();
    float[] batch = new float[images.size() * input.intSize()];
    for (int i = 0; i < images.size(); i++) {
      float[] pixels =
          images.get(i).withChannels(sample.dim(0)).cover(sample.dim(1), sample.dim(2)).values();
      spec.preprocessing().apply(pixels, 0, batch, i * input.intSize(), sample);
    }
    return HostArray.of(batched(images.size(), input), batch);
  }

  /** The rows of a matrix. */
  static double[][] rows(HostArray matrix) {
    int columns = matrix.shape().dim(1);
    double[] all = matrix.toDoubles();
    double[][] rows = new double[matrix.shape().dim(0)][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * columns, (i + 1) * columns));
    return rows;
  }

  static Shape batched(int batch, Shape sample) {
    int[] dimensions = new int[sample.rank() + 1];
    dimensions[0] = batch;
    System.arraycopy(sample.toArray(), 0, dimensions, 1, sample.rank());
    return Shape.of(dimensions);
  }

  /**
   * What the network computes for a batch on its way, in evaluation mode: activations to look at.
   *
   * @param input FLOAT32 {@code [N, ...]}, preprocessed
   * @param names {@code PATH.output} for the output of the layer at a path, {@code scores}, {@code
   *     probabilities}
   * @return the values by name
   * @throws IllegalArgumentException when the input does not fit, or there is no value of a name
   */
  public synchronized Map<String, HostArray> fetch(HostArray input, Set<String> names) {
    Shape expected =
        batched(input.shape().rank() == 0 ? 0 : input.shape().dim(0), network.sample());
    if (!input.type().equals(new TensorType(network.dtype(), expected))) {
      throw new IllegalArgumentException(
          "input of the model must be "
              + network.dtype()
              + " "
              + expected
              + ", got "
              + input.type());
    }
    int batch = expected.dim(0);
    Set<String> wanted = Set.copyOf(names);
    Plan plan = plan(new PlanKey(wanted, batch), () -> inference(batch).fetching(wanted));
    plan.bind(Network.INPUT, input);
    plan.run();
    Map<String, HostArray> values = new LinkedHashMap<>();
    wanted.forEach(name -> values.put(name, plan.fetch(name)));
    return values;
  }

  private Graph inference(int batch) {
    Description description = network.describe(batch, false);
    description.graph().name(SCORES, description.output());
    if (description.output().shape().rank() == 2) {
      description
          .graph()
          .name(PROBABILITIES, description.graph().emit(new Softmax(), description.output()));
    }
    return description
        .graph()
        .build()
        .rewritten(new FuseFlatten(), new FuseActivation(), new FoldBatchNorm());
  }

  /** A plan over the model's states and memory; use it while holding the model's monitor. */
  Plan plan(Graph graph) {
    return Plan.of(graph, store, pool);
  }

  /** A plan that the model keeps, made when it is not there; use it while holding the monitor. */
  Plan plan(Object key, Supplier<Graph> graph) {
    return plans.get(key, () -> plan(graph.get()));
  }

  /**
   * The labels of a batch.
   *
   * @throws IllegalArgumentException when one of them is no class of the model
   */
  HostArray checkedLabels(Batch batch) {
    HostArray labels = batch.labels();
    int classes = spec.classNames().size();
    for (int i = 0; i < labels.shape().size(); i++) {
      double label = labels.get(i);
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "label of sample "
                + i
                + " of the batch must be of 0 to "
                + (classes - 1)
                + ", got "
                + (long) label
                + "; train and measure a model on data with its own classes");
      }
    }
    return labels;
  }

  /** How each operation runs on the backend, for a batch of that size in evaluation mode. */
  public synchronized List<Coverage> coverage(int batch) {
    try (Plan plan = plan(inference(batch).fetching(List.of(SCORES)))) {
      return plan.coverage();
    }
  }

  /** The states, those of training and evaluation included. */
  ParameterStore store() {
    return store;
  }

  /** Frees everything that the model holds on the backend. */
  @Override
  public synchronized void close() {
    try (store;
        pool) {
      plans.close();
    }
  }
}
