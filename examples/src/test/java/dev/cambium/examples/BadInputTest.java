package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with options, data and files ends in one line and status 2, and leaves nothing. */
class BadInputTest {
  @TempDir Path folder;
  private Path mnist;
  private Path out;

  @BeforeEach
  void writeData() throws IOException {
    mnist = TestData.mnist(folder.resolve("data"), 40, 20);
    out = folder.resolve("runs/run");
  }

  /** Trains on {@code data} and demands that it is refused with these words. */
  private void assertRefused(String data, String... words) {
    assertRefused(new Object[] {"train", "--data", data, "--model", "softmax"}, words);
  }

  private void assertRefused(Object[] arguments, String... words) {
    Object[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--out";
    all[arguments.length + 1] = out;
    assertRefused(CommandRun.of(all), words);
    assertFalse(Files.exists(out.getParent()), "something was left behind");
  }

  private static void assertRefused(CommandRun run, String... words) {
    assertEquals(2, run.status(), run.all());
    assertEquals("", run.out());
    assertTrue(run.lastLine().startsWith("cambium: "), run.err());
    assertEquals(1, run.err().lines().filter(line -> line.startsWith("cambium: ")).count());
    assertFalse(run.err().contains("\tat "), run.err());
    for (String word : words) {
      assertTrue(run.lastLine().contains(word), () -> word + " is not in: " + run.lastLine());
    }
  }

  private String data() {
    return "mnist:" + mnist;
  }

  private void change(String file, Change change) throws IOException {
    Path path = mnist.resolve(file);
    Files.write(path, change.of(Files.readAllBytes(path)));
  }

  private interface Change {
    byte[] of(byte[] bytes) throws IOException;
  }

  @Test
  void idxWithAWrongMagicNumber() throws IOException {
    change(
        "train-images-idx3-ubyte",
        bytes -> {
          bytes[3] = 9;
          return bytes;
        });
    assertRefused(data(), "train-images-idx3-ubyte", "0x00000803");
  }

  @Test
  void idxThatIsTruncated() throws IOException {
    change("train-images-idx3-ubyte", bytes -> Arrays.copyOf(bytes, bytes.length - 5));
    assertRefused(data(), "train-images-idx3-ubyte");
  }

  @Test
  void idxWithFewerLabelsThanImages() throws IOException {
    change(
        "train-labels-idx1-ubyte",
        bytes -> {
          bytes[7]--;
          return Arrays.copyOf(bytes, bytes.length - 1);
        });
    assertRefused(data(), "train-labels-idx1-ubyte", "39", "40");
  }

  @Test
  void idxWithALabelOutOfRange() throws IOException {
    change(
        "t10k-labels-idx1-ubyte",
        bytes -> {
          bytes[10] = 77;
          return bytes;
        });
    assertRefused(data(), "t10k-labels-idx1-ubyte", "77");
  }

  @Test
  void gzipThatIsDamaged() throws IOException {
    byte[] zipped = TestData.gzip(Files.readAllBytes(mnist.resolve("train-images-idx3-ubyte")));
    zipped[zipped.length / 2] ^= 0x55;
    Files.delete(mnist.resolve("train-images-idx3-ubyte"));
    Files.write(mnist.resolve("train-images-idx3-ubyte.gz"), zipped);
    assertRefused(data(), "train-images-idx3-ubyte.gz");
  }

  @Test
  void anEmptyDataSet() throws IOException {
    change(
        "train-images-idx3-ubyte",
        bytes -> Arrays.copyOf(ByteBuffer.wrap(bytes).putInt(4, 0).array(), 16));
    change(
        "train-labels-idx1-ubyte",
        bytes -> Arrays.copyOf(ByteBuffer.wrap(bytes).putInt(4, 0).array(), 8));
    assertRefused(data());
  }

  @Test
  void cifarThatIsNoMultipleOfItsRecords() throws IOException {
    Path cifar = TestData.cifar10(folder.resolve("cifar"), new byte[3073 + 17]);
    assertRefused("cifar10:" + cifar, "data_batch_1.bin", "3073");
  }

  @Test
  void cifarWithALabelOutOfRange() throws IOException {
    byte[] record = new byte[3073];
    record[0] = 10;
    Path cifar = TestData.cifar10(folder.resolve("cifar"), record);
    assertRefused("cifar10:" + cifar, "data_batch_1.bin", "10");
  }

  @Test
  void aFolderWithAnUnreadablePicture() throws IOException {
    Path pictures = TestData.pictures(folder.resolve("pictures"), "cat", "dog");
    Path broken = pictures.resolve("dog/1.png");
    Files.write(broken, Arrays.copyOf(Files.readAllBytes(broken), 60));
    assertRefused("images:" + pictures, broken.toString());
  }

  @Test
  void aFolderWithASingleClassOrNone() throws IOException {
    Path single = TestData.pictures(folder.resolve("single"), "cat");
    assertRefused("images:" + single, single.toString(), "only the folder cat");
    assertRefused("images:" + TestData.pictures(folder.resolve("none")), "no folders inside");
  }

  @Test
  void dataThatAreNotThere() {
    assertRefused("mnist:" + folder.resolve("nowhere"), "nowhere");
    assertRefused("mnits:" + mnist, "mnits", "digits");
  }

  @ParameterizedTest
  @CsvSource({
    "--batch, 0",
    "--epochs, 0",
    "--epochs, two",
    "--lr, NaN",
    "--lr, -0.1",
    "--lr, 0",
    "--lr, Infinity",
    "--model, vgg",
    "--optimizer, sdg",
    "--schedule, cosin",
    "--weight-decay, -1",
    "--momentum, 1",
    "--validation, 1",
    "--validation, NaN",
    "--patience, -1",
    "--accumulate, 0",
    "--report-every, 0",
    "--label-smoothing, 1.5",
    "--warmup, 1",
    "--clip-norm, -3",
    "--seed, one",
    "--backend, abacus",
  })
  void optionsOutOfRange(String option, String value) {
    assertRefused(new Object[] {"train", "--data", data(), option, value}, value);
  }

  @Test
  void aDeviceThatTheBackendDoesNotHave() {
    assertRefused(new Object[] {"train", "--backend", "cpu:9"}, "'cpu' has no device '9'");
  }

  @Test
  void layersThatDoNotFitTheImages() {
    // 10x10 images: after two convolutions and poolings there is nothing left to convolve.
    assertRefused(
        new Object[] {"train", "--data", "images:" + tooSmall(), "--model", "lenet"}, "features.");
  }

  private Path tooSmall() {
    try {
      Path pictures = TestData.pictures(folder.resolve("small"), "cat", "dog");
      try (Stream<Path> files = Files.walk(pictures)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          TestData.image(1).resize(4, 4).writePng(file);
        }
      }
      return pictures;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aFolderThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    assertRefused(
        CommandRun.of(
            "train", "--data", data(), "--model", "softmax", "--out", file.resolve("run")),
        "cannot be written");
    assertEquals("no folder", Files.readString(file));
  }

  @Test
  void aFolderThatHoldsARunIsRefusedAndKept() throws IOException {
    Path run = trained();
    byte[] weights = Files.readAllBytes(run.resolve("checkpoints/last.safetensors"));
    assertRefused(
        CommandRun.of("train", "--data", data(), "--model", "softmax", "--out", run),
        "already holds a run");
    assertTrue(
        Arrays.equals(weights, Files.readAllBytes(run.resolve("checkpoints/last.safetensors"))));
  }

  @Test
  void aRunThatCannotBeginLeavesAFolderAsItWas() throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("notes.txt"), "mine");
    // Batch norm cannot train on a single image, which shows only when the loader is made.
    Path tiny = TestData.mnist(folder.resolve("tiny"), 1, 10);
    CommandRun run =
        CommandRun.of(
            "train",
            "--data",
            "mnist:" + tiny,
            "--model",
            "convnet",
            "--validation",
            0,
            "--out",
            out);
    assertRefused(run);
    try (Stream<Path> left = Files.list(out)) {
      assertEquals(1, left.count());
    }
  }

  @Test
  void resumeTakesNoOtherSettings() throws IOException {
    Path run = trained();
    assertRefused(CommandRun.of("train", "--resume", run, "--epochs", 9), "--epochs");
    assertRefused(CommandRun.of("train", "--resume", folder.resolve("nowhere")), "nowhere");
    assertRefused(CommandRun.of("train", "--resume", mnist), "run.json");
  }

  @Test
  void aRunWhoseConfigIsNoTrainings() throws IOException {
    Path run = trained();
    Path json = run.resolve("run.json");
    Files.writeString(json, Files.readString(json).replace("\"recipe\"", "\"recipes\""));
    assertRefused(CommandRun.of("train", "--resume", run), "run.json", "recipe");
    Files.writeString(json, "{");
    assertRefused(CommandRun.of("evaluate", "--run", run), "run.json");
  }

  @Test
  void evaluateOnDataOfAnotherShapeOrOtherClasses() throws IOException {
    Path run = trained();
    assertRefused(CommandRun.of("evaluate", "--run", run, "--data", "digits"), "28", "10");
    Path pictures = TestData.pictures(folder.resolve("pictures"), "cat", "dog");
    assertRefused(CommandRun.of("evaluate", "--run", run, "--data", "images:" + pictures), "cat");
    assertRefused(CommandRun.of("evaluate", "--run", run, "--batch", 0), "--batch");
  }

  @Test
  void predictOfWhatIsNoPicture() throws IOException {
    Path run = trained();
    Path good = folder.resolve("good.png");
    TestData.image(1).writePng(good);
    Path text = Files.writeString(folder.resolve("text.png"), "not a picture");
    assertRefused(CommandRun.of("predict", "--run", run, good, text), "text.png");
    assertRefused(CommandRun.of("predict", "--run", run, folder.resolve("no.png")), "no.png");
    assertRefused(CommandRun.of("predict", "--run", run), "IMAGE");
    assertRefused(CommandRun.of("predict", "--run", run, "--top", 0, good), "--top");
  }

  private Path trained() {
    Path run = folder.resolve("trained");
    CommandRun trained =
        CommandRun.of("train", "--data", data(), "--model", "softmax", "--epochs", 1, "--out", run);
    assertEquals(0, trained.status(), trained.err());
    return run;
  }

  /** Each kind of damage to a file of weights; the text is what replaces a part of its header. */
  @ParameterizedTest
  @CsvSource({
    "F32, I32, linear.",
    "linear.weight, linear.weights, linear.weight",
    "'[10,100]', '[100,10]', linear.weight",
    "linear.bias, linear.bais, linear.bias",
  })
  void weightsWhoseHeaderIsWrong(String from, String to, String word) throws IOException {
    Path run = trained();
    Path weights = run.resolve("checkpoints/best.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
    assertTrue(header.contains(from), header);
    byte[] changed =
        header
            .replaceFirst(java.util.regex.Pattern.quote(from), to)
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + changed.length + bytes.length - 8 - length);
    file.order(ByteOrder.LITTLE_ENDIAN).putLong(changed.length).put(changed);
    file.put(bytes, 8 + length, bytes.length - 8 - length);
    Files.write(weights, file.array());
    assertRefused(CommandRun.of("evaluate", "--run", run), "best.safetensors", word);
  }

  @Test
  void weightsThatAreNoSafetensors() throws IOException {
    Path run = trained();
    Path weights = run.resolve("checkpoints/best.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    byte[] tooLong = bytes.clone();
    ByteBuffer.wrap(tooLong).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length * 2L);
    Files.write(weights, tooLong);
    assertRefused(CommandRun.of("evaluate", "--run", run), "best.safetensors");
    Files.write(weights, Arrays.copyOf(bytes, bytes.length - 4));
    assertRefused(CommandRun.of("evaluate", "--run", run), "best.safetensors");
    Files.delete(weights);
    assertRefused(CommandRun.of("evaluate", "--run", run), "--resume");
  }

  @Test
  void aCheckpointOfAnotherNetworkIsNotResumed() throws IOException {
    Path run = trained();
    Path last = run.resolve("checkpoints/last.safetensors");
    Files.copy(
        run.resolve("checkpoints/best.safetensors"),
        last,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertRefused(CommandRun.of("train", "--resume", run), "last.safetensors");
    assertTrue(Files.exists(last));
  }
}
