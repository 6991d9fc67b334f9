package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.KernelClock;
import java.util.Collections;
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
    assertTrue(share > 0 && share < 100, run.out());
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
          {"--variant", "threads", "--model", "softmax"},
          {"--program", "echo nothing", "--model", "softmax"},
          {"--floor", "--steps", "3"},
          {"--beside", "cpu", "--products", "0"},
          {"--model", "lenet,softmax"}
        }) {
      CommandRun run = bench(bad);
      assertEquals(2, run.status(), run.all());
      assertEquals("", run.out());
      assertEquals(1, run.err().lines().count(), run.err());
    }
  }

  @Test
  void variantsAndOtherProgramsTakeTurnsToo() {
    CommandRun run =
        bench(
            "--backend",
            "cpu",
            "--model",
            "softmax",
            "--products",
            "16",
            "--variant",
            "cpu.threads=2,cpu.memoryLimit=100000000",
            "--program",
            "echo a library speaks; echo READY peer 1: on an abacus; while read -r task; do case"
                + " $task in GEMM*) echo DONE none ;; *) echo DONE 12.5 ;; esac; done",
            "--program",
            "echo NONE peer 2: no abacus");
    assertEquals(0, run.status(), run.err());
    List<String> lines = run.out().lines().toList();
    assertTrue(lines.get(2).startsWith("cpu threads=2 memoryLimit=100000000: "), run.out());
    assertEquals(List.of("peer 1: on an abacus", "peer 2: no abacus"), lines.subList(3, 5));
    // A weight for each of 3 x 32 x 32 values and a bias, for each of 10 classes.
    assertEquals("parameters softmax 30730", lines.get(5));
    assertEquals("| work | who | median | lowest | highest | cpu / this |", lines.get(6));
    assertEquals(8 + 3 * 4, lines.size(), run.out());
    String number = " [1-9]\\d*\\.\\d \\|";
    for (String who : List.of("cpu", "cpu threads=2 memoryLimit=100000000")) {
      String row = "\\| softmax training, images/s \\| " + who + " \\|" + number.repeat(3);
      assertTrue(lines.stream().anyMatch(line -> line.matches(row + " \\d+\\.\\d\\d \\|")), who);
    }
    assertTrue(
        lines.stream()
            .anyMatch(
                line ->
                    line.matches(
                        "\\| softmax forward, images/s \\| peer 1 \\| 12\\.5 \\| 12\\.5 \\| 12\\.5"
                            + " \\| [1-9]\\d*\\.\\d\\d \\|")),
        run.out());
    assertTrue(lines.contains("| GEMM 16, GFLOP/s | peer 1 | not measured | | | |"), run.out());
    assertTrue(
        lines.contains("| softmax forward, images/s | peer 2 | no abacus | | | |"), run.out());
  }

  @Test
  void aComparisonCanSayAfterEachRoundWhatItKnows() {
    CommandRun run =
        bench("--beside", "cpu", "--model", "softmax", "--products", "16", "--each-round");
    assertEquals(0, run.status(), run.err());
    List<String> lines = run.out().lines().toList();
    assertEquals("after round 1 of 2:", lines.get(3), run.out());
    // Two tables, each of a head, a product and two kinds of work of the network.
    assertEquals(3 + 1 + 2 * 4, lines.size(), run.out());
    assertEquals(lines.get(4), lines.get(8));
  }

  @Test
  void aProgramThatAnswersNoNumberIsNamed() {
    CommandRun run = bench("--model", "softmax", "--program", "echo READY x: y; echo DONE soon");
    assertEquals(2, run.status(), run.all());
    assertTrue(run.lastLine().contains("a number or none to 'GEMM 512', got 'soon'"), run.err());
  }

  @Test
  void theFloorIsWhatACopyTakesForTheSameBytes() {
    CommandRun run =
        CommandRun.of("bench", "--floor", "--backend", "cpu", "--batch", 2, "--rounds", 3);
    assertEquals(0, run.status(), run.err());
    List<String> lines = run.out().lines().toList();
    assertTrue(lines.get(0).startsWith("cpu: "), run.out());
    assertTrue(lines.get(0).contains(KernelClock.HOST.description()), run.out());
    assertEquals(
        "| on [2, 32, 32, 32] | moves at least, MB | µs | GB/s | times the floor |", lines.get(1));
    // 2 x 32 x 32 x 32 floats are 262,144 bytes: read once, and written once.
    assertTrue(lines.get(3).startsWith("| copy | 0.5 | "), run.out());
    assertTrue(lines.get(4).startsWith("| copy by a kernel | 0.5 | "), run.out());
    // The faster of the two is the floor.
    List<Double> copies =
        lines.subList(3, 5).stream()
            .map(line -> Double.parseDouble(line.split(" *\\| *")[5]))
            .toList();
    assertEquals(1, Collections.min(copies), run.out());
    assertTrue(lines.get(8).startsWith("| ReLU | 0.5 | "), run.out());
    assertEquals(3 + 11, lines.size(), run.out());
    for (String line : lines.subList(3, lines.size())) {
      String[] cells = line.split(" *\\| *");
      double moved = Double.parseDouble(cells[2]) / Double.parseDouble(cells[3]) * 1e3;
      double rate = Double.parseDouble(cells[4]);
      // Both the bytes and the rate are printed to a tenth: of a megabyte, and of a GB/s.
      assertEquals(rate, moved, 0.05 + 0.2 * rate, line);
      assertTrue(Double.parseDouble(cells[5]) > 0, line);
    }
  }

  @Test
  void theMedianIsTheMiddle() {
    assertEquals(3, BenchCommand.median(List.of(9.0, 3.0, 1.0)));
    assertEquals(2, BenchCommand.median(List.of(3.0, 1.0)));
  }
}
