package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Reads the process's resident memory from /proc, which only Linux has. */
@EnabledOnOs(OS.LINUX)
class SteadyTrainingTest {
  private static final long TWENTY_MEGABYTES_IN_KB = 20 * 1024;

  private record Row(long steps, long bytes, long allocations, long total, long resident) {}

  @Test
  void twoThousandStepsAfterTheFirstEpochTakeNoMoreMemory()
      throws IOException, InterruptedException {
    String output = run();
    List<Row> rows =
        output
            .lines()
            .filter(line -> line.startsWith("steps"))
            .map(SteadyTrainingTest::row)
            .toList();
    assertEquals(5, rows.size(), output);
    Row first = rows.get(0);
    Row last = rows.get(4);
    assertEquals(2000, last.steps() - first.steps());
    for (Row row : rows) {
      assertEquals(first.bytes(), row.bytes(), output);
      assertEquals(first.allocations(), row.allocations(), output);
      assertEquals(first.total(), row.total(), output);
      assertTrue(Math.abs(row.resident() - first.resident()) < TWENTY_MEGABYTES_IN_KB, output);
    }
    assertTrue(output.contains("closed native 0"), output);
  }

  private static Row row(String line) {
    Scanner numbers = new Scanner(line.replaceAll("\\D+", " "));
    return new Row(
        numbers.nextLong(),
        numbers.nextLong(),
        numbers.nextLong(),
        numbers.nextLong(),
        numbers.nextLong());
  }

  /** The heap is fixed and touched beforehand, so that what grows is native memory. */
  private static String run() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx256m",
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                SteadyTraining.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }
}
