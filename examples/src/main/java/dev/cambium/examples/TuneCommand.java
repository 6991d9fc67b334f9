package dev.cambium.examples;

import dev.cambium.monitor.ProgressBar;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Backends;
import dev.cambium.spi.Tuning;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Lets a backend find out which of its kernels' tile sizes suit the device, and keep them there.
 * The last line says where. A backend that has nothing to tune is an error of whoever asked for it.
 */
@Command(
    name = "tune",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures tile sizes of a backend's kernels on this device, and keeps the fastest for later"
            + " runs.")
final class TuneCommand implements Callable<Integer> {
  @Mixin private BackendOption backend = new BackendOption();

  private final Console console;

  TuneCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (Session session =
        new Session(console, backend.selection(), Session.backendProperties(), false)) {
      Backend device = session.get(Backend.class);
      Tuning tuning = tune(session, device);
      if (tuning.isEmpty()) {
        throw new IllegalArgumentException(
            "backend " + device.name() + " has nothing to tune: " + tuning.remark());
      }
      print(tuning);
      return 0;
    }
  }

  private Tuning tune(Session session, Backend device) {
    ProgressBar bar = new ProgressBar(console.err(), console.terminal());
    String description = BackendsCommand.describe(session.get(Backends.class), device.name());
    try {
      return device.tune(
          trial -> {
            if (trial.done() == 1) {
              console.result("tuning %s: %s".formatted(device.name(), description));
              bar.begin("tuning", trial.trials(), 0);
            }
            bar.update(trial.done(), 0, () -> Map.of("GFLOP/s", trial.gigaflopsPerSecond()));
          });
    } finally {
      bar.clear();
    }
  }

  private void print(Tuning tuning) throws IOException {
    int width =
        tuning.choices().stream().mapToInt(choice -> choice.subject().length()).max().orElse(0);
    String subject = "%-" + Math.max(width, "kernels".length()) + "s";
    console.result(
        String.format(
            subject + " %9s %16s %14s   %s",
            "kernels",
            "variants",
            "GFLOP/s untuned",
            "tuned",
            "chosen"));
    for (Tuning.Choice choice : tuning.choices()) {
      console.result(
          String.format(
              Locale.ROOT,
              subject + " %9d %16.1f %14.1f   %s",
              choice.subject(),
              choice.candidates(),
              choice.untuned(),
              choice.tuned(),
              choice.chosen()));
    }
    if (tuning.stored().isEmpty()) {
      throw new IOException("what was found is not kept: " + tuning.remark());
    }
    console.result("kept in " + tuning.stored());
  }
}
