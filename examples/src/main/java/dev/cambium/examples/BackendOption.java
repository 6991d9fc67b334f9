package dev.cambium.examples;

import dev.cambium.spi.Backends;
import picocli.CommandLine.Option;

/** The option by which every command chooses its backend. */
final class BackendOption {
  @Option(
      names = "--backend",
      paramLabel = "NAME[:DEVICE]",
      description =
          "backend to run on; by default what -Dcambium.backend or CAMBIUM_BACKEND says, else the"
              + " fastest device")
  private String name;

  BackendOption() {}

  /** What was chosen by this option, or outside of the program; empty for the best. */
  String selection() {
    return name == null ? Backends.selection() : name;
  }
}
