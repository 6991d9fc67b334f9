package dev.cambium.cpu;

import dev.cambium.data.Dataset;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.optim.Adam;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.tensor.Shape;
import dev.cambium.train.EpochReport;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.Trainer;
import dev.cambium.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A program of its own, so that nothing else is in the process: trains LeNet for 2,000 steps after
 * a first epoch of 500, and prints after each epoch {@code steps S native BYTES allocations N total
 * N resident KB}.
 */
final class SteadyTraining {
  private static final int STEPS = 500;
  private static final int BATCH = 16;

  private SteadyTraining() {}

  /** Grey noise whose brightness gives the class. */
  private record Noise() implements Dataset {
    @Override
    public int size() {
      return STEPS * BATCH - BATCH / 2;
    }

    @Override
    public Shape sampleShape() {
      return Shape.of(1, 28, 28);
    }

    @Override
    public List<String> classNames() {
      return List.of("dark", "bright");
    }

    @Override
    public int label(int index) {
      return index % 2;
    }

    @Override
    public void copy(int index, float[] into, int offset) {
      int bits = index * 0x9E3779B9;
      for (int i = 0; i < 784; i++) {
        bits = bits * 1664525 + 1013904223;
        into[offset + i] = 0.3f * label(index) + (bits >>> 8) * 0x1.0p-24f;
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    try (Backend backend = new CpuProvider().open(BackendConfig.defaults())) {
      ModelSpec spec = ModelSpec.of(Zoo.lenet(2), Shape.of(1, 28, 28), List.of("dark", "bright"));
      try (Model model = Model.create(spec, 1, backend)) {
        Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Adam.of(), 1e-3))
            .epochs(5)
            .batchSize(BATCH)
            .listener(new MemoryPrinter(backend))
            .build()
            .fit(new Noise());
      }
      System.out.println("closed native " + backend.memory().bytes());
    }
  }

  private record MemoryPrinter(Backend backend) implements TrainingListener {
    @Override
    public void epochEnded(EpochReport report) throws IOException {
      MemoryStatistics memory = backend.memory();
      System.gc();
      String resident =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .map(line -> line.replaceAll("\\D", ""))
              .findFirst()
              .orElseThrow();
      System.out.printf(
          "steps %d native %d allocations %d total %d resident %s%n",
          report.step(), memory.bytes(), memory.allocations(), memory.totalAllocations(), resident);
    }
  }
}
