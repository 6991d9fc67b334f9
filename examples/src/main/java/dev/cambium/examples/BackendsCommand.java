package dev.cambium.examples;

import dev.cambium.spi.BackendStatus;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Backends;
import dev.cambium.spi.Device;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists every backend: its devices, or why it has none, and which device would run. */
@Command(
    name = "backends",
    mixinStandardHelpOptions = true,
    description = "Lists the backends, their devices, and which one is chosen.")
final class BackendsCommand implements Callable<Integer> {
  /** The backend that the launcher brings only when it is asked for. */
  private static final String FETCHED_ON_DEMAND = "nd4j";

  @Mixin private BackendOption backend = new BackendOption();

  private final Console console;

  BackendsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Backends backends = Backends.discover();
    String selection = backend.selection();
    boolean chosen = false;
    boolean fetched = false;
    for (BackendStatus status : backends.list(selection)) {
      chosen |= status.isChosen();
      fetched |= status.name().equals(FETCHED_ON_DEMAND);
      print(status);
    }
    if (!fetched && System.getProperty("cambium.home") != null) {
      console.remark(
          FETCHED_ON_DEMAND
              + ": not fetched: --backend "
              + FETCHED_ON_DEMAND
              + " with any command downloads it, once (135 MB)");
    }
    if (!chosen) {
      // Opening says why, and with what to choose from; listing only marks what would be opened.
      backends.open(selection, Session.backendProperties()).close();
      throw new BackendUnavailableException("no backend is chosen by '" + selection + "'");
    }
    return 0;
  }

  private void print(BackendStatus status) {
    if (!status.probe().isAvailable()) {
      console.result(status.name() + ": not available: " + status.probe().reason());
      return;
    }
    for (Device device : status.probe().devices()) {
      boolean chosen = device.id().equals(status.chosenDevice());
      console.result(
          status.name()
              + ":"
              + device.id()
              + ": available: "
              + device.description()
              + (chosen ? " (chosen)" : ""));
    }
  }

  /** What is known of the device that a backend of this name runs on. */
  static String describe(Backends backends, String name) {
    try {
      return backends.choose(name).device().description();
    } catch (BackendUnavailableException unlisted) {
      return name;
    }
  }
}
