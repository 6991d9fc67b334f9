package dev.cambium.train;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** Gives the scores of a list, picture by picture and over again. */
record FixedPredictor(List<String> classNames, Shape sample, List<double[]> answers)
    implements Predictor {
  static final Shape PIXEL = Shape.of(1, 1, 1);

  /** One answer for all pictures, two classes. */
  static FixedPredictor of(double first, double second) {
    return new FixedPredictor(List.of("cat", "dog"), PIXEL, List.of(new double[] {first, second}));
  }

  @Override
  public double[][] scores(List<Image> images) {
    return IntStream.range(0, images.size())
        .mapToObj(i -> answers.get(i % answers.size()))
        .toArray(double[][]::new);
  }
}
