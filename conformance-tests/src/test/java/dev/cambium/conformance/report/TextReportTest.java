package dev.cambium.conformance.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextReportTest {
  @Test
  void saysEverythingInLinesOfWhichTheLastIsForScripts() {
    assertEquals(
        List.of(
            "conformance of toy:0: a toy <device>",
            "5 cases in 12.34 s from 2026-01-02T03:04:05Z on",
            "Cambium 1.2.3, Some VM 17, Linux 6 amd64, cambium.cpu.threads=1",
            "",
            "FAILED Linear/x[2, 3] to 5/reals: output 0 at [1, 4] expected 1.5, got 2.5",
            "rerun: again 'Linear/x[2, 3] to 5/reals'",
            "",
            "SKIPPED Dropout/x[8]/normal: <script>alert('1')</script> & \"x\" é",
            "rerun: again 'Dropout/x[8]/normal'",
            "",
            "operation          native  view  lowered  host  other  skipped    time",
            "Dropout                 -     -        -     1      -        1  0.00 s",
            "Linear     1 and 1 FAILED     -        -     -      -        -  0.00 s",
            "Memory                  -     -        -     -      1        -  0.00 s",
            "",
            "left to the backend by the contract:",
            "  ReLU of NaN: 0, or NaN",
            "",
            "not native, and why:",
            "  Dropout, host in 2 cases: no kernel for <script>alert('1')</script> & \"x\" é",
            "",
            "slowest:",
            "  0.00 s  Linear/x[2, 3] to 4/integers",
            "  0.00 s  Linear/x[2, 3] to 5/reals",
            "  0.00 s  Dropout/x[7]/normal",
            "  0.00 s  Dropout/x[8]/normal",
            "  0.00 s  Memory/all of it is given back",
            "",
            "3 passed, 1 failed, 1 skipped"),
        new TextReport(Samples.mixed()).lines());
  }
}
