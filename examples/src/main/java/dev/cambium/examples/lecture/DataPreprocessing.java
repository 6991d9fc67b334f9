package dev.cambium.examples.lecture;

import dev.cambium.data.Dataset;
import dev.cambium.data.Digits;
import dev.cambium.data.Preprocessing;
import dev.cambium.data.TensorDataset;
import dev.cambium.data.ValidationSplit;
import dev.cambium.data.preprocess.ChannelStandardization;
import dev.cambium.data.preprocess.MeanImage;
import dev.cambium.image.Image;
import dev.cambium.nn.Linear;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Rows 6 to 9: what is done to data before a net sees them. */
final class DataPreprocessing {
  private DataPreprocessing() {}

  static Chapter chapter() {
    return new Chapter(
        "Data preprocessing",
        List.of(
            Row.of(6, "standardising a 10x4 matrix", FeatureStatistics::standardise)
                .note(
                    "the deviation is divided by N - 1, as Torch's std; the matrix is printed with"
                        + " four decimals, so what is recomputed from it is off by up to 2.5e-4"),
            Row.of(7, "PCA and whitening of it", FeatureStatistics::whiten),
            Row.of(
                    8,
                    "mean image and mean of each channel, centring only",
                    DataPreprocessing::means)
                .note(
                    "the lecture advises to centre images only, while its own notebook also divides"
                        + " by the standard deviation of each pixel; here they are centred,"
                        + " and Standardization (row 6) is there where that is wanted"),
            Row.of(
                9,
                "statistics of the training set, saved with it",
                DataPreprocessing::savedWithIt)));
  }

  /** Two pictures of three channels and two pixels, with the means 2 3 | 4 5 | 6 7 by pixel. */
  private static List<Check> means(Laboratory lab) throws IOException {
    float[] both = {1, 2, 3, 4, 5, 6, 3, 4, 5, 6, 7, 8};
    Dataset pictures =
        TensorDataset.of(
            HostArray.of(Shape.of(2, 3, 1, 2), both),
            HostArray.of(Shape.of(2), 0, 0),
            List.of("picture"));
    MeanImage image = MeanImage.fit(pictures);
    ChannelStandardization channels = ChannelStandardization.fitMean(pictures);
    double[] channelMeans = channels.mean().stream().mapToDouble(Float::doubleValue).toArray();
    String centred = "-1.0 -1.0 -1.0 -1.0 -1.0 -1.0";
    String centredByChannel = "-1.5 -0.5 -1.5 -0.5 -1.5 -0.5";
    lab.picture("mean-of-digits", () -> meanOf(Digits.open(1, 1000, 10).train()));
    return List.of(
        Check.byHand("mean image", "2.0 3.0 4.0 5.0 6.0 7.0", doubles(image.mean()), 0),
        Check.byHand("a picture without it, not scaled", centred, first(pictures, image), 0),
        Check.byHand("mean of each channel", "2.5 4.5 6.5", channelMeans, 0),
        Check.byHand("a picture without them", centredByChannel, first(pictures, channels), 0));
  }

  private static double[] first(Dataset pictures, Preprocessing preprocessing) {
    float[] sample = pictures.image(0).values();
    preprocessing.apply(sample, 0, sample, 0, pictures.sampleShape());
    return doubles(sample);
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    Arrays.setAll(result, i -> values[i]);
    return result;
  }

  private static Image meanOf(Dataset digits) {
    Shape shape = digits.sampleShape();
    float[] mean = MeanImage.fit(digits).mean();
    return Image.of(shape.dim(0), shape.dim(1), shape.dim(2), mean);
  }

  /** Fits on the training part of a split, saves a model, and uses it from its file. */
  private static List<Check> savedWithIt(Laboratory lab) throws IOException {
    Dataset all = Digits.open(1, 200, 10).train();
    ValidationSplit split = ValidationSplit.of(all, 0.25, 1);
    Preprocessing fitted = MeanImage.fit(split.train());
    ModelSpec spec = ModelSpec.of(Linear.of(10), all.sampleShape(), all.classNames()).with(fitted);
    float[] sample = all.image(0).values();
    fitted.apply(sample, 0, sample, 0, all.sampleShape());
    HostArray input = HostArray.of(Shape.of(1, 1, 28, 28), sample);
    Path file = Files.createTempFile("lecture", ".safetensors");
    try (Model model = Model.create(spec, 1, lab.backend())) {
      model.save(file);
      try (Model loaded = Model.load(file, lab.backend())) {
        Preprocessing read = loaded.spec().preprocessing();
        HostArray expected = model.probabilities(input);
        return List.of(
            Check.that(
                "of the training part, not of all",
                !fitted.equals(MeanImage.fit(all)),
                split.train().size() + " of " + all.size() + " samples; all give another mean"),
            Check.that("read back with the model", read.equals(fitted), read + ", bit by bit"),
            Check.sameBits("probabilities after loading", expected, loaded.probabilities(input)));
      }
    } finally {
      Files.delete(file);
    }
  }
}
