package dev.cambium.examples;

import com.google.inject.Guice;
import com.google.inject.Inject;
import dev.cambium.data.DataSplits;
import dev.cambium.data.Digits;
import dev.cambium.data.ValidationSplit;
import dev.cambium.data.preprocess.ChannelStandardization;
import dev.cambium.inject.CambiumModule;
import dev.cambium.monitor.ProgressBar;
import dev.cambium.monitor.Terminal;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Dropout;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.AdamW;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.train.Evaluation;
import dev.cambium.train.Evaluator;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.ProgressListener;
import dev.cambium.train.Trainer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** The whole way on one page: define a network, train it, save it, load it, predict. */
public final class FirstNetwork {
  private final Backend backend;

  /** Runs on {@code backend}, whichever that is. */
  @Inject
  public FirstNetwork(Backend backend) {
    this.backend = backend;
  }

  /** Trains for so many epochs, keeps the model in {@code file}, and uses it from there. */
  public double run(int epochs, Path file, PrintStream out) throws IOException {
    DataSplits digits = Digits.open(1);
    ValidationSplit split = ValidationSplit.of(digits.train(), 0.1, 1);
    Layer network =
        Sequential.of(
            Conv2d.of(16, 3).padding(1).bias(false),
            BatchNorm.of(),
            ReLU.of(),
            MaxPool2d.of(2),
            Conv2d.of(32, 3).padding(1).bias(false),
            BatchNorm.of(),
            ReLU.of(),
            MaxPool2d.of(2),
            Dropout.of(0.25),
            Linear.of(10));
    ModelSpec spec =
        ModelSpec.of(network, digits.train().sampleShape(), digits.train().classNames())
            .with(ChannelStandardization.fit(split.train()));
    CrossEntropy loss = CrossEntropy.ofLabels();

    try (Model model = Model.create(spec, 1, backend)) {
      out.print(model.summary());
      Trainer.builder(model, loss, UpdateRule.of(AdamW.of(), 0.002))
          .epochs(epochs)
          .batchSize(64)
          .seed(1)
          .listener(new ProgressListener(new ProgressBar(out, Terminal.detect())))
          .build()
          .fit(split.train(), split.validation());
      model.save(file);
    }

    try (Model model = Model.load(file, backend)) {
      Evaluation test = new Evaluator(model, loss, 64).evaluate(digits.test());
      out.println("test accuracy " + test.accuracy());
      out.println("the first digit is a " + model.classify(digits.test().image(0)).best().name());
      return test.accuracy();
    }
  }

  /** Chooses a backend and runs. */
  public static void main(String[] arguments) throws IOException {
    try (CambiumModule cambium = CambiumModule.create()) {
      FirstNetwork program = Guice.createInjector(cambium).getInstance(FirstNetwork.class);
      program.run(5, Path.of("digits.safetensors"), System.out);
    }
  }
}
