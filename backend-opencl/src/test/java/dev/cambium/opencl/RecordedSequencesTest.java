package dev.cambium.opencl;

import static dev.cambium.gpu.SmallTraining.weightAfter;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.cambium.conformance.ConformanceRun;
import dev.cambium.conformance.ConformanceSuite;
import dev.cambium.conformance.report.CaseResult;
import dev.cambium.gpu.GpuBackend;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Replayed recordings of the kernels for GPUs compute what their launches do. */
@TestInstance(Lifecycle.PER_CLASS)
class RecordedSequencesTest {
  private static final Map<String, String> SETTINGS =
      Map.of("opencl.kernels", "tiled", "opencl.tuning", "off");

  private final List<RecordingContext> opened = new ArrayList<>();
  private ConformanceRun run;

  private final BackendProvider provider =
      new BackendProvider() {
        @Override
        public String name() {
          return "opencl";
        }

        @Override
        public Probe probe() {
          return new OpenClProvider().probe();
        }

        @Override
        public Backend open(BackendConfig config) {
          RecordingContext context = new RecordingContext(TestDevice.open());
          opened.add(context);
          return new GpuBackend(context, config);
        }
      };

  @BeforeAll
  void open() {
    TestDevice.require();
    run = ConformanceRun.of(provider, new BackendConfig("", SETTINGS)).start();
  }

  @AfterAll
  void close() {
    if (run != null) {
      run.close();
    }
    long replays = opened.stream().mapToLong(RecordingContext::replays).sum();
    assertTrue(replays > 100, "replays: " + replays);
  }

  @TestFactory
  Stream<DynamicTest> theSuitesSequencesPassAsRecordings() {
    return ConformanceSuite.matching(ConformanceSuite.cases("opencl"), "Sequence").stream()
        .map(
            examined ->
                dynamicTest(
                    examined.id(),
                    () -> {
                      CaseResult result = run.run(examined);
                      assertEquals(CaseResult.Status.PASSED, result.status(), result.message());
                    }));
  }

  @Test
  void aTrainingRunGivesTheSameBitsRecordedOrNot() {
    float[] launched;
    try (Backend backend = TestDevice.openBackend(SETTINGS)) {
      launched = weightAfter(backend, 6);
    }
    try (Backend backend = provider.open(new BackendConfig("", SETTINGS))) {
      assertArrayEquals(launched, weightAfter(backend, 6));
    }
    assertEquals(5, opened.get(opened.size() - 1).replays());
  }
}
