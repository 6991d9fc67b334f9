package dev.cambium.examples;

import dev.cambium.data.DataSplits;
import dev.cambium.data.Dataset;
import dev.cambium.data.SampleTransform;
import dev.cambium.data.ValidationSplit;
import dev.cambium.data.preprocess.ChannelStandardization;
import dev.cambium.monitor.ProgressBar;
import dev.cambium.monitor.RunFolder;
import dev.cambium.spi.Backend;
import dev.cambium.train.EarlyStopping;
import dev.cambium.train.Evaluation;
import dev.cambium.train.Evaluator;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.ProgressListener;
import dev.cambium.train.RunRecorder;
import dev.cambium.train.StepReport;
import dev.cambium.train.Trainer;
import dev.cambium.train.TrainingListener;
import dev.cambium.train.TrainingProgress;
import dev.cambium.train.TrainingResult;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One training, ready to run: its data, split, with preprocessing fitted on the training part
 * alone, and its model. The epoch that does best on the validation part is measured on the test
 * images at the end, once. Owns the model.
 */
final class TrainingJob implements AutoCloseable {
  private final RunSettings settings;
  private final long seed;
  private final Dataset train;
  private final Optional<Dataset> validation;
  private final Dataset test;
  private final Optional<SampleTransform> transform;
  private final Model model;
  private boolean begun;

  private TrainingJob(
      RunSettings settings,
      long seed,
      DataSplits data,
      Dataset train,
      Optional<Dataset> validation,
      Optional<SampleTransform> transform,
      Model model) {
    this.settings = settings;
    this.seed = seed;
    this.train = train;
    this.validation = validation;
    this.test = data.test();
    this.transform = transform;
    this.model = model;
  }

  /** Opens the data and makes the model. */
  static TrainingJob of(RunSettings settings, long seed, Backend backend) {
    DataSplits data = settings.open(seed);
    Dataset train = data.train();
    Optional<Dataset> validation = Optional.empty();
    if (settings.validation() > 0) {
      ValidationSplit split = ValidationSplit.of(train, settings.validation(), seed);
      train = split.train();
      validation = Optional.of(split.validation());
    }
    ModelSpec spec =
        ModelSpec.of(
                settings.network(train.classNames().size()),
                train.sampleShape(),
                train.classNames())
            .with(ChannelStandardization.fit(train));
    Optional<SampleTransform> transform = settings.augmentation().trainingTransform(train);
    Model model = Model.create(spec, seed, backend);
    return new TrainingJob(settings, seed, data, train, validation, transform, model);
  }

  /** What is trained on what, in lines for people. */
  List<String> describe() {
    return List.of(
        "data %s: %d training, %d validation, %d test images %s, %d classes"
            .formatted(
                settings.data(),
                train.size(),
                validation.map(Dataset::size).orElse(0),
                test.size(),
                Arrays.toString(train.sampleShape().toArray()),
                train.classNames().size()),
        String.format(
            Locale.ROOT,
            "model %s: %,d parameters, seed %d, augmentation %s",
            settings.model(),
            model.summary().parameters(),
            seed,
            settings.augment()));
  }

  /** Whether a step was taken and reported. */
  boolean hasBegun() {
    return begun;
  }

  /** Trains in {@code folder}, from its last checkpoint where {@code resume} says so. */
  Training.Ending run(RunFolder folder, boolean resume, Console console, StopSignal stop)
      throws IOException {
    try (RunRecorder recorder = new RunRecorder(folder)) {
      ProgressBar bar = new ProgressBar(console.err(), console.terminal());
      Trainer trainer = trainer(folder, resume, recorder, bar);
      stop.arm(trainer::requestStop);
      TrainingResult result;
      try {
        result = validation.isPresent() ? trainer.fit(train, validation.get()) : trainer.fit(train);
      } finally {
        stop.disarm();
        bar.clear();
      }
      return end(result, folder, recorder, console);
    }
  }

  private Trainer trainer(RunFolder folder, boolean resume, RunRecorder recorder, ProgressBar bar) {
    Trainer.Builder builder =
        settings
            .plan(seed)
            .trainer(model, train, transform)
            .reportEvery(settings.reportEvery())
            .runFolder(folder)
            .listener(recorder)
            .listener(new ProgressListener(bar))
            .listener(beginning());
    if (settings.patience() > 0) {
      builder.earlyStopping(new EarlyStopping(settings.patience()));
    }
    if (resume) {
      builder.resume();
    }
    return builder.build();
  }

  private TrainingListener beginning() {
    return new TrainingListener() {
      @Override
      public void stepped(StepReport report) {
        begun = true;
      }
    };
  }

  private Training.Ending end(
      TrainingResult result, RunFolder folder, RunRecorder recorder, Console console)
      throws IOException {
    TrainingProgress progress = result.progress();
    switch (result.outcome()) {
      case INTERRUPTED -> {
        console.remark(
            "stopped in epoch %d, after step %d".formatted(progress.epoch() + 1, progress.step()));
        console.remark("go on with ./cambium train --resume " + folder.path());
        return new Training.Ending(StopSignal.STOPPED, Optional.empty());
      }
      case DIVERGED -> {
        console.remark(
            "cambium: the loss or a score stopped being a number in epoch %d, by step %d: try a lower --lr, or --clip-norm 1"
                .formatted(progress.epoch() + 1, progress.step()));
        return new Training.Ending(Failure.INTERNAL, Optional.empty());
      }
      case STOPPED_EARLY ->
          console.remark(
              "stopped early: no better validation result in %d epochs"
                  .formatted(settings.patience()));
      case COMPLETED -> {}
    }
    int best = validation.isPresent() ? progress.bestEpoch() : progress.epoch();
    Evaluation tested = test(folder);
    recorder.tested(best, tested);
    if (validation.isPresent()) {
      console.remark(
          String.format(
              Locale.ROOT,
              "best epoch %d: validation accuracy %.4f",
              best,
              progress.bestAccuracy()));
    }
    console.remark("weights in " + folder.bestCheckpoint());
    return new Training.Ending(0, Optional.of(tested));
  }

  private Evaluation test(RunFolder folder) throws IOException {
    try (Model best = Model.load(Training.bestWeights(folder), model.backend())) {
      return new Evaluator(best, settings.recipe().loss(), settings.recipe().batch())
          .evaluate(test);
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
