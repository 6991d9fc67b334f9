package dev.cambium.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Several backends, variants of their settings and other programs at the same work: products of
 * matrices, networks forward and in training. They take turns at each piece of work, round by
 * round, so that what else the machine does strikes them alike. A ratio is the median over the
 * rounds of the ratio within a round.
 */
final class BackendComparison implements AutoCloseable {
  /** One of those compared; its speeds by task and round. */
  private record Row(BenchContender contender, List<List<Double>> speeds) {}

  private final Console console;
  private final List<BenchTask> tasks;
  private final int batch;
  private final int steps;
  private final List<Row> rows = new ArrayList<>();
  private final Resources resources = new Resources();
  private Map<String, Long> parameters = Map.of();

  /** A comparison at these tasks, in batches and steps of which networks work. */
  BackendComparison(Console console, List<BenchTask> tasks, int batch, int steps) {
    this.console = console;
    this.tasks = tasks;
    this.batch = batch;
    this.steps = steps;
  }

  /** Opens a backend, {@code NAME[:DEVICE]}, and prepares its work. */
  void add(String selection) {
    open(selection, Session.backendProperties(), "");
  }

  /**
   * Opens a backend with other settings.
   *
   * @param variant settings without {@code cambium.}: {@code cuda.graphs=off,cuda.libraries=off}
   */
  void add(String selection, String variant) {
    Map<String, String> settings = new TreeMap<>(Session.backendProperties());
    List<String> words = new ArrayList<>();
    for (String setting : variant.split(",")) {
      String[] parts = setting.strip().split("=", 2);
      if (parts.length != 2 || parts[0].indexOf('.') < 1) {
        throw new IllegalArgumentException(
            "--variant must be settings such as cuda.graphs=off, with ',' between them, got '"
                + variant
                + "'");
      }
      settings.put(parts[0], parts[1]);
      words.add(parts[0].substring(parts[0].indexOf('.') + 1) + "=" + parts[1]);
    }
    String name = String.join(" ", words);
    open(selection, settings, name);
  }

  private void open(String selection, Map<String, String> settings, String variant) {
    BackendContender opened =
        new BackendContender(console, selection, settings, variant, tasks, batch, steps);
    parameters = opened.parameters();
    add(opened);
  }

  /** Starts a program that does the same work. */
  void addProgram(String command) {
    add(new ProgramContender(command));
  }

  private void add(BenchContender contender) {
    resources.add(contender::close);
    rows.add(new Row(contender, tasks.stream().<List<Double>>map(t -> new ArrayList<>()).toList()));
  }

  /** What is compared, a line for each. */
  List<String> titles() {
    return rows.stream()
        .map(row -> row.contender().name() + ": " + row.contender().description())
        .toList();
  }

  /** How many numbers each network trains, in a line. */
  String parameters() {
    return parameters.entrySet().stream()
        .map(network -> network.getKey() + " " + network.getValue())
        .collect(Collectors.joining(", ", "parameters ", ""));
  }

  /** Lets all do everything once; a first round is there to warm up. */
  void round(boolean counts) {
    for (int task = 0; task < tasks.size(); task++) {
      for (Row row : rows) {
        double speed = row.contender().speed(tasks.get(task));
        if (counts) {
          row.speeds().get(task).add(speed);
        }
      }
    }
  }

  /** A line for each task: the speed of each, and the first one's against each other. */
  List<String> table() {
    List<Row> others = rows.subList(1, rows.size());
    String first = rows.get(0).contender().name();
    int width = tasks.stream().mapToInt(task -> task.title().length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    lines.add(
        " ".repeat(width)
            + rows.stream()
                .map(row -> cell("%14s", row.contender().name()))
                .collect(Collectors.joining())
            + others.stream()
                .map(other -> cell("%20s", first + " / " + other.contender().name()))
                .collect(Collectors.joining()));
    for (int task = 0; task < tasks.size(); task++) {
      lines.add(cell("%-" + width + "s", tasks.get(task).title()) + line(task));
    }
    return lines;
  }

  private String line(int task) {
    StringBuilder line = new StringBuilder();
    List<Double> first = rows.get(0).speeds().get(task);
    rows.forEach(row -> line.append(cell("%14.1f", BenchCommand.median(row.speeds().get(task)))));
    for (Row other : rows.subList(1, rows.size())) {
      line.append(cell("%20.2f", ratio(first, other.speeds().get(task))));
    }
    return line.toString();
  }

  /**
   * The same as a table in Markdown with a row for each task and contender, for more of them than a
   * line has room for, with the lowest and the highest of the rounds. Who cannot work has his
   * reason there.
   */
  List<String> longTable() {
    List<String> lines = new ArrayList<>();
    String first = rows.get(0).contender().name();
    lines.add("| work | who | median | lowest | highest | " + first + " / this |");
    lines.add("|---|---|---:|---:|---:|---:|");
    for (int task = 0; task < tasks.size(); task++) {
      for (Row row : rows) {
        lines.add(longLine(task, row));
      }
    }
    return lines;
  }

  private String longLine(int task, Row row) {
    String who = "| " + tasks.get(task).title() + " | " + row.contender().name() + " | ";
    List<Double> speeds = row.speeds().get(task);
    if (speeds.stream().anyMatch(speed -> speed.isNaN())) {
      boolean never = row.speeds().stream().flatMap(List::stream).allMatch(speed -> speed.isNaN());
      return who + (never ? row.contender().description() : "not measured") + " | | | |";
    }
    return who
        + String.format(
            Locale.ROOT,
            "%.1f | %.1f | %.1f | %.2f |",
            BenchCommand.median(speeds),
            speeds.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
            speeds.stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
            ratio(rows.get(0).speeds().get(task), speeds));
  }

  /** The median of the ratios within the rounds. */
  static double ratio(List<Double> speeds, List<Double> others) {
    return BenchCommand.median(
        IntStream.range(0, speeds.size())
            .mapToObj(round -> speeds.get(round) / others.get(round))
            .toList());
  }

  private static String cell(String format, Object value) {
    return String.format(Locale.ROOT, format, value);
  }

  @Override
  public void close() {
    resources.close();
  }
}
