package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activation;
import dev.cambium.op.Linear;
import dev.cambium.op.MatMul;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which kernel runs a product, ours or that of a library of the device's maker. */
class VendorChoiceTest {
  private static final MatMul PRODUCT = new MatMul(false, false);
  private static final TensorType MATRIX = TensorType.of(DType.FLOAT32, 4, 4);
  private static final List<ValueType> INPUTS = List.of(MATRIX, MATRIX);
  private static final long BYTES = 64;

  @TempDir private Path folder;
  private HeapContext device = new HeapContext(1 << 20);
  private FakeLibraries libraries = new FakeLibraries(device);

  private GpuBackend backend(String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("fake.tuning", folder.toString());
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    // Ours takes ten nanoseconds, an offer one for each command.
    device.nanosecondsOfKernel = 10;
    return new GpuBackend(device, new BackendConfig("", all), libraries);
  }

  private void anotherDevice() {
    device = new HeapContext(1 << 20);
    FakeLibraries next = new FakeLibraries(device);
    next.version = libraries.version;
    libraries = next;
  }

  private FakeLibraries.Offer offer(String algorithm) {
    return libraries.offer("blas", algorithm, 2, BYTES);
  }

  private static GpuBuffer buffer(GpuBackend backend) {
    return (GpuBuffer) backend.bind(backend.allocate(BYTES), MATRIX);
  }

  /** Prepares a product and runs it once; what ran by then is {@code "blas"} or {@code "ours"}. */
  private String chosen(GpuBackend backend) {
    Buffer[] inputs = {buffer(backend), buffer(backend)};
    Buffer[] outputs = {buffer(backend)};
    try (Kernel kernel = (Kernel) backend.prepare(PRODUCT, INPUTS)) {
      return ran(() -> kernel.run(inputs, outputs, null));
    }
  }

  private String ran(Runnable run) {
    libraries.calls.clear();
    device.ran.clear();
    run.run();
    assertEquals(1, libraries.calls.size() + device.ran.size());
    return libraries.calls.isEmpty() ? "ours" : libraries.calls.get(0).split(" ")[0];
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void theFastestIsChosenAndTheOthersAreClosed() {
    offer("slow").commands = 20;
    offer("fast").commands = 5;
    offer("middling").commands = 7;
    try (GpuBackend backend = backend()) {
      assertEquals("fast", chosen(backend));
      assertEquals(0, libraries.open);
    }
  }

  @Test
  void oneChoiceHoldsWithAndWithoutBiasAndActivation() {
    FakeLibraries.Offer offer = offer("fast");
    List<ValueType> plain = INPUTS;
    List<ValueType> biased = List.of(MATRIX, MATRIX, TensorType.of(DType.FLOAT32, 4));
    try (GpuBackend backend = backend()) {
      try (Kernel first = (Kernel) backend.prepare(new Linear(false, Activation.NONE), plain)) {
        assertTrue(first instanceof VendorBackedKernel);
      }
      // What is measured now would choose ours.
      offer.commands = 100;
      try (Kernel fused = (Kernel) backend.prepare(new Linear(true, Activation.RELU), biased)) {
        assertTrue(fused instanceof VendorBackedKernel);
      }
    }
  }

  @Test
  void aLibraryThatIsNoFasterIsNotChosen() {
    offer("same").commands = 10;
    try (GpuBackend backend = backend()) {
      assertEquals("ours", chosen(backend));
      assertEquals(0, libraries.open);
    }
  }

  @Test
  void theTimeThatTheHostTakesDoesNotChoose() {
    // Five commands of a nanosecond each against one of ten.
    offer("fast").commands = 5;
    device.nanosecondsOfHost = 1000;
    try (GpuBackend backend = backend()) {
      assertEquals("fast", chosen(backend));
    }
  }

  @Test
  void whereNothingIsRecordedItDoes() {
    offer("fast").commands = 5;
    device.nanosecondsOfHost = 1000;
    device.records = false;
    try (GpuBackend backend = backend()) {
      assertEquals("ours", chosen(backend));
    }
  }

  @Test
  void whatCannotBeRecordedIsNotChosenAndItsLibraryStays() {
    FakeLibraries.Offer offer = offer("fast");
    offer.failure = new VendorException("blas", "gemm", "not in a recording", false);
    // The first run, and one for an estimate.
    offer.goodCalls = 2;
    offer("second").commands = 5;
    try (GpuBackend backend = backend()) {
      assertEquals("second", chosen(backend));
      assertEquals(0, device.openRecordings());
    }
  }

  @Test
  void whatIsPreparedWhileSomethingIsMeasuredIsOursUntilItCanBeMeasured() throws IOException {
    offer("fast");
    try (GpuBackend backend = backend()) {
      List<String> ran = new ArrayList<>();
      backend.busyNanoseconds(() -> ran.add(chosen(backend)));
      assertEquals(List.of("ours"), ran);
      assertEquals(List.of(), files());
      assertEquals("fast", chosen(backend));
      backend.busyNanoseconds(() -> ran.add(chosen(backend)));
      assertEquals(List.of("ours", "fast"), ran);
    }
  }

  @Test
  void whatWasChosenIsNotMeasuredAgainInTheSameRunNorInTheNext() throws IOException {
    offer("fast");
    try (GpuBackend backend = backend()) {
      assertEquals("fast", chosen(backend));
      device.writes.clear();
      assertEquals("fast", chosen(backend));
      assertEquals(List.of(), device.writes, "operands of a second measurement");
    }
    assertEquals(1, files().size());
    assertTrue(files().get(0).getFileName().toString().endsWith("-libraries.properties"));
    anotherDevice();
    // It would not be chosen by its time now.
    offer("fast").commands = 20;
    try (GpuBackend backend = backend()) {
      assertEquals("fast", chosen(backend));
      assertEquals(List.of(), device.writes);
    }
  }

  @Test
  void thatOursIsFasterIsKeptToo() {
    offer("slow").commands = 20;
    try (GpuBackend backend = backend()) {
      assertEquals("ours", chosen(backend));
    }
    anotherDevice();
    offer("slow");
    try (GpuBackend backend = backend()) {
      assertEquals("ours", chosen(backend));
      assertEquals(List.of(), device.writes);
    }
  }

  @Test
  void anotherVersionOfALibraryIsMeasuredAgain() throws IOException {
    offer("slow").commands = 20;
    try (GpuBackend backend = backend()) {
      assertEquals("ours", chosen(backend));
    }
    anotherDevice();
    libraries.version = "blas 2";
    offer("slow");
    try (GpuBackend backend = backend()) {
      assertEquals("slow", chosen(backend));
    }
    assertEquals(2, files().size());
  }

  @Test
  void forgettingTakesWhatWasChosenBesideOtherLibrariesToo() throws IOException {
    offer("fast");
    try (GpuBackend backend = backend()) {
      assertEquals("fast", chosen(backend));
    }
    assertEquals(1, files().size());
    anotherDevice();
    libraries.version = "blas 2";
    try (GpuBackend backend = backend("fake.libraries", "off")) {
      backend.platform().vendor().forget();
    }
    assertEquals(List.of(), files());
  }

  @Test
  void aChoiceThatIsNotOfferedAnyMoreIsMadeAgain() {
    offer("first");
    try (GpuBackend backend = backend()) {
      assertEquals("first", chosen(backend));
    }
    anotherDevice();
    offer("second");
    try (GpuBackend backend = backend()) {
      assertEquals("second", chosen(backend));
    }
  }

  @Test
  void aDamagedFileIsMeasuredAgainWithAWarning() throws IOException {
    offer("fast");
    try (GpuBackend backend = backend()) {
      assertEquals("fast", chosen(backend));
    }
    Files.writeString(files().get(0), "a=\\u00");
    anotherDevice();
    offer("other");
    try (CapturedErrors log = new CapturedErrors();
        GpuBackend backend = backend()) {
      assertEquals("other", chosen(backend));
      assertTrue(
          log.warnings().get(0).contains(files().get(0).toString()), log.warnings()::toString);
    }
  }

  @Test
  void aFolderThatCannotBeWrittenCostsOneWarning() throws IOException {
    offer("fast");
    Path file = Files.createFile(folder.resolve("file"));
    try (CapturedErrors log = new CapturedErrors();
        GpuBackend backend = backend("fake.tuning", file.toString())) {
      assertEquals("fast", chosen(backend));
      try (Kernel other = (Kernel) backend.prepare(new MatMul(true, false), INPUTS)) {
        assertEquals(0, other.scratchBytes());
      }
      assertEquals(1, log.warnings().stream().filter(l -> l.contains("not be kept")).count());
    }
  }

  @Test
  void nothingIsKeptWhereTuningIsOff() throws IOException {
    offer("fast");
    try (GpuBackend backend = backend("fake.tuning", "off")) {
      assertEquals("fast", chosen(backend));
      device.writes.clear();
      assertEquals("fast", chosen(backend));
      assertEquals(List.of(), device.writes);
    }
    assertEquals(List.of(), files());
  }

  @Test
  void alwaysTakesTheFirstThatRunsHoweverSlow() {
    FakeLibraries.Offer refused = offer("refused");
    refused.failure = new VendorException("blas", "gemm", "not supported", true);
    offer("slow").commands = 20;
    offer("fast");
    try (CapturedErrors log = new CapturedErrors();
        GpuBackend backend = backend("fake.libraries", "always")) {
      assertEquals("slow", chosen(backend));
      assertEquals(List.of(), log.warnings());
    }
  }

  @Test
  void offAsksNoLibrary() {
    offer("fast");
    try (GpuBackend backend = backend("fake.libraries", "off")) {
      assertEquals("ours", chosen(backend));
      assertEquals(List.of(), libraries.asked);
    }
  }

  @Test
  void theKernelsForProcessorsAskNoLibrary() {
    offer("fast");
    try (GpuBackend backend = backend("fake.kernels", "wide");
        Kernel kernel = (Kernel) backend.prepare(PRODUCT, INPUTS)) {
      assertFalse(kernel instanceof VendorBackedKernel);
      assertEquals(List.of(), libraries.asked);
    }
  }

  @Test
  void aWrongSettingIsNamed() {
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> backend("fake.libraries", "on"));
    assertEquals(
        "fake.libraries must be auto (what is fastest), always or off, got 'on'",
        wrong.getMessage());
    assertFalse(device.closed);
  }

  @Test
  void emptyTensorsAreOurs() {
    offer("fast");
    List<ValueType> empty = List.of(MATRIX, TensorType.of(DType.FLOAT32, 4, 0));
    try (GpuBackend backend = backend("fake.libraries", "always");
        Kernel kernel = (Kernel) backend.prepare(PRODUCT, empty)) {
      assertFalse(kernel instanceof VendorBackedKernel);
      assertEquals(List.of(), libraries.asked);
    }
  }

  @Test
  void otherResultsThanOursAreNotUsedAndSaid() {
    offer("wrong").value = 0x3f;
    offer("right").commands = 8;
    try (CapturedErrors log = new CapturedErrors();
        GpuBackend backend = backend()) {
      assertEquals("right", chosen(backend));
      assertEquals(1, log.warnings().size());
      assertTrue(log.warnings().get(0).contains("blas wrong"), log.warnings()::toString);
      assertTrue(log.warnings().get(0).contains("matmul"), log.warnings()::toString);
      assertTrue(log.warnings().get(0).contains("blas 1"), log.warnings()::toString);
    }
  }

  @Test
  void resultsThatAreNotWrittenAreNotUsed() {
    offer("lazy").commands = 0;
    try (GpuBackend backend = backend()) {
      assertEquals("ours", chosen(backend));
    }
  }

  @Test
  void aLibraryThatFailsAtRunTimeIsDroppedForAllKernelsWithOneWarning() {
    FakeLibraries.Offer offer = offer("frail");
    offer.failure = new VendorException("blas", "gemm", "execution failed", false);
    // One that tries it, and one run.
    offer.goodCalls = 3;
    try (CapturedErrors log = new CapturedErrors();
        GpuBackend backend = backend("fake.libraries", "always");
        Kernel one = (Kernel) backend.prepare(PRODUCT, INPUTS);
        Kernel two = (Kernel) backend.prepare(new MatMul(true, false), INPUTS)) {
      Buffer[] inputs = {buffer(backend), buffer(backend)};
      Buffer[] outputs = {buffer(backend)};
      assertEquals("frail", ran(() -> one.run(inputs, outputs, null)));
      libraries.calls.clear();
      device.ran.clear();
      one.run(inputs, outputs, null);
      assertEquals(1, libraries.calls.size());
      assertEquals(1, device.ran.size(), "ours runs instead, at once");
      assertEquals("ours", ran(() -> one.run(inputs, outputs, null)));
      assertEquals("ours", ran(() -> two.run(inputs, outputs, null)));
      assertEquals("ours", chosen(backend));
      assertEquals(1, log.warnings().size());
      assertTrue(
          log.warnings()
              .get(0)
              .endsWith(
                  "blas is not used any more on fake:0: gemm of blas says execution failed; our own"
                      + " kernels take over"),
          log.warnings()::toString);
    }
  }

  @Test
  void aLibraryThatFailsWhileItIsRecordedIsReplacedInTheRecording() {
    FakeLibraries.Offer offer = offer("frail");
    offer.failure = new VendorException("blas", "gemm", "internal error", false);
    offer.goodCalls = 1;
    try (CapturedErrors log = new CapturedErrors();
        GpuBackend backend = backend("fake.libraries", "always");
        Kernel kernel = (Kernel) backend.prepare(PRODUCT, INPUTS)) {
      Buffer[] inputs = {buffer(backend), buffer(backend)};
      Buffer[] outputs = {buffer(backend)};
      device.ran.clear();
      try (GpuRecording recording =
          device.record(() -> kernel.run(inputs, outputs, null)).orElseThrow()) {
        assertEquals(List.of(), device.ran, "nothing runs while it is recorded");
        recording.launch();
        assertEquals(1, device.ran.size());
      }
      assertEquals(1, log.warnings().size());
    }
  }

  @Test
  void aLibraryThatDoesNotEvenOpenIsDropped() {
    libraries.failure = new VendorException("blas", "create", "not initialised", false);
    try (CapturedErrors log = new CapturedErrors();
        GpuBackend backend = backend()) {
      assertEquals("ours", chosen(backend));
      assertEquals("ours", chosen(backend));
      assertEquals(1, log.warnings().size());
    }
  }

  @Test
  void oneLibraryThatFailsLeavesTheOther() {
    FakeLibraries.Offer frail = offer("frail");
    frail.failure = new VendorException("blas", "gemm", "internal error", false);
    libraries.offer("dnn", "solid", 2, BYTES);
    try (GpuBackend backend = backend()) {
      assertEquals("solid", chosen(backend));
    }
  }

  @Test
  void aLostDeviceIsNoFailureOfTheLibrary() {
    FakeLibraries.Offer offer = offer("frail");
    offer.failure = new DeviceLostException("the fake device does not answer");
    try (CapturedErrors log = new CapturedErrors();
        GpuBackend backend = backend("fake.libraries", "always")) {
      assertThrows(DeviceLostException.class, () -> backend.prepare(PRODUCT, INPUTS));
      assertEquals(List.of(), log.warnings());
      assertEquals(0, libraries.open);
      assertEquals(0, device.openFunctions);
    }
  }

  @Test
  void withoutMemoryToMeasureOursRunsAndNothingIsKept() throws IOException {
    device = new HeapContext(1024);
    libraries = new FakeLibraries(device);
    offer("fast");
    try (GpuBackend backend = backend()) {
      try (Kernel kernel = (Kernel) backend.prepare(PRODUCT, INPUTS)) {
        assertFalse(kernel instanceof VendorBackedKernel);
      }
      assertEquals(0, libraries.open);
      assertEquals(0, backend.memory().bytes());
    }
    assertEquals(List.of(), files());
  }

  @Test
  void measuringIsNotCountedAsMemoryInUse() {
    offer("fast");
    try (GpuBackend backend = backend("fake.memoryLimit", "192")) {
      assertEquals("fast", chosen(backend));
      assertEquals(192, backend.memory().peakBytes());
    }
  }

  @Test
  void librariesAreClosedBeforeTheDevice() {
    boolean[] wasOpen = new boolean[1];
    FakeLibraries inner = libraries;
    VendorKernels watched =
        new VendorKernels() {
          @Override
          public String version() {
            return inner.version();
          }

          @Override
          public void close() {
            wasOpen[0] = !device.closed;
          }
        };
    new GpuBackend(device, new BackendConfig("", Map.of("fake.tuning", "off")), watched).close();
    assertTrue(wasOpen[0]);
    assertTrue(device.closed);
  }
}
