package dev.cambium.examples;

import dev.cambium.data.Dataset;
import dev.cambium.data.PreprocessedDataset;
import dev.cambium.data.Preprocessing;
import dev.cambium.data.ValidationSplit;
import dev.cambium.data.preprocess.Deviation;
import dev.cambium.data.preprocess.FeatureCovariance;
import dev.cambium.data.preprocess.FeatureMoments;
import dev.cambium.data.preprocess.MeanImage;
import dev.cambium.data.preprocess.Pca;
import dev.cambium.data.preprocess.PrincipalComponents;
import dev.cambium.data.preprocess.Standardization;
import dev.cambium.data.preprocess.Whitening;
import dev.cambium.image.ImageGrid;
import dev.cambium.nn.Layer;
import dev.cambium.tensor.Shape;
import dev.cambium.train.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Statistics of training samples, and what is done with them. */
public final class FittedPreprocessing {
  private FittedPreprocessing() {}

  /** A model that knows the mean of the training part, not that of all. */
  public static ModelSpec centred(Dataset data, Layer network, long seed) {
    ValidationSplit split = ValidationSplit.of(data, 0.1, seed);
    Dataset train = split.train();
    return ModelSpec.of(network, train.sampleShape(), train.classNames())
        .with(MeanImage.fit(train));
  }

  /** One decomposition for several ways to use it. */
  public static List<Preprocessing> rotatedAndWhite(Dataset train) {
    PrincipalComponents components = PrincipalComponents.fit(train);
    Pca mostOfIt = new Pca(components.withShare(0.99));
    Whitening zca = Whitening.zca(components, 0.1);
    return List.of(mostOfIt, zca);
  }

  /** Steps in a row, each fitted on what the one before it gives. */
  public static Preprocessing inARow(Dataset train, int count) {
    MeanImage mean = MeanImage.fit(train);
    Pca pca = Pca.fit(new PreprocessedDataset(train, mean), count);
    return mean.andThen(pca);
  }

  /** Samples from anywhere, read in two parts. */
  public static Standardization merged(
      Shape shape, Iterable<float[]> source, FeatureMoments others) {
    FeatureMoments moments = new FeatureMoments(shape);
    for (float[] sample : source) {
      moments.add(sample);
    }
    moments.merge(others);
    return Standardization.of(moments, Deviation.SAMPLE);
  }

  /** The first components as a picture. */
  public static void draw(PrincipalComponents components, int count, Path file) throws IOException {
    ImageGrid.ofColumns(10).zoom(2).draw(components.componentPictures(count)).writePng(file);
  }

  /** How many seconds a fit takes. */
  public static double seconds(Dataset train, int count) {
    long start = System.nanoTime();
    FeatureCovariance covariance = FeatureCovariance.fit(train);
    PrincipalComponents.of(covariance, count);
    return (System.nanoTime() - start) * 1e-9;
  }
}
