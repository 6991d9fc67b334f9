package dev.cambium.cuda;

import static dev.cambium.gpu.SmallTraining.weightAfter;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.gpu.SmallTraining;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Memory;
import dev.cambium.spi.OutOfMemoryException;
import java.util.Map;

/** A program on the emulator, on a device with little memory: fills it, says so, and goes on. */
final class FillsEmulator {
  private static final int STEPS = 3;

  /** What the device has. */
  private static final long ALL = 16 << 20;

  private static final long LEFT = 3 << 20;

  private FillsEmulator() {}

  /** Runs it. */
  public static void main(String[] none) {
    Map<String, String> settings = Map.of("cuda.libraries", "off");
    float[] undisturbed;
    try (Backend backend = TrainsOnEmulator.open(settings)) {
      undisturbed = weightAfter(backend, STEPS);
    }
    try (Backend backend = TrainsOnEmulator.open(settings);
        SmallTraining before = new SmallTraining(backend)) {
      before.run(0);
      OutOfMemoryException full =
          assertThrows(OutOfMemoryException.class, () -> before.run(1, 8192));
      System.out.println("=a batch that is too large: " + full.getMessage());
      before.run(1);
      before.run(2);
      assertArrayEquals(undisturbed, before.weight());
      assertArrayEquals(undisturbed, weightAfter(backend, STEPS));
    }
    try (Backend backend = TrainsOnEmulator.open(settings);
        Memory most = backend.allocate(ALL - LEFT)) {
      // Too little is left for what uploads pass through on the device.
      assertArrayEquals(undisturbed, weightAfter(backend, STEPS));
      System.out.println(
          "=no room for uploads: the same weights beside " + most.bytes() + " bytes");
    }
  }
}
