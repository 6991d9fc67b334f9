package dev.cambium.train;

import dev.cambium.data.Batch;
import dev.cambium.data.DataLoader;
import dev.cambium.data.Dataset;
import dev.cambium.data.Epoch;
import dev.cambium.monitor.RunFolder;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import dev.cambium.train.TrainingResult.Outcome;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** One training, from its begin or a checkpoint to its end. */
final class TrainingSession {
  private final Trainer.Builder settings;
  private final Model model;
  private final TrainingStep step;
  private final DataLoader loader;
  private final Optional<AveragedWeights> average;
  private final Optional<Dataset> validation;
  private final TrainingTerms terms;
  private final BooleanSupplier stopRequested;
  private final List<TrainingListener> listeners;
  private final Optional<RunFolder> folder;
  private final Evaluator evaluator;
  private TrainingProgress progress = TrainingProgress.START;

  TrainingSession(
      Trainer.Builder settings,
      TrainingStep step,
      DataLoader loader,
      Optional<AveragedWeights> average,
      Optional<Dataset> validation,
      TrainingTerms terms,
      BooleanSupplier stopRequested) {
    this.settings = settings;
    this.model = settings.model;
    this.step = step;
    this.loader = loader;
    this.average = average;
    this.validation = validation;
    this.terms = terms;
    this.stopRequested = stopRequested;
    this.listeners = settings.listeners;
    this.folder = Optional.ofNullable(settings.folder);
    this.evaluator = new Evaluator(model, settings.loss, settings.batchSize);
  }

  TrainingResult run() throws IOException {
    begin();
    for (TrainingListener listener : listeners) {
      listener.started(progress, settings.epochs, loader.batches());
    }
    Outcome outcome = train();
    average.ifPresent(AveragedWeights::take);
    TrainingResult result = new TrainingResult(outcome, progress);
    for (TrainingListener listener : listeners) {
      listener.ended(result);
    }
    return result;
  }

  private void begin() throws IOException {
    if (!settings.resume) {
      step.reset();
      average.ifPresent(AveragedWeights::begin);
      return;
    }
    RunFolder run =
        folder.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "resume() needs a run folder; give one by runFolder()"));
    Checkpoint checkpoint = Checkpoint.read(run.lastCheckpoint(), changing(), terms);
    model.store().restore(checkpoint.values());
    progress = checkpoint.progress();
  }

  /** Every state that the training changes. */
  private Map<String, TensorType> changing() {
    Map<String, TensorType> states = new LinkedHashMap<>(step.changing());
    average.ifPresent(averages -> states.putAll(averages.states()));
    return states;
  }

  private Outcome train() throws IOException {
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
      if (stopRequested.getAsBoolean()) {
        writeLast();
        return Optional.of(Outcome.INTERRUPTED);
      }
      Batch batch = epoch.next();
      long number = progress.step();
      Set<String> watched = new HashSet<>();
      listeners.forEach(listener -> watched.addAll(listener.watches(number)));
      Map<String, HostArray> fetched = step.run(batch, number, watched);
      followUpdate(number);
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

  private void followUpdate(long number) {
    if (average.isPresent() && (number + 1) % settings.accumulate == 0) {
      average.get().updated(number / settings.accumulate);
    }
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
    if (average.isPresent()) {
      average.get().epochEnded(progress.epoch() + 1);
      average.get().whileInPlace(() -> judge(seconds));
    } else {
      judge(seconds);
    }
    writeLast();
  }

  private void judge(double seconds) throws IOException {
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
      new Checkpoint(model.store().snapshot(changing().keySet()), progress, terms)
          .write(folder.get().lastCheckpoint(), model.spec());
    }
  }

  private static OptionalDouble share(long correct, long samples) {
    return correct < 0 ? OptionalDouble.empty() : OptionalDouble.of((double) correct / samples);
  }
}
