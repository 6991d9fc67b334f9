package dev.cambium.examples;

import dev.cambium.conformance.ConformanceRun;
import dev.cambium.conformance.ConformanceSuite;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.report.CaseResult;
import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.conformance.report.ConformanceReport;
import dev.cambium.conformance.report.TextReport;
import dev.cambium.monitor.ProgressBar;
import dev.cambium.spi.BackendChoice;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Backends;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
  private static final String PREFIX = "cambium.";

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
    ConformanceReport report = run(choice, cases);
    new TextReport(report).findings().forEach(console::result);
    return report.isConforming() ? 0 : 1;
  }

  private ConformanceReport run(BackendChoice choice, List<ConformanceCase> cases) {
    String selection = backend.selection().isBlank() ? choice.name() : backend.selection();
    BackendConfig config = new BackendConfig(choice.device().id(), Session.backendProperties());
    console.result(
        "conformance of "
            + choice.name()
            + ": "
            + choice.device().description()
            + ", "
            + cases.size()
            + " cases");
    ProgressBar bar = new ProgressBar(console.err(), console.terminal());
    bar.begin("conformance", cases.size(), 0);
    try (ConformanceRun run =
        new ConformanceRun(choice.provider(), config, List.of(), id -> rerun(selection, id))) {
      int[] done = {0};
      ConformanceReport report =
          run.run(
              cases,
              result -> {
                done[0]++;
                show(bar, done[0], result);
              });
      bar.clear();
      return report;
    }
  }

  private void show(ProgressBar bar, int done, CaseResult result) {
    if (result.status() == Status.FAILED) {
      bar.clear();
      TextReport.lines(result).forEach(console::result);
    }
    bar.update(done, 0, Map::of);
  }

  /** The command that runs a case alone, on the same backend with the same settings. */
  static String rerun(String selection, String id) {
    return "./cambium "
        + settings().entrySet().stream()
            .map(setting -> ShellWord.of("-D" + setting.getKey() + "=" + setting.getValue()) + " ")
            .collect(Collectors.joining())
        + "conformance --backend "
        + ShellWord.of(selection)
        + " --only "
        + ShellWord.quoted(id);
  }

  /** The system properties of Cambium, without those that the command line says in other words. */
  private static Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith(PREFIX)
          && !name.equals(BenchCommand.HOME)
          && !name.equals(Backends.PROPERTY)) {
        settings.put(name, System.getProperty(name));
      }
    }
    return settings;
  }
}
