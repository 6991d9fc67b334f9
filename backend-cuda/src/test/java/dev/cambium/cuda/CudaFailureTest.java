package dev.cambium.cuda;

import static dev.cambium.gpu.SmallTraining.WEIGHT;
import static dev.cambium.gpu.SmallTraining.weightAfter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.KernelBuildException;
import dev.cambium.gpu.SmallTraining;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.OutOfMemoryException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What training makes of a device that is lost, is full, or does not take a program. The kernels of
 * this device do nothing, which is enough to see what is launched, named, and given back.
 */
class CudaFailureTest {
  private final RecordingDriver driver = new RecordingDriver(RecordingDevice.h200());
  private Backend backend;

  private void open(String graphs) {
    Map<String, String> settings =
        Map.of("cuda.graphs", graphs, "cuda.tuning", "off", "cuda.libraries", "off");
    backend = new CudaProvider(() -> driver, null).open(new BackendConfig("", settings));
  }

  @AfterEach
  void everythingIsGivenBackAndTheNextBackendWorks() {
    assertEquals(0, backend.memory().bytes(), "bytes left");
    assertEquals(0, backend.memory().allocations(), "allocations left");
    backend.close();
    assertEquals(List.of(), driver.open());
    open("on");
    weightAfter(backend, 3);
    backend.close();
    assertEquals(List.of(), driver.open());
  }

  private static void assertStatesUnknown(SmallTraining training) {
    IllegalStateException unknown = assertThrows(IllegalStateException.class, training::weight);
    assertTrue(unknown.getMessage().contains(WEIGHT), unknown.getMessage());
    assertTrue(unknown.getMessage().contains("restore them"), unknown.getMessage());
    assertThrows(IllegalStateException.class, () -> training.run(1));
  }

  /** Where in a step, and of which layer the operation is; what joins two layers has none. */
  @ParameterizedTest
  @CsvSource({"0, \\(0\\)", "0.5, (\\(.+\\))?", "1, \\(optimizer\\)"})
  void aDeviceThatIsLostAtALaunchNamesKernelAndLayer(double where, String layer) {
    open("off");
    try (SmallTraining training = new SmallTraining(backend)) {
      training.run(0);
      int before = driver.launches().size();
      training.run(1);
      int each = driver.launches().size() - before;
      assertTrue(each > 3, "launches of a step: " + each);
      // The first launch re-orders the images of the batch and is of no operation.
      driver.script.failAt("launchKernel", 2 + (int) Math.round(where * (each - 2)), 719);
      DeviceLostException lost = assertThrows(DeviceLostException.class, () -> training.run(2));
      String message = lost.getMessage();
      assertTrue(message.contains("cuLaunchKernel of kernel "), message);
      assertTrue(message.contains("cuda:0 (NVIDIA H200)"), message);
      assertTrue(message.contains("CUDA_ERROR_LAUNCH_FAILED (719)"), message);
      assertTrue(message.contains("start it again from its last checkpoint"), message);
      assertTrue(message.matches("(?s)[\\w ]+" + layer + ": cuLaunchKernel.*"), message);
      assertStatesUnknown(training);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"on", "off"})
  void aKernelThatGoesAstraySurfacesWhereTheHostWaits(String graphs) {
    open(graphs);
    try (SmallTraining training = new SmallTraining(backend)) {
      for (int i = 0; i < 3; i++) {
        training.run(i);
      }
      driver.script.loseAt(graphs.equals("on") ? "graphLaunch" : "launchKernel", 1, 700);
      DeviceLostException lost =
          assertThrows(
              DeviceLostException.class,
              () -> {
                training.run(3);
                backend.synchronize();
                training.weight();
              });
      assertTrue(lost.getMessage().contains("CUDA_ERROR_ILLEGAL_ADDRESS (700)"), "" + lost);
      assertThrows(RuntimeException.class, () -> training.run(4));
    }
  }

  @Test
  void aRecordedStepThatTheDriverRefusesMakesTheStatesUnknown() {
    open("on");
    try (SmallTraining training = new SmallTraining(backend)) {
      for (int i = 0; i < 3; i++) {
        training.run(i);
      }
      assertTrue(driver.script.calls("graphLaunch").size() >= 1, "nothing was recorded");
      driver.script.failNext("graphLaunch", 719);
      DeviceLostException lost = assertThrows(DeviceLostException.class, () -> training.run(3));
      assertTrue(lost.getMessage().contains("cuGraphLaunch on cuda:0"), lost.getMessage());
      assertStatesUnknown(training);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void aFullDeviceSaysSoAndTrainsAgainWhenThereIsMemory(int nth) {
    open("on");
    driver.script.failFrom("memAllocAsync", nth, 2);
    try {
      weightAfter(backend, 1);
      // An upload does without a place of its own on the device.
      assertTrue(driver.script.calls("memAllocAsync").size() >= nth);
    } catch (OutOfMemoryException full) {
      assertTrue(full.getMessage().contains("cuda:0 cannot allocate"), full.getMessage());
      assertTrue(full.getMessage().contains("CUDA_ERROR_OUT_OF_MEMORY (2)"), full.getMessage());
      assertTrue(full.getMessage().contains("smaller batch"), full.getMessage());
    }
    assertEquals(0, backend.memory().bytes());
    driver.script.mend("memAllocAsync");
    weightAfter(backend, 2);
  }

  @Test
  void aFullDeviceFailsBeforeAnythingIsTrained() {
    open("on");
    driver.script.failFrom("memAllocAsync", 1, 2);
    assertThrows(OutOfMemoryException.class, () -> weightAfter(backend, 1));
    assertEquals(List.of(), driver.launches());
    driver.script.mend("memAllocAsync");
  }

  @Test
  void aProgramThatTheDriverDoesNotTakeComesWithItsLogAndLeavesNothingBehind() {
    open("on");
    weightAfter(backend, 1);
    int programs = driver.script.calls("moduleLoadData").size();
    assertTrue(programs > 3, programs + " programs");
    for (int nth : new int[] {1, programs / 2, programs}) {
      backend.close();
      open("on");
      driver.script.failAt("moduleLoadData", nth, 222);
      driver.buildLog("ptxas fatal : Unsupported .version 7.8; current version is '7.5'");
      KernelBuildException refused =
          assertThrows(KernelBuildException.class, () -> weightAfter(backend, 1));
      String message = refused.getMessage();
      assertTrue(message.contains("program "), message);
      assertTrue(message.contains("CUDA_ERROR_UNSUPPORTED_PTX_VERSION (222)"), message);
      assertTrue(message.contains("install NVIDIA's driver 525 or newer"), message);
      assertTrue(message.contains("current version is '7.5'"), message);
      assertEquals(0, backend.memory().bytes());
    }
  }

  @Test
  void aStepIsRecordedOnceAndThenOneLaunch() {
    open("on");
    try (SmallTraining training = new SmallTraining(backend)) {
      for (int i = 0; i < 3; i++) {
        training.run(i);
      }
      driver.script.clear();
      int launches = driver.launches().size();
      for (int i = 3; i < 10; i++) {
        training.run(i);
      }
      assertEquals(7, driver.script.calls("graphLaunch").size());
      assertEquals(List.of(), driver.script.calls("streamBeginCapture"));
      // What re-orders the images of a batch is not of the step.
      assertTrue(
          driver.launches().size() - launches <= 7, driver.launches().size() - launches + "");
    }
  }
}
