package dev.cambium.examples;

import picocli.CommandLine.Option;

/** The option that measures how long each kernel takes. */
final class TraceOption {
  @Option(
      names = "--trace",
      description =
          "measures every kernel and prints the costliest and a table of all at the end (as"
              + " -Dcambium.trace=kernels does); slows the rest down")
  private boolean trace;

  TraceOption() {}

  /** Whether this option or the system property asks for it. */
  boolean isWanted() {
    return Session.isTraceRequested() || trace;
  }
}
