package dev.cambium.cuda;

import static dev.cambium.gpu.SmallTraining.weightAfter;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.SmallTraining;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A program on the emulator: uses two devices at once, from two threads in turn. */
final class TwoDevicesOnEmulator {
  private static final int STEPS = 4;

  private TwoDevicesOnEmulator() {}

  private static Backend open(String device) {
    Map<String, String> settings = Map.of("cuda.tuning", "off", "cuda.libraries", "off");
    return new CudaProvider().open(new BackendConfig(device, settings));
  }

  /** Runs it. */
  public static void main(String[] none) throws Exception {
    float[] undisturbed;
    try (Backend alone = open("")) {
      undisturbed = weightAfter(alone, STEPS);
    }
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (Backend first = open("0");
        Backend second = open("1");
        SmallTraining onFirst = new SmallTraining(first);
        SmallTraining onSecond = new SmallTraining(second)) {
      for (int step = 0; step < STEPS; step++) {
        int number = step;
        onFirst.run(number);
        other.submit(() -> onSecond.run(number)).get();
        // Each thread now has the other's device as its own.
        SmallTraining stranger = number % 2 == 0 ? onSecond : onFirst;
        other.submit(stranger::weight).get();
      }
      assertArrayEquals(undisturbed, onFirst.weight());
      assertArrayEquals(undisturbed, onSecond.weight());
      System.out.println("two devices, two threads: the same weights");
    } finally {
      other.shutdown();
    }
    oneIsLost(undisturbed);
    byDescription();
  }

  private static void oneIsLost(float[] undisturbed) {
    try (Backend first = open("0");
        Backend second = open("1");
        SmallTraining onFirst = new SmallTraining(first);
        SmallTraining onSecond = new SmallTraining(second)) {
      for (int step = 0; step < STEPS; step++) {
        onSecond.run(step);
      }
      EmulatedCalls.fail("cuLaunchKernel:3:719");
      DeviceLostException lost = assertThrows(DeviceLostException.class, () -> onFirst.run(0));
      System.out.println(lost.getMessage().substring(0, lost.getMessage().indexOf(';')));
      assertArrayEquals(undisturbed, onSecond.weight());
      assertArrayEquals(undisturbed, weightAfter(second, STEPS));
    }
  }

  private static void byDescription() {
    try (Backend backend = open("EMULATOR")) {
      assertEquals("cuda:0", backend.name());
    }
    IllegalArgumentException unknown =
        assertThrows(IllegalArgumentException.class, () -> open("H200"));
    System.out.println(unknown.getMessage());
  }
}
