package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** A program on the emulator: trains in several ways, which must come to the same. */
final class TrainsOnEmulator {
  /** That training of this many steps differs by rounding alone; a wrong kernel differs by far. */
  private static final double ROUNDING = 1e-4;

  private TrainsOnEmulator() {}

  /** Runs it; with an argument, by the libraries. */
  public static void main(String[] libraries) throws IOException {
    String setting = libraries.length == 0 ? "off" : "always";
    TrainingRun recorded = train(Map.of("cuda.graphs", "on", "cuda.libraries", setting));
    System.out.println(
        EmulatedCalls.count("cuGraphInstantiateWithFlags")
            + " recordings, "
            + EmulatedCalls.count("cuGraphLaunch")
            + " replays, "
            + EmulatedCalls.count("cuGraphExecDestroy")
            + " freed");
    for (String function : new String[] {"cudnnConvolutionForward", "cublasSgemm_v2"}) {
      System.out.println(function + (EmulatedCalls.count(function) > 0 ? " ran" : " did not run"));
    }
    EmulatedCalls.fail("");
    TrainingRun launched = train(Map.of("cuda.graphs", "off", "cuda.libraries", setting));
    assertEquals(0, EmulatedCalls.count("cuGraphLaunch"));
    assertNotEquals(recorded.losses().get(0), recorded.losses().get(8));
    recorded.assertSameAs(launched);
    recorded.assertSameAs(train(Map.of("cuda.graphs", "on", "cuda.libraries", setting)));
    try (Backend reference = new ReferenceProvider().open(BackendConfig.defaults())) {
      recorded.assertCloseTo(TrainingRun.on(reference), ROUNDING);
    }
    System.out.println(recorded.losses().size() + " steps are the same to the bit");
  }

  /**
   * Trains on a backend of its own, without measurements that would choose kernels by their time.
   */
  static TrainingRun train(Map<String, String> settings) throws IOException {
    try (Backend backend = open(settings)) {
      return TrainingRun.on(backend);
    }
  }

  /** A backend without measurements that would choose kernels by their time. */
  static Backend open(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("cuda.tuning", "off");
    return new CudaProvider().open(new BackendConfig("", all));
  }
}
