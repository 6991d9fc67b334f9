package dev.cambium.train;

import dev.cambium.data.BatchTransform;
import dev.cambium.data.DataLoader;
import dev.cambium.data.Dataset;
import dev.cambium.data.SampleTransform;
import dev.cambium.monitor.RunFolder;
import dev.cambium.nn.loss.Loss;
import dev.cambium.optim.UpdateRule;
import dev.cambium.runtime.Coverage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training loop: batch by batch, validated after each epoch, with the best and the last state
 * kept in a run folder. The same seed, backend and settings give the same weights to the bit, also
 * when the training was killed and resumed from its last checkpoint. (The {@code reference} backend
 * keeps doubles, of which a checkpoint keeps floats: there a resumed run differs by rounding.)
 *
 * <pre>{@code
 * Trainer trainer =
 *     Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Adam.of(), 1e-3))
 *         .epochs(5)
 *         .batchSize(64)
 *         .seed(1)
 *         .build();
 * TrainingResult result = trainer.fit(train, validation);
 * }</pre>
 *
 * <p>After a complete training the model has the weights of the last epoch, or their average where
 * one is asked for; {@code checkpoints/best.safetensors} of the run folder has those of the best.
 */
public final class Trainer {
  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  private final Builder settings;
  private final Model model;
  private volatile boolean stopRequested;

  private Trainer(Builder settings) {
    this.settings = settings;
    this.model = settings.model;
  }

  /**
   * A trainer, to be changed by the builder's settings: 1 epoch, batches of 64, seed 0, a report
   * every 10 steps.
   *
   * @param model what is trained
   * @param loss what is made small, of integer labels
   * @param rule how parameters follow gradients
   */
  public static Builder builder(Model model, Loss loss, UpdateRule rule) {
    return new Builder(model, loss, rule);
  }

  /**
   * Asks a running training to finish its step, write a checkpoint and end. May be called from any
   * thread.
   */
  public void requestStop() {
    stopRequested = true;
  }

  /** Trains on all of {@code train}, without validation. */
  public TrainingResult fit(Dataset train) throws IOException {
    return fit(train, Optional.empty());
  }

  /**
   * Trains.
   *
   * @param train what the model learns from
   * @param validation what it is judged by after each epoch; never a part of {@code train}, never
   *     the test samples
   * @throws IOException when a checkpoint or a metric cannot be written; the checkpoint before it
   *     stays whole
   */
  public TrainingResult fit(Dataset train, Dataset validation) throws IOException {
    return fit(train, Optional.of(validation));
  }

  private TrainingResult fit(Dataset train, Optional<Dataset> validation) throws IOException {
    if (settings.earlyStopping != null && validation.isEmpty()) {
      throw new IllegalArgumentException(
          "early stopping needs a validation set; give one to fit(), or leave early stopping out");
    }
    TrainingTerms terms =
        new TrainingTerms(settings.batchSize, settings.seed, settings.accumulate, train.size());
    try (TrainingStep step = step(Math.min(settings.batchSize, Math.max(2, train.size())));
        DataLoader loader = loader(train, step);
        AveragedWeights average =
            settings.average == null ? null : new AveragedWeights(model, settings.average)) {
      return new TrainingSession(
              settings,
              step,
              loader,
              Optional.ofNullable(average),
              validation,
              terms,
              () -> stopRequested)
          .run();
    } finally {
      stopRequested = false;
    }
  }

  /**
   * How each operation of a training step runs on the model's backend, for a batch of that size.
   */
  public List<Coverage> coverage(int batch) {
    try (TrainingStep step = step(batch)) {
      return step.coverage(batch);
    }
  }

  private TrainingStep step(int batch) {
    Loss loss = settings.mix == null ? settings.loss : settings.loss.forDistributions();
    return new TrainingStep(model, loss, settings.rule, settings.accumulate, settings.seed, batch);
  }

  private DataLoader loader(Dataset train, TrainingStep step) {
    DataLoader.Builder builder =
        DataLoader.builder(train, settings.batchSize)
            .shuffle(settings.seed)
            .preprocessing(model.spec().preprocessing())
            .threads(settings.loaderThreads);
    if (settings.transform != null) {
      builder.transform(settings.transform, settings.seed);
    }
    if (settings.mix != null) {
      builder.mix(settings.mix, settings.seed);
    }
    if (step.needsTwoSamples()) {
      builder.smallestBatch(2);
      if (train.size() % settings.batchSize == 1) {
        LOG.info(
            "the last batch of each epoch has one sample, which batch norm cannot train on; it is left out");
      }
    }
    return builder.build();
  }

  /** The settings of a trainer. */
  public static final class Builder {
    final Model model;
    final Loss loss;
    final UpdateRule rule;
    final List<TrainingListener> listeners = new ArrayList<>();
    int epochs = 1;
    int batchSize = 64;
    long seed;
    int accumulate = 1;
    int reportEvery = 10;
    int loaderThreads = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
    boolean stopOnDivergence = true;
    boolean resume;
    SampleTransform transform;
    BatchTransform mix;
    WeightAverage average;
    EarlyStopping earlyStopping;
    RunFolder folder;

    private Builder(Model model, Loss loss, UpdateRule rule) {
      this.model = Objects.requireNonNull(model, "model");
      this.loss = Objects.requireNonNull(loss, "loss");
      this.rule = Objects.requireNonNull(rule, "rule");
    }

    private static int atLeastOne(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " of a trainer must be at least 1, got " + value);
      }
      return value;
    }

    /** How often all samples are seen. */
    public Builder epochs(int number) {
      this.epochs = atLeastOne("epochs", number);
      return this;
    }

    /** Samples of a batch. */
    public Builder batchSize(int samples) {
      this.batchSize = atLeastOne("batchSize", samples);
      return this;
    }

    /** Decides the order of the samples, dropout's masks, the augmentation and the mixtures. */
    public Builder seed(long number) {
      this.seed = number;
      return this;
    }

    /** Adds the gradients of so many batches up, and takes their mean, before each update. */
    public Builder accumulate(int batches) {
      this.accumulate = atLeastOne("accumulate", batches);
      return this;
    }

    /**
     * Reports after so many steps, and at the end of each epoch; every report waits for the device.
     */
    public Builder reportEvery(int steps) {
      this.reportEvery = atLeastOne("reportEvery", steps);
      return this;
    }

    /** Threads that assemble batches beside the training step. */
    public Builder loaderThreads(int threads) {
      this.loaderThreads = threads;
      return this;
    }

    /** Goes on even when the loss stops being a number. */
    public Builder continueOnDivergence() {
      this.stopOnDivergence = false;
      return this;
    }

    /** Changes each training sample at random. */
    public Builder transform(SampleTransform change) {
      this.transform = Objects.requireNonNull(change, "change");
      return this;
    }

    /**
     * Changes each training batch at random as a whole, by (seed, epoch, position of the batch),
     * such as {@code MixUp.of(0.2)}. Steps train on the loss's {@link Loss#forDistributions()} and
     * report it, without an accuracy, as a mixture has no right answer; validation is as ever.
     *
     * @throws IllegalArgumentException when the loss has no form with distributions as targets
     */
    public Builder mix(BatchTransform change) {
      this.mix = Objects.requireNonNull(change, "change");
      loss.forDistributions();
      return this;
    }

    /**
     * Lets an average of the weights go along, such as {@code WeightAverage.exponential(0.999)}.
     * The weights take the same way as without it; but what is validated, kept as best, seen by
     * {@link TrainingListener#epochEnded}, and in the model after {@code fit} has returned, is the
     * average. The last checkpoint holds both.
     */
    public Builder averageWeights(WeightAverage average) {
      this.average = Objects.requireNonNull(average, "average");
      return this;
    }

    /** Ends the training when validation stops improving. */
    public Builder earlyStopping(EarlyStopping rule) {
      this.earlyStopping = Objects.requireNonNull(rule, "rule");
      return this;
    }

    /** Keeps checkpoints in {@code run}. */
    public Builder runFolder(RunFolder run) {
      this.folder = Objects.requireNonNull(run, "run");
      return this;
    }

    /** Goes on from the last checkpoint of the run folder. */
    public Builder resume() {
      this.resume = true;
      return this;
    }

    /** Adds somebody who sees everything. */
    public Builder listener(TrainingListener listener) {
      this.listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /** The trainer; what the builder is told later does not reach it. */
    public Trainer build() {
      Builder settings = new Builder(model, loss, rule);
      settings.listeners.addAll(listeners);
      settings.epochs = epochs;
      settings.batchSize = batchSize;
      settings.seed = seed;
      settings.accumulate = accumulate;
      settings.reportEvery = reportEvery;
      settings.loaderThreads = loaderThreads;
      settings.stopOnDivergence = stopOnDivergence;
      settings.resume = resume;
      settings.transform = transform;
      settings.mix = mix;
      settings.average = average;
      settings.earlyStopping = earlyStopping;
      settings.folder = folder;
      return new Trainer(settings);
    }
  }
}
