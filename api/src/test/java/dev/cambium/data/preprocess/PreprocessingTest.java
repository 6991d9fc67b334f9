package dev.cambium.data.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.data.Digits;
import dev.cambium.data.Preprocessing;
import dev.cambium.data.Subset;
import dev.cambium.data.TensorDataset;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
  private static final Shape SHAPE = Shape.of(2, 1, 2);

  /** Two samples of two channels; channel 0 holds 1, 2, 3, 6, channel 1 is 5 everywhere. */
  private static Dataset data() {
    return TensorDataset.of(
        HostArray.of(Shape.of(2, 2, 1, 2), 1f, 2f, 5f, 5f, 3f, 6f, 5f, 5f),
        HostArray.of(Shape.of(2), 0, 0),
        List.of("only"));
  }

  private static float[] apply(Preprocessing preprocessing, Shape shape, float... sample) {
    float[] out = new float[sample.length];
    preprocessing.apply(sample, 0, out, 0, shape);
    return out;
  }

  private static Preprocessing roundTrip(Preprocessing preprocessing)
      throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    return PreprocessingJson.read(
        mapper.readTree(mapper.writeValueAsString(preprocessing.toJson())),
        preprocessing.tensors());
  }

  @Test
  void channelsAreStandardisedByMeanAndBiasedDeviation() {
    ChannelStandardization fitted = ChannelStandardization.fit(data());
    // Mean of 1, 2, 3, 6 is 3; biased variance (4 + 1 + 0 + 9) / 4; a constant is not scaled.
    assertEquals(List.of(3f, 5f), fitted.mean());
    assertEquals(List.of((float) Math.sqrt(3.5), 1f), fitted.std());
    float unit = (float) (1 / Math.sqrt(3.5));
    assertArrayEquals(new float[] {0, 3 * unit, 1, 0}, apply(fitted, SHAPE, 3, 6, 6, 5), 1e-6f);
  }

  @Test
  void centringAloneKeepsTheScale() {
    ChannelStandardization fitted = ChannelStandardization.fitMean(data());
    assertEquals(List.of(1f, 1f), fitted.std());
    assertArrayEquals(new float[] {-3, 3, 1, 0}, apply(fitted, SHAPE, 0, 6, 6, 5));
  }

  @Test
  void standardisedTrainingDataHaveMeanZeroAndDeviationOne() {
    Dataset digits = Digits.open(1, 300, 1).train();
    ChannelStandardization fitted = ChannelStandardization.fit(digits);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 300; i++) {
      for (float v : apply(fitted, digits.sampleShape(), digits.image(i).values())) {
        sum += v;
        squares += v * v;
      }
    }
    // Mean and deviation are rounded to float once: 2^-24 of about 1.
    assertEquals(0, sum / (300 * 784), 1e-6);
    assertEquals(1, squares / (300 * 784), 1e-5);
  }

  @Test
  void theMeanImageIsSubtractedPixelByPixelInPlaceToo() {
    MeanImage fitted = MeanImage.fit(data());
    assertArrayEquals(new float[] {2, 4, 5, 5}, fitted.mean());
    float[] sample = {9, 2, 2, 5, 7};
    fitted.apply(sample, 1, sample, 1, SHAPE);
    assertArrayEquals(new float[] {9, 0, -2, 0, 2}, sample);
  }

  @Test
  void everyFormComesBackFromJsonBitByBit() throws JsonProcessingException {
    ChannelStandardization channels =
        new ChannelStandardization(List.of(0.1f, 1e-30f), List.of(1 / 3f, 7f));
    assertEquals(channels, roundTrip(channels));
    MeanImage image = MeanImage.of(SHAPE, 0.1f, 1 / 3f, -1e-20f, 4f);
    assertEquals(image, roundTrip(image));
    Dataset digits = Subset.first(Digits.open(1, 300, 1).train(), 40);
    PrincipalComponents components = PrincipalComponents.fit(digits, 7);
    for (Preprocessing fitted :
        List.of(
            Standardization.fit(digits),
            new Pca(components),
            Whitening.pca(components, 0.1),
            Whitening.zca(components, 1 / 3.0),
            image.andThen(channels).andThen(new Pca(components)))) {
      assertEquals(fitted, roundTrip(fitted));
    }
    assertEquals(Preprocessing.NONE, roundTrip(Preprocessing.NONE));
    assertArrayEquals(new float[] {1, 2}, apply(Preprocessing.NONE, Shape.of(2), 1, 2));
  }

  @Test
  void filesWrittenBeforeThereWereTensorsAreRead() throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    assertEquals(
        MeanImage.of(Shape.of(1, 1, 2), 0.5f, 0.25f),
        PreprocessingJson.read(
            mapper.readTree("{\"type\":\"mean-image\",\"shape\":[1,1,2],\"mean\":[0.5,0.25]}")));
    assertEquals(
        new ChannelStandardization(List.of(0.5f), List.of(2f)),
        PreprocessingJson.read(
            mapper.readTree(
                "{\"type\":\"channel-standardization\",\"mean\":[0.5],\"std\":[2.0]}")));
  }

  @Test
  void brokenJsonIsRefusedWithWhatWasExpected() throws JsonProcessingException {
    assertRead("{\"type\":\"lda\"}", "must be none, channel-standardization, mean-image");
    assertRead("{}", "got \"\"");
    assertRead("{\"type\":\"chain\"}", "needs at least one");
    assertRead("{\"type\":\"pca\",\"shape\":[2]}", "of 1 to 2, the number of features, got 0");
    assertRead("{\"type\":\"standardization\",\"shape\":[-2]}", "must be positive integers");
    assertRead(
        "{\"type\":\"standardization\",\"shape\":[2]}",
        "\"mean\" of a preprocessing must be FLOAT32[2]");
    assertRead("{\"type\":\"channel-standardization\",\"mean\":[1]}", "an array std");
    assertRead("{\"type\":\"mean-image\",\"shape\":[1],\"mean\":[\"x\"]}", "must be numbers");
    assertRead("{\"type\":\"mean-image\",\"shape\":[2],\"mean\":[1]}", "needs 2 numbers, got 1");
    assertRead("{\"type\":\"channel-standardization\",\"mean\":[1],\"std\":[0]}", "std positive");
  }

  private static void assertRead(String json, String part) throws JsonProcessingException {
    var tree = new ObjectMapper().readTree(json);
    String message =
        assertThrows(IllegalArgumentException.class, () -> PreprocessingJson.read(tree))
            .getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void samplesOfAnotherShapeAreRefusedBeforeTheFirstOne() {
    ChannelStandardization channels = ChannelStandardization.fit(data());
    assertEquals(Shape.of(2, 9, 9), channels.outputShape(Shape.of(2, 9, 9)));
    assertThrows(IllegalArgumentException.class, () -> channels.outputShape(Shape.of(3, 9, 9)));
    assertThrows(
        IllegalArgumentException.class, () -> MeanImage.fit(data()).outputShape(Shape.of(2, 2, 1)));
  }

  @Test
  void statisticsNeedSamplesAndFiniteNumbers() {
    Dataset none = new Subset(data());
    assertThrows(DatasetException.class, () -> ChannelStandardization.fit(none));
    assertThrows(DatasetException.class, () -> MeanImage.fit(none));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ChannelStandardization(List.of(Float.NaN), List.of(1f)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ChannelStandardization(List.of(1f), List.of(1f, 2f)));
    assertThrows(
        IllegalArgumentException.class, () -> MeanImage.of(Shape.of(1), Float.POSITIVE_INFINITY));
  }
}
