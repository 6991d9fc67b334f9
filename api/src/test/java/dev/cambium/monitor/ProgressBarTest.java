package dev.cambium.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 7);

  @Test
  void drawsOneLineOverAndOverOnATerminal() {
    ProgressBar bar = bar(new Terminal(true, 100));
    bar.begin("epoch 2/5", 10, 0);
    for (int batch = 1; batch <= 10; batch++) {
      sleep(500);
      bar.update(batch, 64, () -> values(0.5, 0.875));
    }
    sleep(2000);
    bar.end(Map.of("loss", 0.25));
    List<String> lines = List.of(output().split("\r"));
    assertEquals("", lines.get(0));
    assertEquals(
        "epoch 2/5 [===>                          ] 1/10 128 images/s loss 0.5000 accuracy 0.8750"
            + " 0:05 left",
        lines.get(1).stripTrailing());
    assertEquals(
        "epoch 2/5 [==============================] 10/10 128 images/s loss 0.5000 accuracy 0.8750"
            + " 0:00 left",
        lines.get(10));
    assertEquals("", lines.get(11).strip());
    assertEquals("epoch 2/5 10/10 128 images/s loss 0.2500 in 0:07\n", lines.get(12));
    assertEquals(13, lines.size());
  }

  @Test
  void drawsAtMostTenTimesASecondAndAsksForValuesOnlyThen() {
    ProgressBar bar = bar(new Terminal(true, 100));
    AtomicInteger asked = new AtomicInteger();
    bar.begin("epoch 1/1", 1000, 0);
    for (int batch = 1; batch <= 1000; batch++) {
      sleep(1);
      bar.update(
          batch,
          1,
          () -> {
            asked.incrementAndGet();
            return Map.of();
          });
    }
    assertEquals(10, asked.get());
    assertEquals(10, output().chars().filter(c -> c == '\r').count());
  }

  @Test
  void neverExceedsTheWidthAndWipesWhatALongerLineLeft() {
    for (int width = 1; width <= 120; width++) {
      bytes.reset();
      ProgressBar bar = bar(new Terminal(true, width));
      bar.begin("epoch 1/2", 1000, 0);
      for (long batch : new long[] {1, 500, 1000}) {
        sleep(batch == 500 ? 1000 : 100);
        bar.update(batch, 100, () -> values(batch == 1 ? 12345.678 : 0.1, 0.5));
      }
      for (String line : output().split("\r")) {
        assertTrue(line.length() < width || line.isEmpty(), width + ": '" + line + "'");
      }
      List<String> lines = List.of(output().split("\r"));
      for (int i = 2; i < lines.size(); i++) {
        assertTrue(
            lines.get(i).length() >= lines.get(i - 1).stripTrailing().length(), width + " wiped");
      }
    }
  }

  @Test
  void shrinksTheBarBeforeAnythingElse() {
    ProgressBar bar = bar(new Terminal(true, 60));
    bar.begin("epoch 1/2", 4, 0);
    sleep(1000);
    bar.update(2, 50, () -> Map.of("loss", 1.5));
    String line = "epoch 1/2 [====>    ] 2/4 50 images/s loss 1.5000 0:01 left";
    assertEquals(59, line.length());
    assertEquals("\r" + line, output());
  }

  @Test
  void writesAPlainLineEveryTenSecondsWhereNobodyWatches() {
    ProgressBar bar = bar(Terminal.none());
    bar.begin("epoch 1/3", 100, 0);
    for (int batch = 1; batch <= 25; batch++) {
      sleep(1000);
      bar.update(batch, 64, () -> values(Double.NaN, 1e-7));
    }
    bar.end(values(1234567, 0));
    assertEquals(
        """
        epoch 1/3 10/100 64 images/s loss NaN accuracy 1.000e-07 1:30 left
        epoch 1/3 20/100 64 images/s loss NaN accuracy 1.000e-07 1:20 left
        epoch 1/3 25/100 64 images/s loss 1.235e+06 accuracy 0.0000 in 0:25
        """,
        output());
  }

  @Test
  void countsRateAndTimeFromWhereARunResumed() {
    ProgressBar bar = bar(Terminal.none());
    bar.begin("epoch 1/3", 100, 90);
    sleep(3600_000);
    bar.update(95, 36000, Map::of);
    sleep(3600_000);
    bar.end(Map.of());
    assertEquals(
        """
        epoch 1/3 95/100 10 images/s 1:00:00 left
        epoch 1/3 95/100 10 images/s in 2:00:00
        """,
        output());
  }

  @Test
  void showsNoRateWhereNothingIsCountedButSteps() {
    ProgressBar bar = bar(Terminal.none());
    bar.begin("conformance", 4, 0);
    sleep(10_000);
    bar.update(1, 0, Map::of);
    assertEquals("conformance 1/4 0:30 left\n", output());
  }

  @Test
  void printsAMessageInPlaceOfTheLine() {
    ProgressBar bar = bar(new Terminal(true, 80));
    bar.message("before");
    bar.begin("test", 2, 0);
    sleep(1000);
    bar.update(1, 10, Map::of);
    bar.message("stopping");
    String drawn = "test [===============>              ] 1/2 10 images/s 0:01 left";
    assertEquals(
        "before\n\r" + drawn + "\r" + " ".repeat(drawn.length()) + "\rstopping\n", output());
  }

  @Test
  void wipesTheLineForOthersOnce() {
    ProgressBar bar = bar(new Terminal(true, 80));
    bar.clear();
    assertEquals("", output());
    bar.begin("epoch 1/1", 2, 0);
    sleep(500);
    bar.update(1, 64, Map::of);
    int drawn = output().length() - 1; // a carriage return comes before it
    bar.clear();
    bar.clear();
    assertTrue(output().endsWith("\r" + " ".repeat(drawn) + "\r"), output());
    assertEquals(drawn * 2 + 3, output().length());
  }

  @Test
  void takesAnEpochWithoutBatches() {
    ProgressBar bar = bar(new Terminal(true, 80));
    bar.begin("epoch 1/1", 0, 0);
    bar.update(0, 0, Map::of);
    bar.end(Map.of());
    assertTrue(output().endsWith("\repoch 1/1 0/0 in 0:00\n"), output());
  }

  @Test
  void terminalIsAsWideAsItsEnvironmentSays() {
    assertEquals(new Terminal(true, 132), Terminal.of(true, Map.of("COLUMNS", "132")));
    assertEquals(new Terminal(true, 80), Terminal.of(true, Map.of("COLUMNS", "wide")));
    assertEquals(new Terminal(true, 80), Terminal.of(true, Map.of("COLUMNS", "0")));
    assertEquals(new Terminal(true, 80), Terminal.of(true, Map.of("COLUMNS", "99999")));
    assertFalse(Terminal.of(false, Map.of()).interactive());
    assertFalse(Terminal.of(true, Map.of("TERM", "dumb")).interactive());
    assertTrue(Terminal.detect().width() > 0);
  }

  private ProgressBar bar(Terminal terminal) {
    return new ProgressBar(
        new PrintStream(bytes, false, StandardCharsets.UTF_8), terminal, clock::get);
  }

  private void sleep(long milliseconds) {
    clock.addAndGet(milliseconds * 1_000_000);
  }

  private String output() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static Map<String, Double> values(double loss, double accuracy) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", loss);
    values.put("accuracy", accuracy);
    return values;
  }
}
