package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.KernelClock;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
  private static final String ROW = "%d +[1-9]\\d* +[1-9]\\d* +\\d+\\.\\d%%";

  private static CommandRun bench(Object... more) {
    Object[] all = new Object[7 + more.length];
    System.arraycopy(
        new Object[] {"bench", "--rounds", 2, "--steps", 2, "--batch", 4}, 0, all, 0, 7);
    System.arraycopy(more, 0, all, 7, more.length);
    return CommandRun.of(all);
  }

  @Test
  void printsImagesPerSecondForEachNumberOfThreads() {
    CommandRun run = bench("--threads", "1,2");
    assertEquals(0, run.status(), run.err());
    List<String> lines = run.out().lines().toList();
    assertTrue(lines.get(0).startsWith("convnet, batch 4 of images [3, 32, 32]"), run.out());
    assertEquals(4, lines.size(), run.out());
    assertTrue(lines.get(2).matches(ROW.formatted(1)), run.out());
    assertTrue(lines.get(3).matches(ROW.formatted(2)), run.out());
    double share = Double.parseDouble(lines.get(2).replaceAll(".* |%", ""));
    assertTrue(share > 10 && share < 100, run.out());
  }

  @Test
  void printsATableOfOperationsOnRequest() {
    CommandRun run = bench("--model", "lenet", "--trace");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("GFLOP/s"), run.out());
    assertTrue(
        run.out().lines().anyMatch(line -> line.startsWith("ConvolutionBackwardWeights ")),
        run.out());
    assertTrue(run.lastLine().startsWith("total "), run.out());
    List<String> lines = run.out().lines().toList();
    int first = lines.indexOf("the costliest kernels, by " + KernelClock.HOST.description() + ":");
    assertTrue(first > 0, run.out());
    assertTrue(
        lines.subList(first + 2, first + 7).stream()
            .allMatch(line -> line.matches(".*[^ ] +\\d+ .*\\d (GFLOP/s|GB/s)")),
        run.out());
    assertTrue(
        lines.subList(first + 2, first + 7).stream().anyMatch(line -> line.contains("(features.")),
        run.out());
  }

  @Test
  void theSystemPropertyAsksForTheTableToo() {
    System.setProperty(Session.TRACE, "kernels");
    try {
      assertTrue(bench("--model", "softmax").out().contains("GFLOP/s"));
      System.setProperty(Session.TRACE, "everything");
      CommandRun refused = bench();
      assertEquals(2, refused.status());
      assertTrue(refused.lastLine().contains("must be kernels"), refused.err());
    } finally {
      System.clearProperty(Session.TRACE);
    }
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    for (Object[] bad :
        new Object[][] {{"--threads", "0"}, {"--model", "vgg"}, {"--threads", "1,x"}}) {
      CommandRun run = bench(bad);
      assertEquals(2, run.status(), run.all());
      assertEquals(1, run.err().lines().count(), run.err());
    }
    assertEquals(2, CommandRun.of("bench", "--rounds", 0).status());
  }

  @Test
  void comparingWithPeersTakesNoOtherWork() {
    CommandRun run = CommandRun.of("bench", "--peers", "--model", "lenet");
    assertEquals(2, run.status(), run.all());
    assertTrue(run.lastLine().contains("leave out --model"), run.err());
    CommandRun elsewhere = CommandRun.of("bench", "--peers");
    assertEquals(2, elsewhere.status(), elsewhere.all());
    assertTrue(elsewhere.lastLine().contains(BenchCommand.HOME), elsewhere.err());
  }

  @Test
  void backendsTakeTurnsAndTheirSpeedsStandBesideEachOther() {
    CommandRun run = bench("--backend", "cpu", "--beside", "cpu:0,cpu", "--model", "softmax,lenet");
    assertEquals(0, run.status(), run.err());
    List<String> lines = run.out().lines().toList();
    assertEquals(
        "batch 4 of images [3, 32, 32], 2 rounds of 2 steps;"
            + " a ratio is the median of those within a round",
        lines.get(0));
    assertTrue(lines.get(1).startsWith("cpu: "), run.out());
    assertEquals(List.of(lines.get(1), lines.get(1)), lines.subList(2, 4));
    assertTrue(lines.get(4).matches(" +cpu +cpu +cpu +cpu / cpu +cpu / cpu"), run.out());
    String[] rows = {
      "GEMM 512, GFLOP/s",
      "GEMM 1024, GFLOP/s",
      "GEMM 2048, GFLOP/s",
      "softmax forward, images/s",
      "softmax training, images/s",
      "lenet forward, images/s",
      "lenet training, images/s"
    };
    assertEquals(5 + rows.length, lines.size(), run.out());
    for (int i = 0; i < rows.length; i++) {
      String numbers =
          " +[1-9]\\d*\\.\\d +[1-9]\\d*\\.\\d +[1-9]\\d*\\.\\d +\\d+\\.\\d\\d +\\d+\\.\\d\\d";
      assertTrue(lines.get(5 + i).matches(rows[i] + numbers), lines.get(5 + i));
    }
  }

  @Test
  void aRatioIsTheMedianOfThoseWithinTheRounds() {
    assertEquals(2, BackendComparison.ratio(List.of(10.0, 100.0, 4.0), List.of(5.0, 20.0, 4.0)));
  }

  @Test
  void comparingBackendsTakesNoThreadsAndNoTraceAndOnlyBackendsThatAreThere() {
    for (Object[] bad :
        new Object[][] {
          {"--beside", "cpu", "--threads", "1"},
          {"--beside", "cpu", "--trace"},
          {"--beside", "abacus", "--model", "softmax"},
          {"--model", "lenet,softmax"}
        }) {
      CommandRun run = bench(bad);
      assertEquals(2, run.status(), run.all());
      assertEquals("", run.out());
      assertEquals(1, run.err().lines().count(), run.err());
    }
  }

  @Test
  void theMedianIsTheMiddle() {
    assertEquals(3, BenchCommand.median(List.of(9.0, 3.0, 1.0)));
    assertEquals(2, BenchCommand.median(List.of(3.0, 1.0)));
  }
}
