package dev.cambium.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The logs are in the form that each compiler gives them. */
class OpenClBuildLogTest {
  private static final String SOURCE =
      """
      #line 1 "prelude.cl"
      #define REAL float
      #line 1 "softmax.cl"
      #line 1 "rows.cl"
      float row(float x) {
        return x + y;
      }
      #line 2 "softmax.cl"
      KERNEL void softmax() {
        z = 1;
      }
      """;

  @Test
  void quotesTheLineOfThePortableComputingLanguage() {
    String log =
        """
        error: softmax.cl:3:3: use of undeclared identifier 'z'
        Device pthread-skylake-avx512 failed to build the program
        """;
    assertEquals(
        """
        error: softmax.cl:3:3: use of undeclared identifier 'z'
            z = 1;""",
        OpenClBuildLog.errors(log, SOURCE));
  }

  @Test
  void quotesTheLineOfClangAndNvidiaAndLeavesWarningsOut() {
    String log =
        """
        softmax.cl:2:13: warning: no previous prototype for function 'softmax'
        KERNEL void softmax() {
                    ^
        rows.cl:2:14: error: use of undeclared identifier 'y'
          return x + y;
                     ^
        1 error generated.
        """;
    assertEquals(
        """
        rows.cl:2:14: error: use of undeclared identifier 'y'
            return x + y;""",
        OpenClBuildLog.errors(log, SOURCE));
  }

  @Test
  void keepsTheFirstErrorsAndCountsTheOthers() {
    String log =
        IntStream.range(0, 9)
            .mapToObj(i -> "error: elsewhere.cl:" + i + ":1: wrong\n")
            .collect(Collectors.joining());
    assertEquals(
        """
        error: elsewhere.cl:0:1: wrong
        error: elsewhere.cl:1:1: wrong
        error: elsewhere.cl:2:1: wrong
        error: elsewhere.cl:3:1: wrong
        error: elsewhere.cl:4:1: wrong
        (and 4 more)""",
        OpenClBuildLog.errors(log, SOURCE));
  }

  @Test
  void keepsTheBeginningOfALogWithoutPositions() {
    assertEquals("Invalid build option: -x", OpenClBuildLog.errors("Invalid build option: -x", ""));
    String log = "ptxas info\n".repeat(100);
    assertEquals(20, OpenClBuildLog.errors(log, SOURCE).lines().count());
  }
}
