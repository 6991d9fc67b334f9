package dev.cambium.examples;

import dev.cambium.image.Image;
import dev.cambium.monitor.RunFolder;
import dev.cambium.spi.Backend;
import dev.cambium.train.Model;
import dev.cambium.train.Prediction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what the best weights of a run see in pictures. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Prints the most probable classes of pictures, a line for each.")
final class PredictCommand implements Callable<Integer> {
  private static final int AT_A_TIME = 64;

  @Option(names = "--run", paramLabel = "DIR", required = true, description = "folder of the run")
  private Path run;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "3",
      description = "classes to print for each picture; default: ${DEFAULT-VALUE}")
  private int top;

  @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "PNG, JPEG or BMP files")
  private List<Path> files;

  @Mixin private BackendOption backend = new BackendOption();

  private final Console console;

  PredictCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Recipe.atLeastOne("--top", top);
    Path weights = Training.bestWeights(RunFolder.open(run));
    List<Image> images = files.stream().map(Image::read).toList();
    try (Session session =
            new Session(
                console,
                backend.selection(),
                Session.backendProperties(),
                Session.isTraceRequested());
        Model model = Model.load(weights, session.get(Backend.class))) {
      for (int first = 0; first < files.size(); first += AT_A_TIME) {
        int end = Math.min(files.size(), first + AT_A_TIME);
        List<Prediction> predictions = model.classify(images.subList(first, end));
        for (int i = first; i < end; i++) {
          console.result(files.get(i) + ": " + line(predictions.get(i - first)));
        }
      }
    }
    return 0;
  }

  private String line(Prediction prediction) {
    return prediction.classes().stream()
        .limit(top)
        .map(c -> String.format(Locale.ROOT, "%s %.4f", c.name(), c.probability()))
        .collect(Collectors.joining(", "));
  }
}
