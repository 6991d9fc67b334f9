package dev.cambium.opencl;

import static dev.cambium.gpu.SmallTraining.WEIGHT;
import static dev.cambium.gpu.SmallTraining.weightAfter;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.GpuBackend;
import dev.cambium.gpu.KernelBuildException;
import dev.cambium.gpu.SmallTraining;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.OutOfMemoryException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What training makes of a device that disappears, is full, or does not compile a kernel. */
class OpenClFailureTest {
  private FailingContext context;
  private Backend backend;

  @BeforeEach
  void open() {
    context = new FailingContext(TestDevice.open());
    backend = new GpuBackend(context, BackendConfig.defaults());
  }

  @AfterEach
  void everythingIsGivenBackAndAnotherBackendWorks() {
    if (backend == null) {
      return;
    }
    assertEquals(0, backend.memory().bytes(), "bytes left");
    assertEquals(0, backend.memory().allocations(), "allocations left");
    backend.close();
    try (Backend next = new OpenClProvider().open(BackendConfig.defaults())) {
      assertArrayEquals(undisturbed(), weightAfter(next, 2));
    }
  }

  private static float[] expected;

  /** The weights after two steps on a device without failures. */
  private static synchronized float[] undisturbed() {
    if (expected == null) {
      try (Backend healthy = new OpenClProvider().open(BackendConfig.defaults())) {
        expected = weightAfter(healthy, 2);
      }
    }
    return expected;
  }

  private static void assertStatesUnknown(SmallTraining training) {
    IllegalStateException unknown =
        assertThrows(IllegalStateException.class, () -> training.weight());
    assertTrue(unknown.getMessage().contains(WEIGHT), unknown.getMessage());
    assertTrue(unknown.getMessage().contains("restore them"), unknown.getMessage());
    assertThrows(IllegalStateException.class, () -> training.run(1));
  }

  /** Where in a step, and of which layer the operation is; what joins two layers has none. */
  @ParameterizedTest
  @CsvSource({"0, \\(0\\)", "0.5, (\\(.+\\))?", "1, \\(optimizer\\)"})
  void aDeviceThatDisappearsAtALaunchNamesKernelAndLayer(double where, String layer) {
    try (SmallTraining training = new SmallTraining(backend)) {
      training.run(0);
      long before = context.launches();
      training.run(1);
      long each = context.launches() - before;
      assertTrue(each > 3, "launches of a step: " + each);
      // The first launch re-orders the images of the batch and is of no operation.
      context.loseAt(FailingContext.Call.LAUNCH, 2 + Math.round(where * (each - 2)));
      DeviceLostException lost = assertThrows(DeviceLostException.class, () -> training.run(2));
      String message = lost.getMessage();
      assertTrue(message.contains("clEnqueueNDRangeKernel of kernel "), message);
      assertTrue(message.contains(context.device().name()), message);
      assertTrue(message.contains("CL_DEVICE_NOT_AVAILABLE"), message);
      assertTrue(message.contains("open it again"), message);
      assertTrue(message.matches("(?s)[\\w ]+" + layer + ": clEnqueue.*"), message);
      assertStatesUnknown(training);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = FailingContext.Call.class,
      names = {"READ", "SYNCHRONIZE"})
  void aDeviceThatDisappearsWhileTheHostWaitsMakesTheStatesUnknown(FailingContext.Call call) {
    try (SmallTraining training = new SmallTraining(backend)) {
      training.run(0);
      context.loseAt(call, 1);
      DeviceLostException lost =
          assertThrows(
              DeviceLostException.class,
              () -> {
                training.run(1);
                backend.synchronize();
                training.weight();
              });
      assertTrue(lost.getMessage().contains("CL_DEVICE_NOT_AVAILABLE"), lost.getMessage());
      assertThrows(RuntimeException.class, () -> training.run(2));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aFullDeviceSaysSoAndTrainsAgainWhenThereIsMemory(int successes) {
    context.fullAfter(successes);
    OutOfMemoryException full =
        assertThrows(OutOfMemoryException.class, () -> weightAfter(backend, 1));
    assertTrue(full.getMessage().contains("opencl:"), full.getMessage());
    assertTrue(full.getMessage().contains("smaller batch"), full.getMessage());
    assertEquals(0, backend.memory().bytes());
    context.recover();
    assertArrayEquals(undisturbed(), weightAfter(backend, 2));
  }

  @Test
  void aDeviceThatFillsUpDuringTrainingLeavesTheWeightsAsTheyWere() {
    try (SmallTraining training = new SmallTraining(backend);
        SmallTraining other = new SmallTraining(backend)) {
      training.run(0);
      context.fullAfter(0);
      assertThrows(OutOfMemoryException.class, () -> other.run(0));
      float[] once = training.weight();
      training.run(1);
      assertArrayEquals(undisturbed(), training.weight());
      context.recover();
      other.run(0);
      assertArrayEquals(other.weight(), once);
      other.run(1);
      assertArrayEquals(undisturbed(), other.weight());
    }
  }

  @Test
  void aKernelThatDoesNotCompileNamesItsProgramAndLeavesNothingBehind() {
    weightAfter(backend, 1);
    List<String> programs = context.programs();
    for (int place : new int[] {0, programs.size() / 2, programs.size() - 1}) {
      String program = programs.get(place);
      context.refuse(program);
      KernelBuildException refused =
          assertThrows(KernelBuildException.class, () -> weightAfter(backend, 1), program);
      assertTrue(refused.getMessage().contains("program " + program), refused.getMessage());
      assertEquals(0, backend.memory().bytes(), program);
    }
    context.refuse("");
    assertArrayEquals(undisturbed(), weightAfter(backend, 2));
  }
}
