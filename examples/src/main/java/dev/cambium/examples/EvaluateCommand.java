package dev.cambium.examples;

import dev.cambium.data.DataSplits;
import dev.cambium.data.Dataset;
import dev.cambium.monitor.RunFolder;
import dev.cambium.spi.Backend;
import dev.cambium.train.Evaluation;
import dev.cambium.train.Evaluator;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the best weights of a run on the test images of a data set. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures the best weights of a run on test images. Ends with the test accuracy.")
final class EvaluateCommand implements Callable<Integer> {
  @Option(names = "--run", paramLabel = "DIR", required = true, description = "folder of the run")
  private Path run;

  @Option(
      names = "--data",
      paramLabel = "D",
      description = "as for train; by default the data of the run")
  private String data;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "images at a time; by default as in training")
  private Integer batch;

  @Mixin private BackendOption backend = new BackendOption();

  @Mixin private TraceOption trace = new TraceOption();

  private final Console console;

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    RunFolder folder = RunFolder.open(run);
    RunSettings settings = RunSettings.of(folder);
    int batchSize = batch == null ? settings.recipe().batch() : batch;
    Recipe.atLeastOne("--batch", batchSize);
    Path weights = Training.bestWeights(folder);
    Evaluation test;
    try (Session session =
            new Session(
                console, backend.selection(), Session.backendProperties(), trace.isWanted());
        Model model = Model.load(weights, session.get(Backend.class))) {
      DataSplits splits =
          (data == null ? settings : settings.withData(data)).open(folder.info().seed());
      requireFitting(model.spec(), splits);
      test = new Evaluator(model, settings.recipe().loss(), batchSize).evaluate(splits.test());
      Report.details(test, model.spec().classNames()).forEach(console::result);
    }
    console.result(Report.lastLine(test));
    return 0;
  }

  private static void requireFitting(ModelSpec spec, DataSplits splits) {
    Dataset test = splits.test();
    if (!spec.sample().equals(test.sampleShape())) {
      throw new IllegalArgumentException(
          "the run was trained on images %s, those of %s are %s"
              .formatted(spec.sample(), splits.name(), test.sampleShape()));
    }
    if (!spec.classNames().equals(test.classNames())) {
      throw new IllegalArgumentException(
          "the run was trained on the classes %s, those of %s are %s"
              .formatted(spec.classNames(), splits.name(), test.classNames()));
    }
  }
}
