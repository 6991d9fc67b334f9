package dev.cambium.train;

import dev.cambium.data.Batch;
import dev.cambium.data.DataLoader;
import dev.cambium.data.Dataset;
import dev.cambium.data.Epoch;
import dev.cambium.data.SampleTransform;
import dev.cambium.monitor.RunFolder;
import dev.cambium.nn.loss.Loss;
import dev.cambium.optim.UpdateRule;
import dev.cambium.runtime.Coverage;
import dev.cambium.tensor.HostArray;
import dev.cambium.train.TrainingResult.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
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
 * <p>After a complete training the model has the weights of the last epoch; {@code
 * checkpoints/best.safetensors} of the run folder has those of the best.
 */
public final class Trainer {
  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  private final Builder settings;
  private final Model model;
  private final List<TrainingListener> listeners;
  private final Optional<RunFolder> folder;
  private volatile boolean stopRequested;

  private Trainer(Builder settings) {
    this.settings = settings;
    this.model = settings.model;
    this.listeners = new ArrayList<>(settings.listeners);
    this.folder = Optional.ofNullable(settings.folder);
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
        DataLoader loader = loader(train, step)) {
      Session session = new Session(step, loader, validation, terms, begin(step, terms));
      for (TrainingListener listener : listeners) {
        listener.started(session.progress, settings.epochs, loader.batches());
      }
      TrainingResult result = new TrainingResult(session.run(), session.progress);
      for (TrainingListener listener : listeners) {
        listener.ended(result);
      }
      return result;
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
    return new TrainingStep(
        model, settings.loss, settings.rule, settings.accumulate, settings.seed, batch);
  }

  private TrainingProgress begin(TrainingStep step, TrainingTerms terms) throws IOException {
    if (!settings.resume) {
      step.reset();
      return TrainingProgress.START;
    }
    RunFolder run =
        folder.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "resume() needs a run folder; give one by runFolder()"));
    Checkpoint checkpoint = Checkpoint.read(run.lastCheckpoint(), step.changing(), terms);
    model.store().restore(checkpoint.values());
    return checkpoint.progress();
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
    if (step.needsTwoSamples()) {
      builder.smallestBatch(2);
      if (train.size() % settings.batchSize == 1) {
        LOG.info(
            "the last batch of each epoch has one sample, which batch norm cannot train on; it is left out");
      }
    }
    return builder.build();
  }

  /** One call of fit. */
  private final class Session {
    private final TrainingStep step;
    private final DataLoader loader;
    private final Optional<Dataset> validation;
    private final Evaluator evaluator;
    private final TrainingTerms terms;
    private TrainingProgress progress;

    Session(
        TrainingStep step,
        DataLoader loader,
        Optional<Dataset> validation,
        TrainingTerms terms,
        TrainingProgress progress) {
      this.terms = terms;
      this.progress = progress;
      this.step = step;
      this.loader = loader;
      this.validation = validation;
      this.evaluator = new Evaluator(model, settings.loss, settings.batchSize);
    }

    Outcome run() throws IOException {
      while (progress.epoch() < settings.epochs) {
        if (settings.earlyStopping != null && settings.earlyStopping.stops(progress)) {
          return Outcome.STOPPED_EARLY;
        }
        long start = System.nanoTime();
        try (Epoch epoch = loader.epoch(progress.epoch(), progress.batch())) {
          Optional<Outcome> end = train(epoch);
          if (end.isPresent()) {
            return end.get();
          }
        }
        endEpoch((System.nanoTime() - start) * 1e-9);
      }
      return Outcome.COMPLETED;
    }

    private Optional<Outcome> train(Epoch epoch) throws IOException {
      while (epoch.hasNext()) {
        if (stopRequested) {
          writeLast();
          return Optional.of(Outcome.INTERRUPTED);
        }
        Batch batch = epoch.next();
        long number = progress.step();
        Set<String> watched = new HashSet<>();
        listeners.forEach(listener -> watched.addAll(listener.watches(number)));
        Map<String, HostArray> fetched = step.run(batch, number, watched);
        progress = progress.afterBatch(batch.size());
        boolean last = !epoch.hasNext();
        if ((last || !watched.isEmpty() || progress.step() % settings.reportEvery == 0)
            && report(fetched).diverged()
            && settings.stopOnDivergence) {
          return Optional.of(Outcome.DIVERGED);
        }
      }
      return Optional.empty();
    }

    private StepReport report(Map<String, HostArray> watched) throws IOException {
      TrainingStep.Counts counts = step.takeCounts();
      long samples = progress.samples();
      StepReport report =
          new StepReport(
              progress.step(),
              progress.epoch() + 1,
              progress.batch(),
              loader.batches(),
              samples,
              counts.loss() / samples,
              share(counts.correct(), samples),
              counts.nonFinite(),
              step.learningRate(progress.step() - 1),
              watched);
      progress = progress.afterReport(counts.correct(), counts.loss());
      for (TrainingListener listener : listeners) {
        listener.stepped(report);
      }
      return report;
    }

    private void endEpoch(double seconds) throws IOException {
      Optional<Evaluation> evaluation = validation.map(evaluator::evaluate);
      boolean best = evaluation.isPresent() && isBest(evaluation.get());
      if (best) {
        progress = progress.withBest(evaluation.get().accuracy(), evaluation.get().loss());
      }
      EpochReport report =
          new EpochReport(
              progress.epoch() + 1,
              progress.step(),
              progress.epochLoss() / progress.epochSamples(),
              share(progress.epochCorrect(), progress.epochSamples()),
              evaluation,
              best,
              seconds);
      progress = progress.afterEpoch();
      for (TrainingListener listener : listeners) {
        listener.epochEnded(report);
      }
      if (folder.isPresent() && (best || validation.isEmpty())) {
        model.save(folder.get().bestCheckpoint());
      }
      writeLast();
    }

    private boolean isBest(Evaluation evaluation) {
      return progress.bestEpoch() == 0
          || evaluation.accuracy() > progress.bestAccuracy()
          || (evaluation.accuracy() == progress.bestAccuracy()
              && evaluation.loss() < progress.bestLoss());
    }

    private void writeLast() throws IOException {
      if (folder.isPresent()) {
        for (TrainingListener listener : listeners) {
          listener.checkpointing(progress);
        }
        new Checkpoint(model.store().snapshot(step.changing().keySet()), progress, terms)
            .write(folder.get().lastCheckpoint(), model.spec());
      }
    }

    private static OptionalDouble share(long correct, long samples) {
      return correct < 0 ? OptionalDouble.empty() : OptionalDouble.of((double) correct / samples);
    }
  }

  /** The settings of a trainer. */
  public static final class Builder {
    private final Model model;
    private final Loss loss;
    private final UpdateRule rule;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private int epochs = 1;
    private int batchSize = 64;
    private long seed;
    private int accumulate = 1;
    private int reportEvery = 10;
    private int loaderThreads =
        Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
    private boolean stopOnDivergence = true;
    private boolean resume;
    private SampleTransform transform;
    private EarlyStopping earlyStopping;
    private RunFolder folder;

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

    /** Decides the order of the samples, dropout's masks and the augmentation. */
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

    /** The trainer. */
    public Trainer build() {
      return new Trainer(this);
    }
  }
}
