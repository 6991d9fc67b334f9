package dev.cambium.examples;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The entry point of {@code ./cambium}: picks the command and turns its outcome into an exit
 * status.
 */
@Command(
    name = "cambium",
    version = "cambium 0.1.0-SNAPSHOT",
    mixinStandardHelpOptions = true,
    description = "Trains convolutional networks on whatever processor the machine has.")
public final class Launcher implements Runnable {
  @Spec private CommandSpec spec;

  /** Creates the command without subcommands chosen. */
  public Launcher() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** Runs the command that the arguments name and exits with its status. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Launcher()).execute(arguments));
  }
}
