package dev.cambium.cuda;

import static dev.cambium.gpu.SmallTraining.weightAfter;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.gpu.CapturedErrors;
import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.Grid;
import dev.cambium.gpu.KernelBuildException;
import dev.cambium.gpu.SmallTraining;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendUnavailableException;
import java.util.Map;

/**
 * A program on the emulator: trains while calls of the driver fail, prints what a user reads, and
 * trains again after each failure.
 */
final class FailsOnEmulator {
  private static final int STEPS = 4;

  private static float[] undisturbed;

  private FailsOnEmulator() {}

  /** Runs it. */
  public static void main(String[] none) {
    undisturbed = trained("on");
    assertArrayEquals(undisturbed, trained("off"));
    lost("a launch", "off", "cuLaunchKernel:7:719");
    lost("the last launch", "off", "cuLaunchKernel:" + launchesOfAStep() + ":700");
    lost("a recorded step", "on", "cuGraphLaunch:1:719");
    lost("an upload", "on", "cuMemcpyHtoDAsync_v2:1:719");
    lost("a wait", "on", "cuStreamSynchronize:1:999");
    lost("a download", "on", "cuMemcpyDtoHAsync_v2:1:214");
    lost("a wait for a download", "on", "cuEventSynchronize:1:702");
    lost("a recording", "on", "cuGraphInstantiateWithFlags:1:719");
    notOpened("a device that is taken", "cuDevicePrimaryCtxRetain:1:46");
    notOpened("a device that is full", "cuStreamCreate:1:2");
    notOpened("a device that is full later", "cuStreamCreate:2:2");
    notLoaded();
    notRecorded();
    otherwiseTheSame("no graphs", "cuGraphInstantiateWithFlags:1+:801");
    otherwiseTheSame("no memory for a graph", "cuGraphLaunch:2:2");
    otherwiseTheSame("no pinned memory", "cuMemHostAlloc:1+:2");
    otherwiseTheSame("little pinned memory", "cuMemHostAlloc:2+:2");
  }

  private static float[] trained(String graphs) {
    try (Backend backend = TrainsOnEmulator.open(settings(graphs))) {
      return weightAfter(backend, STEPS);
    }
  }

  private static Map<String, String> settings(String graphs) {
    return Map.of("cuda.graphs", graphs, "cuda.libraries", "off");
  }

  private static long launchesOfAStep() {
    try (Backend backend = TrainsOnEmulator.open(settings("off"));
        SmallTraining training = new SmallTraining(backend)) {
      training.run(0);
      EmulatedCalls.fail("");
      training.run(1);
      return EmulatedCalls.count("cuLaunchKernel");
    }
  }

  /** In the third step or after it, when what runs has been recorded if that is wished. */
  private static void lost(String what, String graphs, String failures) {
    try (Backend backend = TrainsOnEmulator.open(settings(graphs));
        SmallTraining training = new SmallTraining(backend)) {
      training.run(0);
      if (!what.equals("a recording")) {
        training.run(1);
      }
      boolean isInStep = !what.endsWith("a download");
      EmulatedCalls.fail(isInStep ? failures : "");
      DeviceLostException lost =
          assertThrows(
              DeviceLostException.class,
              () -> {
                training.run(2);
                backend.synchronize();
                if (!isInStep) {
                  EmulatedCalls.fail(failures);
                }
                training.weight();
              },
              what);
      System.out.println("=" + what + ": " + lost.getMessage());
      EmulatedCalls.fail("");
      // The device stays lost, whether the model knows it from the step or asks it.
      RuntimeException unknown = assertThrows(RuntimeException.class, training::weight);
      if (!unknown.getMessage().equals(lost.getMessage())) {
        // The names of the states are in no order.
        System.out.println("  then: " + unknown.getMessage().replaceAll("\\[.*\\]", "[...]"));
      }
      assertThrows(RuntimeException.class, () -> training.run(3), what);
    }
    assertArrayEquals(undisturbed, trained(graphs), what);
  }

  private static void notOpened(String what, String failures) {
    EmulatedCalls.fail(failures);
    BackendUnavailableException closed =
        assertThrows(
            BackendUnavailableException.class, () -> TrainsOnEmulator.open(settings("on")), what);
    System.out.println("=" + what + ": " + closed.getMessage());
    EmulatedCalls.fail("");
  }

  private static void notLoaded() {
    try (Backend backend = TrainsOnEmulator.open(settings("on"))) {
      EmulatedCalls.fail("cuModuleLoadDataEx:2:222,cuModuleLoadData:2:222");
      KernelBuildException refused =
          assertThrows(KernelBuildException.class, () -> weightAfter(backend, 1));
      System.out.println("=a module: " + refused.getMessage());
      assertEquals(0, backend.memory().bytes());
      EmulatedCalls.fail("");
      assertArrayEquals(undisturbed, weightAfter(backend, STEPS));
    }
    NativeCudaDriver driver = new NativeCudaDriver();
    CudaDevice device = CudaDevices.find(driver, null).choose("");
    try (CudaContext context = new CudaContext(driver, device, BackendConfig.defaults())) {
      GpuProgram broken = GpuProgram.of("broken", Map.of());
      KernelBuildException refused =
          assertThrows(
              KernelBuildException.class,
              () -> context.function(broken, "broken", Grid.line(1, 1)));
      System.out.println("=a broken module: " + refused.getMessage());
    }
  }

  /** The second step is recorded, after a launch that re-orders the images of the batch. */
  private static void notRecorded() {
    try (Backend backend = TrainsOnEmulator.open(settings("on"));
        SmallTraining training = new SmallTraining(backend);
        CapturedErrors log = new CapturedErrors()) {
      training.run(0);
      EmulatedCalls.fail("cuLaunchKernel:5:701");
      for (int step = 1; step < STEPS; step++) {
        training.run(step);
      }
      assertEquals(0, EmulatedCalls.count("cuGraphLaunch"));
      EmulatedCalls.fail("");
      assertArrayEquals(undisturbed, training.weight());
      System.out.println("=a launch in a recording: " + log.warnings());
    }
  }

  /** The same weights, with the warnings that it prints. */
  private static void otherwiseTheSame(String what, String failures) {
    try (CapturedErrors log = new CapturedErrors()) {
      EmulatedCalls.fail(failures);
      assertArrayEquals(undisturbed, trained("on"), what);
      EmulatedCalls.fail("");
      System.out.println("=" + what + ": " + log.warnings());
    }
  }
}
