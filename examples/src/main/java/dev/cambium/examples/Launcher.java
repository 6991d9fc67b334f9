package dev.cambium.examples;

import dev.cambium.monitor.RunInfo;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The entry point of {@code ./cambium}: picks the command, and turns its outcome into an exit
 * status: 0 when all went well, 2 when options, data or files were wrong, which one line on the
 * error stream explains, 130 when the command was asked to stop, 1 for errors of the program.
 */
@Command(
    name = "cambium",
    versionProvider = Launcher.Version.class,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Trains convolutional networks on whatever processor the machine has.")
public final class Launcher implements Runnable {
  /** The system property that shows where an error comes from. */
  static final String DEBUG = "cambium.debug";

  @Spec private CommandSpec spec;

  private Launcher() {}

  /** The version of the build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"cambium " + RunInfo.cambiumVersion()};
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** Runs the command that the arguments name and exits with its status. */
  public static void main(String[] arguments) {
    // Guice would generate classes by means that newer JVMs warn about.
    System.setProperty("guice_bytecode_gen_option", "DISABLED");
    StopSignal stop = new StopSignal();
    int status = run(Console.ofProcess(), stop, arguments);
    stop.finished(status);
    System.exit(status);
  }

  /** Runs the command that the arguments name; its exit status. */
  static int run(Console console, StopSignal stop, String... arguments) {
    CommandLine line = commandLine(console, stop);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setOut(new PrintWriter(console.out(), true));
    line.setErr(new PrintWriter(console.err(), true));
    line.setParameterExceptionHandler(
        (e, args) -> {
          String command = e.getCommandLine().getCommandSpec().qualifiedName();
          return fail(console, e, new Failure(oneLine(e) + "; see ./" + command + " --help", 2));
        });
    line.setExecutionExceptionHandler((e, command, parsed) -> fail(console, e, Failure.of(e)));
    try {
      return line.execute(arguments);
    } catch (Error e) {
      return fail(console, e, Failure.of(e));
    }
  }

  /** All commands. */
  static CommandLine commandLine(Console console, StopSignal stop) {
    CommandLine line = new CommandLine(new Launcher());
    line.addSubcommand(new BackendsCommand(console));
    line.addSubcommand(new TrainCommand(console, stop));
    line.addSubcommand(new EvaluateCommand(console));
    line.addSubcommand(new PredictCommand(console));
    line.addSubcommand(new AugmentCommand(console));
    line.addSubcommand(new ExperimentCommand(console, stop));
    line.addSubcommand(new LectureCommand(console));
    line.addSubcommand(new BenchCommand(console));
    line.addSubcommand(new TuneCommand(console));
    line.addSubcommand(new ConformanceCommand(console));
    line.getSubcommands()
        .get("augment")
        .getCommandSpec()
        .usageMessage()
        .footerHeading("%nSteps of --augment, one after the other, separated by commas:%n")
        .footer(Augmentation.forms().replace("%", "%%"));
    line.registerConverter(OptimizerChoice.class, OptimizerChoice::of);
    line.registerConverter(ScheduleChoice.class, ScheduleChoice::of);
    return line;
  }

  private static String oneLine(ParameterException e) {
    return e.getMessage().strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static int fail(Console console, Throwable thrown, Failure failure) {
    if (isDebugging()) {
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace, true));
      console.remark(trace.toString().stripTrailing());
    }
    console.remark("cambium: " + failure.message());
    return failure.status();
  }

  private static boolean isDebugging() {
    String value = System.getProperty(DEBUG);
    return value != null && !value.equals("false");
  }
}
