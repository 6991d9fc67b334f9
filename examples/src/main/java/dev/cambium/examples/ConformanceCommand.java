package dev.cambium.examples;

import dev.cambium.conformance.ConformanceRun;
import dev.cambium.conformance.ConformanceSuite;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.report.CaseResult;
import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.conformance.report.ConformanceReport;
import dev.cambium.conformance.report.ReportFolder;
import dev.cambium.conformance.report.RerunCommand;
import dev.cambium.conformance.report.TextReport;
import dev.cambium.monitor.ProgressBar;
import dev.cambium.spi.BackendChoice;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Runs the conformance suite on a backend. What fails is printed at once, with the command that
 * runs it again; the matrix of operations follows at the end. The exit status is 0 only where every
 * case passed.
 */
@Command(
    name = "conformance",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Checks that a backend computes what the contract says. Ends with 'N passed, N failed, N"
            + " skipped'.")
final class ConformanceCommand implements Callable<Integer> {
  @Mixin private BackendOption backend = new BackendOption();

  @Option(
      names = "--only",
      paramLabel = "PATTERN",
      defaultValue = "*",
      description =
          "which cases: an id in which * stands for any characters, or its beginning up to a slash;"
              + " by default all")
  private String only;

  @Option(names = "--list", description = "prints the ids of the cases and runs none")
  private boolean list;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "writes what was found as text, JSON and HTML to this folder")
  private Path folder;

  private final Console console;

  ConformanceCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Backends backends = Backends.discover();
    BackendChoice choice = backends.choose(backend.selection());
    List<ConformanceCase> cases =
        ConformanceSuite.matching(ConformanceSuite.cases(choice.provider().name()), only);
    if (list) {
      cases.forEach(examined -> console.result(examined.id()));
      return 0;
    }
    backends.open(choice.name(), Session.backendProperties()).close();
    ReportFolder files = folder == null ? null : ReportFolder.open(folder);
    return run(choice, cases, files) ? 0 : 1;
  }

  /** Whether the backend conforms; the report is there before the backend is closed. */
  private boolean run(BackendChoice choice, List<ConformanceCase> cases, ReportFolder files)
      throws IOException {
    String selection = backend.selection().isBlank() ? choice.name() : backend.selection();
    console.result(
        "conformance of %s: %s, %d %s"
            .formatted(
                choice.name(),
                choice.device().description(),
                cases.size(),
                cases.size() == 1 ? "case" : "cases"));
    ProgressBar bar = new ProgressBar(console.err(), console.terminal());
    AtomicInteger done = new AtomicInteger();
    try (ConformanceRun run =
        ConformanceRun.of(
                choice.provider(),
                new BackendConfig(choice.device().id(), Session.backendProperties()))
            .rerun(id -> RerunCommand.ofLauncher(selection, id))
            .whileRunning(
                (examined, time) -> bar.message(ConformanceRun.stillRunning(examined, time)))
            .start()) {
      bar.begin("conformance", cases.size(), 0);
      ConformanceReport report =
          run.run(cases, result -> show(bar, done.incrementAndGet(), result));
      bar.clear();
      tell(report, files);
      return report.allPassed();
    } finally {
      bar.clear();
    }
  }

  private void tell(ConformanceReport report, ReportFolder files) throws IOException {
    if (files != null) {
      files.write(report);
      console.remark("wrote the report to " + folder);
    }
    new TextReport(report).findings().forEach(console::result);
  }

  private void show(ProgressBar bar, int done, CaseResult result) {
    if (result.status() == Status.FAILED) {
      bar.clear();
      TextReport.lines(result).forEach(console::result);
    }
    bar.update(done, 0, Map::of);
  }
}
