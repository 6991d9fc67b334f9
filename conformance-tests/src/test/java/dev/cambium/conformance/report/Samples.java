package dev.cambium.conformance.report;

import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.runtime.Coverage.How;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Results as a run might have them. */
final class Samples {
  /** Text that is markup, or more than one word, or both, to whoever does not take care. */
  static final String HOSTILE = "<script>alert('1')</script> & \"x\" \u0001 é";

  private Samples() {}

  static CaseResult passed(String id, String op, How how) {
    return result(id, op, Status.PASSED, Optional.ofNullable(how), List.of(), Map.of(), "");
  }

  static CaseResult result(
      String id,
      String op,
      Status status,
      Optional<How> how,
      List<String> reasons,
      Map<String, String> observations,
      String message) {
    return new CaseResult(
        id, op, status, how, reasons, observations, 1_500_000, message, "again '" + id + "'");
  }

  static ConformanceReport report(List<CaseResult> results) {
    Environment environment =
        new Environment("1.2.3", "Some VM 17", "Linux 6 amd64", Map.of("cambium.cpu.threads", "1"));
    return new ConformanceReport(
        "toy:0",
        "a toy <device>",
        environment,
        Instant.parse("2026-01-02T03:04:05Z"),
        Duration.ofMillis(12_340),
        results.size(),
        results);
  }

  /** The same, of a suite with more cases. */
  static ConformanceReport partOf(int suite, ConformanceReport chosen) {
    return new ConformanceReport(
        chosen.backend(),
        chosen.description(),
        chosen.environment(),
        chosen.started(),
        chosen.elapsed(),
        suite,
        chosen.results());
  }

  /** One of everything. */
  static ConformanceReport mixed() {
    return report(
        List.of(
            passed("Linear/x[2, 3] to 4/integers", "Linear", How.NATIVE),
            result(
                "Linear/x[2, 3] to 5/reals",
                "Linear",
                Status.FAILED,
                Optional.of(How.NATIVE),
                List.of(),
                Map.of(),
                "Linear/x[2, 3] to 5/reals: output 0 at [1, 4] expected 1.5, got 2.5"),
            result(
                "Dropout/x[7]/normal",
                "Dropout",
                Status.PASSED,
                Optional.of(How.HOST),
                List.of("no kernel for " + HOSTILE),
                Map.of("ReLU of NaN", "0"),
                ""),
            result(
                "Dropout/x[8]/normal",
                "Dropout",
                Status.SKIPPED,
                Optional.of(How.HOST),
                List.of("no kernel for " + HOSTILE),
                Map.of("ReLU of NaN", "NaN"),
                "Dropout/x[8]/normal: " + HOSTILE),
            passed("Memory/all of it is given back", "", null)));
  }

  /** As many cases as given, with ids as long as those of convolutions. */
  static ConformanceReport of(int cases) {
    List<CaseResult> results = new ArrayList<>();
    for (int i = 0; i < cases; i++) {
      String op = "ConvolutionBackwardWeights" + i % 40;
      results.add(
          passed(
              op + "/x[2, 3, 17, 15] w[16, 3, 5, 5] stride 2, padding 1, case " + i + "/integers",
              op,
              How.values()[i % 3]));
    }
    return report(results);
  }
}
