package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.monitor.MetricRow;
import dev.cambium.monitor.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
  private static final Pattern LAST_LINE =
      Pattern.compile("test accuracy ([01]\\.\\d{4}) \\((\\d+)/(\\d+)\\)");

  @TempDir Path folder;
  private String data;

  @BeforeEach
  void writeData() throws IOException {
    data = "mnist:" + TestData.mnist(folder.resolve("data"), 200, 100);
  }

  /** Trains softmax for 3 epochs, unless told otherwise. */
  private CommandRun train(String out, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("train", "--out", folder.resolve(out)));
    arguments.addAll(List.of(more));
    Map<String, Object> defaults =
        Map.of("--data", data, "--model", "softmax", "--epochs", 3, "--batch", 16);
    defaults.forEach(
        (option, value) -> {
          if (!arguments.contains(option)) {
            arguments.addAll(List.of(option, value));
          }
        });
    return CommandRun.of(arguments.toArray());
  }

  private static Matcher lastLine(CommandRun run) {
    assertEquals(0, run.status(), run.err());
    Matcher line = LAST_LINE.matcher(run.lastLine());
    assertTrue(line.matches(), run.all());
    return line;
  }

  @Test
  void trainsAndEndsWithTheTestAccuracy() throws IOException {
    CommandRun run = train("run");
    Matcher line = lastLine(run);
    int correct = Integer.parseInt(line.group(2));
    assertEquals(100, Integer.parseInt(line.group(3)));
    assertEquals(correct / 100.0, Double.parseDouble(line.group(1)), 1e-9);
    assertTrue(correct >= 95, run.all());
    assertEquals(run.lastLine() + System.lineSeparator(), run.out());
    assertEquals(3, run.err().lines().filter(text -> text.startsWith("epoch ")).count());
  }

  @Test
  void theRunFolderSaysWhatWasRunAndMeasured() throws IOException {
    Matcher line = lastLine(train("run", "--seed", 5, "--weight-decay", 0.25));
    RunFolder run = RunFolder.open(folder.resolve("run"));
    assertEquals(5, run.info().seed());
    RunSettings settings = RunSettings.of(run);
    assertEquals(data, settings.data());
    assertEquals(0.25, settings.recipe().weightDecay());
    assertEquals(Recipe.of("softmax").lr(), settings.recipe().lr());
    assertTrue(Files.exists(run.lastCheckpoint()));
    List<MetricRow> rows = run.readMetrics();
    assertEquals(3, rows.stream().filter(row -> row.split().equals("validation")).count());
    MetricRow test = rows.get(rows.size() - 1);
    assertEquals("test", test.split());
    assertEquals(Double.parseDouble(line.group(1)), test.values().get("accuracy"), 1e-9);
  }

  @Test
  void theSameSeedGivesTheSameRunAndAnotherSeedAnother() throws IOException {
    train("first", "--seed", 3);
    train("second", "--seed", 3);
    train("third", "--seed", 4);
    assertArrayEquals(bytes("first/metrics.jsonl"), bytes("second/metrics.jsonl"));
    assertArrayEquals(
        bytes("first/checkpoints/last.safetensors"), bytes("second/checkpoints/last.safetensors"));
    assertNotEquals(
        Files.readString(folder.resolve("first/metrics.jsonl")),
        Files.readString(folder.resolve("third/metrics.jsonl")));
  }

  private byte[] bytes(String file) throws IOException {
    return Files.readAllBytes(folder.resolve(file));
  }

  @Test
  void evaluateEndsWithTheSameLine() {
    CommandRun trained = train("run");
    CommandRun evaluated =
        CommandRun.of("evaluate", "--run", folder.resolve("run"), "--data", data, "--batch", 7);
    lastLine(evaluated);
    assertEquals(trained.lastLine(), evaluated.lastLine());
    assertTrue(evaluated.out().contains("top-5 accuracy "), evaluated.out());
    assertTrue(evaluated.out().contains("recall precision"), evaluated.out());
    CommandRun own = CommandRun.of("evaluate", "--run", folder.resolve("run"));
    assertEquals(trained.lastLine(), own.lastLine());
  }

  @Test
  void predictNamesTheClassesOfSeveralPictures() throws IOException {
    train("run");
    Path three = folder.resolve("three.png");
    Path seven = folder.resolve("seven.png");
    TestData.image(3).writePng(three);
    TestData.image(7).writePng(seven);
    CommandRun run = CommandRun.of("predict", "--run", folder.resolve("run"), three, seven);
    assertEquals(0, run.status(), run.err());
    List<String> lines = run.out().lines().toList();
    assertEquals(2, lines.size());
    String form = ": %d 0\\.\\d{4}, \\d 0\\.\\d{4}, \\d 0\\.\\d{4}";
    assertTrue(
        lines.get(0).matches(Pattern.quote(three.toString()) + form.formatted(3)), run.out());
    assertTrue(
        lines.get(1).matches(Pattern.quote(seven.toString()) + form.formatted(7)), run.out());
  }

  @Test
  void aFinishedRunThatIsResumedSaysItsResultAgain() throws IOException {
    CommandRun trained = train("run");
    byte[] metrics = bytes("run/metrics.jsonl");
    CommandRun resumed = CommandRun.of("train", "--resume", folder.resolve("run"));
    lastLine(resumed);
    assertEquals(trained.lastLine(), resumed.lastLine());
    assertArrayEquals(metrics, bytes("run/metrics.jsonl"));
  }

  @Test
  void aRunWithoutACheckpointIsResumedFromItsStart() throws IOException {
    CommandRun whole = train("whole");
    train("killed");
    Files.delete(folder.resolve("killed/checkpoints/last.safetensors"));
    CommandRun resumed = CommandRun.of("train", "--resume", folder.resolve("killed"));
    assertEquals(whole.lastLine(), resumed.lastLine());
    assertArrayEquals(
        bytes("whole/checkpoints/last.safetensors"), bytes("killed/checkpoints/last.safetensors"));
    assertArrayEquals(bytes("whole/metrics.jsonl"), bytes("killed/metrics.jsonl"));
  }

  @Test
  void patienceEndsARunThatNoLongerImproves() {
    CommandRun run =
        train("run", "--epochs", 50, "--patience", 2, "--lr", 0.05, "--schedule", "constant");
    lastLine(run);
    assertTrue(run.err().contains("stopped early"), run.err());
    assertTrue(run.err().lines().filter(text -> text.startsWith("epoch ")).count() < 50);
  }

  @Test
  void everyOptimiserAndScheduleCanBeChosen() throws IOException {
    for (OptimizerChoice optimizer : OptimizerChoice.values()) {
      CommandRun run = train("run-" + optimizer, "--epochs", 1, "--optimizer", optimizer);
      lastLine(run);
      RunSettings settings = RunSettings.of(RunFolder.open(folder.resolve("run-" + optimizer)));
      assertEquals(optimizer, settings.recipe().optimizer());
    }
    for (ScheduleChoice schedule : ScheduleChoice.values()) {
      lastLine(train("run-" + schedule, "--epochs", 1, "--schedule", schedule, "--accumulate", 2));
    }
  }

  @Test
  void aTrainingThatDivergesSaysWhatToDo() {
    CommandRun run = train("run", "--lr", 3e38, "--optimizer", "sgd", "--schedule", "constant");
    assertEquals(1, run.status(), run.all());
    assertTrue(run.lastLine().contains("--lr"), run.all());
  }

  @Test
  void stepsThatAreNotThereAndMixturesOfOneAreRefusedBeforeAnythingIsMade() {
    CommandRun unknown = train("unknown", "--augment", "flip,mixxup");
    assertEquals(2, unknown.status(), unknown.all());
    assertTrue(unknown.lastLine().contains("unknown step 'mixxup'"), unknown.err());
    assertTrue(unknown.lastLine().contains("mixup, cutmix"), unknown.err());
    CommandRun single = train("single", "--augment", "mixup", "--batch", 1);
    assertEquals(2, single.status(), single.all());
    assertTrue(single.lastLine().contains("--batch of at least 2"), single.err());
    assertFalse(Files.exists(folder.resolve("unknown")));
    assertFalse(Files.exists(folder.resolve("single")));
  }

  @Test
  void withoutAFolderARunGetsAFreshOne() {
    Path first = NewRun.freshPath("mnist:/data/mnist", "lenet");
    assertEquals(Path.of("runs"), first.getParent());
    assertTrue(
        first.getFileName().toString().matches("\\d{8}-\\d{6}-mnist-lenet(-\\d+)?"),
        first.toString());
  }

  @Test
  void stepsThatChangeTheSizeOfImagesAreRefusedBeforeAnythingIsWritten() {
    CommandRun run = train("run", "--augment", "random-crop:8");
    assertEquals(2, run.status(), run.all());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("random-crop:8 makes images of [1, 10, 10] into [1, 8, 8]"));
    assertFalse(Files.exists(folder.resolve("run")));
    lastLine(train("back", "--augment", "random-crop:8,resize:10", "--epochs", 1));
  }

  /** 39 updates leave 0.96 of the first weights in an average that forgets 0.001 at each. */
  @Test
  void anAverageThatLooksFarBackKnowsTheClassesOfAShortTraining() {
    Matcher line = lastLine(train("run", "--average", 0.999, "--validation", 0));
    assertTrue(Integer.parseInt(line.group(2)) >= 90, line.group());
  }

  /** Runs of a version without --augment and --average have neither in their run.json. */
  @Test
  void aRunThatWasBegunWithoutTheNewerOptionsGoesOn() throws IOException {
    train("run");
    Path json = folder.resolve("run/run.json");
    String now = Files.readString(json);
    String before =
        now.replaceAll("\"augment\"\\s*:\\s*\"none\"\\s*,", "")
            .replaceAll("\"averageDecay\"\\s*:\\s*0.0\\s*,", "");
    assertTrue(now.contains("augment") && now.contains("averageDecay"), now);
    assertFalse(before.contains("augment") || before.contains("averageDecay"), before);
    Files.writeString(json, before);
    RunSettings settings = RunSettings.of(RunFolder.open(folder.resolve("run")));
    assertEquals("none", settings.augment());
    assertEquals(0, settings.averageDecay());
    lastLine(CommandRun.of("train", "--resume", folder.resolve("run")));
  }

  @Test
  void settingsComeBackFromTheConfigAsTheyWere() {
    RunSettings settings =
        new RunSettings(
            "digits",
            "lenet",
            Recipe.of("lenet"),
            "flip,crop:2,mixup",
            0.99,
            0.1,
            3,
            2,
            10,
            Map.of("cpu.threads", "1"));
    assertFalse(settings.toConfig().isEmpty());
    assertEquals(settings.recipe().schedule().toString(), recipe(settings).get("schedule"));
  }

  private static Map<?, ?> recipe(RunSettings settings) {
    return (Map<?, ?>) settings.toConfig().get("recipe");
  }
}
