package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.gpu.CapturedErrors;
import dev.cambium.gpu.DeviceLostException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A program on the emulator: trains while calls of the libraries fail. */
final class LibrariesFailOnEmulator {
  private static final double ROUNDING = 1e-4;

  /** In trials, in the first run of a step, while it is recorded. */
  private static final List<String> FAILURES =
      List.of(
          "cudnnConvolutionForward:2:5000",
          "cudnnConvolutionForward:3:5000",
          "cudnnConvolutionForward:5:5000",
          "cudnnConvolutionBackwardFilter:3:5000",
          "cublasSgemm_v2:4:13");

  private LibrariesFailOnEmulator() {}

  /** Runs it. */
  public static void main(String[] none) throws IOException {
    TrainingRun ours = TrainsOnEmulator.train(Map.of("cuda.libraries", "off"));
    for (String failure : FAILURES) {
      EmulatedCalls.fail(failure);
      try (CapturedErrors log = new CapturedErrors()) {
        TrainsOnEmulator.train(Map.of("cuda.libraries", "always")).assertCloseTo(ours, ROUNDING);
        String function = failure.substring(0, failure.indexOf(':'));
        long calls = EmulatedCalls.count(function);
        System.out.println("=" + failure + ": " + log.warnings() + ", " + calls + " calls");
      }
    }
    deviceIsLost();
  }

  /** A library's status says little: the driver is asked what the device has. */
  private static void deviceIsLost() {
    EmulatedCalls.fail("cudnnConvolutionForward:5:5000,cuMemGetInfo_v2:1:719");
    DeviceLostException lost =
        assertThrows(
            DeviceLostException.class,
            () -> TrainsOnEmulator.train(Map.of("cuda.libraries", "always")));
    System.out.println("=a device that is lost: " + lost.getMessage());
  }
}
