package dev.cambium.toy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.conformance.ConformanceRun;
import dev.cambium.conformance.ConformanceSuite;
import dev.cambium.conformance.report.CaseResult;
import dev.cambium.conformance.report.RerunCommand;
import dev.cambium.conformance.report.TextReport;
import dev.cambium.op.Linear;
import dev.cambium.runtime.Coverage.How;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.KernelTable;
import dev.cambium.spi.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the guide says of the toy is so. Its code samples are checked with those of other pages. */
class GuideTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/cambium/toy");
  private static final String ONE_CASE = "Linear/x[3, 5] to 2 bias/integers, wide w";

  private static String guide() throws IOException {
    return Files.readString(Path.of("..", "docs", "writing-a-backend.md"));
  }

  private static long lines(String... classes) throws IOException {
    long lines = 0;
    for (String name : classes) {
      lines += Files.readAllLines(SOURCES.resolve(name + ".java")).size();
    }
    return lines;
  }

  @Test
  void theLengthsAreThoseOfTheSources() throws IOException {
    Matcher stated =
        Pattern.compile(
                "memory takes (\\d+) lines in four files.*; its first kernel (\\d+) more",
                Pattern.DOTALL)
            .matcher(guide());
    assertTrue(stated.find());
    assertEquals(
        lines("ToyProvider", "ToyBackend", "ToyMemory", "ToyBuffer"),
        Long.parseLong(stated.group(1)));
    assertEquals(lines("ToyLinear"), Long.parseLong(stated.group(2)));
  }

  @Test
  void memoryAloneLowersWhatTheKernelRunsNatively() {
    assertEquals(Optional.of(How.LOWERED), result(new ToyProvider()).how());
    assertEquals(Optional.of(How.NATIVE), result(new ToyKernelsProvider()).how());
  }

  @Test
  void theFailureShownIsThatOfAForgottenBias() throws IOException {
    CaseResult failure = result(new Forgetful());
    assertTrue(guide().contains(shown(failure)), shown(failure));
  }

  private static String shown(CaseResult failure) {
    return "    " + String.join("\n    ", TextReport.lines(failure)) + "\n";
  }

  private static CaseResult result(BackendProvider provider) {
    try (ConformanceRun run =
        ConformanceRun.of(provider, BackendConfig.defaults())
            .rerun(id -> RerunCommand.ofLauncher(provider.name(), id))
            .start()) {
      return run.run(
          ConformanceSuite.matching(ConformanceSuite.cases(provider.name()), ONE_CASE).get(0));
    }
  }

  /** Its kernel does not add the bias. */
  private record Forgetful() implements BackendProvider {
    @Override
    public String name() {
      return "toy-kernels";
    }

    @Override
    public Probe probe() {
      return new ToyProvider().probe();
    }

    @Override
    public Backend open(BackendConfig config) {
      KernelTable kernels =
          new KernelTable()
              .put(
                  Linear.class,
                  (op, inputs) -> ToyLinear.prepare(new Linear(false, op.activation()), inputs));
      return new ToyBackend(name(), Long.MAX_VALUE, kernels);
    }
  }
}
