package dev.cambium.data.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.data.Preprocessing;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * {@code y = (x - mean[c]) / std[c]} for each channel {@code c} (dimension 0) of a sample.
 *
 * <p>With {@code std = 1} it only centres, as VGG does (Simonyan and Zisserman 2014).
 *
 * @param mean the mean of each channel over all samples and pixels
 * @param std its standard deviation (biased, 1/n), positive
 */
public record ChannelStandardization(List<Float> mean, List<Float> std) implements Preprocessing {
  static final String TYPE = "channel-standardization";

  /** A channel that varies less than this is constant: it is centred and not scaled. */
  private static final double CONSTANT = 1e-6;

  /** Checks that there is a finite mean and a positive deviation for each channel. */
  public ChannelStandardization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.isEmpty() || mean.size() != std.size()) {
      throw new IllegalArgumentException(
          "mean and std must have one number for each channel, got %d and %d"
              .formatted(mean.size(), std.size()));
    }
    for (int c = 0; c < mean.size(); c++) {
      if (!Float.isFinite(mean.get(c)) || !Float.isFinite(std.get(c)) || std.get(c) <= 0) {
        throw new IllegalArgumentException(
            "mean must be finite and std positive, got %s and %s for channel %d"
                .formatted(mean.get(c), std.get(c), c));
      }
    }
  }

  /**
   * Mean and deviation of each channel, in one pass over the training samples.
   *
   * @throws DatasetException when there is none, or one is not finite; it is named
   */
  public static ChannelStandardization fit(Dataset train) {
    return fit(train, true);
  }

  /** The mean of each channel only: samples are centred and not scaled. */
  public static ChannelStandardization fitMean(Dataset train) {
    return fit(train, false);
  }

  private static ChannelStandardization fit(Dataset train, boolean scale) {
    Shape shape = TrainingSamples.checked(train.sampleShape());
    int channels = shape.dim(0);
    int plane = shape.intSize() / channels;
    ChannelMoments[] moments = new ChannelMoments[channels];
    Arrays.setAll(moments, c -> new ChannelMoments());
    TrainingSamples.read(
        train,
        sample -> {
          for (int c = 0; c < channels; c++) {
            moments[c].add(sample, c * plane, plane);
          }
        });
    Float[] mean = new Float[channels];
    Float[] std = new Float[channels];
    for (int c = 0; c < channels; c++) {
      mean[c] = (float) moments[c].mean();
      double deviation = Math.sqrt(moments[c].variance());
      std[c] = scale && deviation > CONSTANT ? (float) deviation : 1f;
    }
    return new ChannelStandardization(Arrays.asList(mean), Arrays.asList(std));
  }

  @Override
  public Shape outputShape(Shape shape) {
    if (shape.rank() < 1 || shape.dim(0) != mean.size()) {
      throw new IllegalArgumentException(
          "preprocessing was fitted on samples of %d channels, got samples of shape %s"
              .formatted(mean.size(), shape));
    }
    return shape;
  }

  @Override
  public void apply(float[] from, int fromOffset, float[] to, int toOffset, Shape shape) {
    outputShape(shape);
    int plane = shape.intSize() / mean.size();
    for (int c = 0; c < mean.size(); c++) {
      float centre = mean.get(c);
      float factor = 1 / std.get(c);
      for (int i = c * plane; i < (c + 1) * plane; i++) {
        to[toOffset + i] = (from[fromOffset + i] - centre) * factor;
      }
    }
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", TYPE);
    mean.forEach(json.putArray("mean")::add);
    std.forEach(json.putArray("std")::add);
    return json;
  }

  static ChannelStandardization fromJson(JsonNode json) {
    return new ChannelStandardization(
        PreprocessingJson.numbers(json, "mean"), PreprocessingJson.numbers(json, "std"));
  }
}
