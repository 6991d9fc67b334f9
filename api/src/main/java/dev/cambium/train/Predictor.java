package dev.cambium.train;

import dev.cambium.data.Dataset;
import dev.cambium.image.Image;
import dev.cambium.monitor.Accuracy;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Something that says of pictures to which class they belong: a {@link Model}, the average of
 * several ({@link Ensemble}), or of one model's answers under noise ({@link
 * MarginalizedPredictor}).
 */
public interface Predictor {
  /** The name of each class, in the order of the scores. */
  List<String> classNames();

  /** The shape {@code [C, H, W]} to which every picture is brought, before preprocessing. */
  Shape sample();

  /**
   * The scores of pictures of any size, pixels in [0, 1], which are brought to {@link #sample}.
   * Softmax of a picture's scores are its probabilities.
   *
   * @return scores by picture and class
   */
  double[][] scores(List<Image> images);

  /** The probabilities of the classes, by picture and class. */
  default double[][] probabilities(List<Image> images) {
    return Arrays.stream(scores(images)).map(Scores::softmax).toArray(double[][]::new);
  }

  /** The classes of each of several pictures with their probabilities. */
  default List<Prediction> classify(List<Image> images) {
    return Arrays.stream(probabilities(images)).map(p -> Prediction.of(classNames(), p)).toList();
  }

  /** The classes of a picture with their probabilities. */
  default Prediction classify(Image image) {
    return classify(List.of(image)).get(0);
  }

  /**
   * On how many samples the class with the highest score is the right one. Of equal scores the
   * first counts; scores that are no numbers never do.
   *
   * @param data samples of the shape {@link #sample}, labelled by this predictor's classes
   * @param batchSize samples at a time, at least 1
   * @throws IllegalArgumentException when the data have another shape or another class
   */
  default Accuracy accuracy(Dataset data, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "batchSize of an accuracy must be at least 1, got " + batchSize);
    }
    if (!data.sampleShape().equals(sample())) {
      throw new IllegalArgumentException(
          "data must have samples of the predictor's shape "
              + sample()
              + ", got "
              + data.sampleShape());
    }
    long correct = 0;
    for (int first = 0; first < data.size(); first += batchSize) {
      List<Image> images = new ArrayList<>();
      for (int i = first; i < Math.min(data.size(), first + batchSize); i++) {
        images.add(data.image(i));
      }
      double[][] scores = scores(images);
      for (int i = 0; i < scores.length; i++) {
        int label = data.label(first + i);
        if (label < 0 || label >= scores[i].length) {
          throw new IllegalArgumentException(
              "label of "
                  + data.sampleName(first + i)
                  + " must be of 0 to "
                  + (scores[i].length - 1)
                  + ", got "
                  + label
                  + "; measure a predictor on data with its own classes");
        }
        correct += Scores.isBest(scores[i], label) ? 1 : 0;
      }
    }
    return Accuracy.of(correct, data.size());
  }
}
