package dev.cambium.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricRowTest {
  @Test
  void isOneFlatObjectWithTheValuesInTheirOrder() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", 0.25);
    values.put("accuracy", 0.9);
    assertEquals(
        "{\"step\":230,\"epoch\":1,\"split\":\"train\",\"loss\":0.25,\"accuracy\":0.9}",
        new MetricRow(230, 1, "train", values).toJson());
  }

  @Test
  void givesEveryDoubleBackToTheBit() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (!Double.isNaN(value)) {
        checkRoundTrip(value);
      }
    }
    for (double value :
        new double[] {0.0, -0.0, 1, Double.MIN_VALUE, Double.MIN_NORMAL, Double.MAX_VALUE, 1e23}) {
      checkRoundTrip(value);
    }
  }

  @Test
  void givesEveryFloatBackToTheBit() throws IOException {
    Random random = new Random(8);
    for (int i = 0; i < 20_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!Float.isNaN(value)) {
        float read = (float) checkRoundTrip(value);
        assertEquals(Float.floatToRawIntBits(value), Float.floatToRawIntBits(read));
      }
    }
  }

  @Test
  void quotesWhatJsonHasNoNumberFor() throws IOException {
    for (double value : new double[] {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      checkRoundTrip(value);
    }
    MetricRow row = new MetricRow(0, 0, "train", Map.of("loss", Double.NaN));
    assertEquals("{\"step\":0,\"epoch\":0,\"split\":\"train\",\"loss\":\"NaN\"}", row.toJson());
    assertTrue(Double.isNaN(MetricRow.parse(row.toJson()).values().get("loss")));
  }

  @Test
  void keepsOddNamesWithinTheLine() throws IOException {
    MetricRow row = new MetricRow(3, 1, "te\"st\n", Map.of("größe \u2028 \t", 1.0));
    assertEquals(-1, row.toJson().indexOf('\n'));
    assertEquals(row, MetricRow.parse(row.toJson()));
  }

  @Test
  void refusesNamesOfItsOwnFieldsAndNegativePositions() {
    for (String name : List.of("step", "epoch", "split")) {
      IllegalArgumentException failure =
          assertThrows(
              IllegalArgumentException.class,
              () -> new MetricRow(1, 1, "train", Map.of(name, 1.0)));
      assertTrue(failure.getMessage().contains(name), failure.getMessage());
    }
    assertThrows(
        IllegalArgumentException.class, () -> new MetricRow(-1, 1, "train", Map.of("a", 1.0)));
    assertThrows(
        IllegalArgumentException.class, () -> new MetricRow(1, -1, "train", Map.of("a", 1.0)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "[]",
        "{",
        "{}",
        "{\"step\":1,\"epoch\":1}",
        "{\"step\":1.5,\"epoch\":1,\"split\":\"train\"}",
        "{\"step\":-1,\"epoch\":1,\"split\":\"train\"}",
        "{\"step\":1,\"epoch\":99999999999,\"split\":\"train\"}",
        "{\"step\":1,\"epoch\":1,\"split\":3}",
        "{\"step\":1,\"epoch\":1,\"split\":\"train\",\"loss\":\"low\"}",
        "{\"step\":1,\"epoch\":1,\"split\":\"train\",\"loss\":null}",
        "{\"step\":1,\"epoch\":1,\"split\":\"train\",\"loss\":[1]}",
        "{\"step\":1,\"epoch\":1,\"split\":\"train\",\"loss\":NaN}",
        "{\"step\":1,\"epoch\":1,\"split\":\"train\"} {}"
      })
  void refusesALineThatIsNoRow(String line) {
    IOException failure = assertThrows(IOException.class, () -> MetricRow.parse(line));
    assertEquals(-1, failure.getMessage().indexOf('\n'), failure.getMessage());
  }

  private static double checkRoundTrip(double value) throws IOException {
    MetricRow row = new MetricRow(1, 1, "train", Map.of("loss", value));
    double read = MetricRow.parse(row.toJson()).values().get("loss");
    assertEquals(Double.doubleToRawLongBits(value), Double.doubleToRawLongBits(read), row::toJson);
    return read;
  }
}
