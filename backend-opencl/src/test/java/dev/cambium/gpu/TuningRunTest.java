package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.opencl.TestDevice;
import dev.cambium.spi.Tuning;
import dev.cambium.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tiles are timed on the device, and only those that compute what two of them agree on. */
class TuningRunTest {
  @TempDir private Path folder;

  private static final MatrixProduct SIZES =
      MatrixProduct.of(DType.FLOAT32, 40, 20, 30, false, false);

  /** A product that a tile of this kind gets wrong, or cannot be run with. */
  private static TuningWorkload workload(GpuPlatform gpu, Tile wrong, Tile unable) {
    MatrixProduct twice = new MatrixProduct(DType.FLOAT32, 1, 40, 20, 30, false, false, 2, 0);
    return new TuningWorkload(
        TiledFamily.PRODUCT,
        ProductSize.of(SIZES),
        List.of(1200L, 600L),
        List.of(800L),
        tiling -> {
          if (tiling.tile() == unable) {
            throw new GpuException("out of registers");
          }
          MatrixProduct sizes = tiling.tile() == wrong ? twice : SIZES;
          return TiledProduct.launch(gpu, tiling, sizes, Epilogue.NONE).build();
        });
  }

  @Test
  void keepsTheFastestTileWhereLaterRunsFindIt() {
    Map<String, String> settings =
        Map.of("opencl.kernels", "tiled", "opencl.tuning", folder.toString());
    String subject = "PRODUCT.FLOAT32.SMALL";
    List<Tuning.Trial> trials = new ArrayList<>();
    Tile chosen;
    try (GpuBackend backend = TestDevice.openBackend(settings)) {
      // The suggested tile does not run, so that another one must win.
      TuningWorkload workload = workload(backend.platform(), Tile.TALL, Tile.SMALL);
      GpuTuningFile file = GpuTuningFile.of(backend.platform());
      Tuning tuning = new TileTuner(backend, List.of(workload), trials::add).tune(file);
      Tuning.Choice choice = tuning.choices().get(0);
      assertEquals(subject, choice.subject());
      assertEquals(0, choice.untuned());
      assertTrue(choice.tuned() > 0);
      chosen = Tile.valueOf(choice.chosen());
      assertEquals(file.path().toString(), tuning.stored());
      assertEquals(new GpuTuning(Map.of(subject, chosen)), file.read());
    }
    assertNotEquals(Tile.SMALL, chosen);
    assertNotEquals(Tile.TALL, chosen, "a tile that is wrong");
    assertEquals(Tile.values().length, trials.size());
    Tuning.Trial last = trials.get(trials.size() - 1);
    assertEquals(last.trials(), last.done());
    try (GpuBackend backend = TestDevice.openBackend(settings)) {
      GpuDevice device = backend.platform().device();
      GpuTuning found = GpuTuningFile.of(backend.platform()).read();
      assertEquals(chosen, found.tile(TiledFamily.PRODUCT, ProductSize.of(SIZES), device));
    }
  }

  @Test
  void saysWhereNothingIsKept() {
    Map<String, String> settings = Map.of("opencl.kernels", "tiled", "opencl.tuning", "off");
    try (GpuBackend backend = TestDevice.openBackend(settings)) {
      assertNull(GpuTuningFile.of(backend.platform()));
      Tuning tuning = new TileTuner(backend, List.of(), trial -> {}).tune(null);
      assertEquals("", tuning.stored());
      assertTrue(tuning.remark().contains("off"), tuning::remark);
    }
  }

  @Test
  void saysWhyThereIsNothingToTuneForAProcessor() {
    try (GpuBackend backend = TestDevice.openBackend(Map.of("opencl.kernels", "wide"))) {
      Tuning tuning = backend.tune(trial -> {});
      assertTrue(tuning.isEmpty());
      assertTrue(tuning.remark().contains("-Dcambium.opencl.kernels=tiled"), tuning::remark);
    }
  }

  @Test
  void countsOnlyTilesThatRunAndAgree() {
    try (GpuBackend backend = TestDevice.openBackend(Map.of("opencl.kernels", "tiled"))) {
      List<TuningWorkload> workloads =
          List.of(
              workload(backend.platform(), null, null),
              workload(backend.platform(), Tile.SQUARE, Tile.THIN));
      long before = backend.memory().bytes();
      try (TuningRun run = new TuningRun(backend, workloads, List.of(Tile.values()), 3)) {
        double first = run.nanoseconds(Tile.SMALL);
        assertTrue(first > 0 && first < 60e9, () -> "took " + first + " ns");
        double other = run.nanoseconds(Tile.NARROW);
        assertTrue(other > 0 && other < 60e9, () -> "took " + other + " ns");
        assertEquals(Double.POSITIVE_INFINITY, run.nanoseconds(Tile.SQUARE));
        assertEquals(Double.POSITIVE_INFINITY, run.nanoseconds(Tile.THIN));
      }
      assertEquals(before, backend.memory().bytes());
    }
  }

  /** A product of which the suggested tile writes nothing, and another one the upper half. */
  private static TuningWorkload silent(GpuPlatform gpu, Tile nothing, Tile half) {
    MatrixProduct upper = MatrixProduct.of(DType.FLOAT32, 20, 20, 30, false, false);
    TuningWorkload all = workload(gpu, null, null);
    return new TuningWorkload(
        all.family(),
        all.size(),
        all.inputs(),
        all.outputs(),
        tiling -> {
          if (tiling.tile() == nothing) {
            return gpu.kernel().build();
          }
          MatrixProduct sizes = tiling.tile() == half ? upper : SIZES;
          return TiledProduct.launch(gpu, tiling, sizes, Epilogue.NONE).build();
        });
  }

  @Test
  void aTileThatLeavesOutResultsIsWrongAndDoesNotDecideOnTheOthers() {
    Map<String, String> settings = Map.of("opencl.kernels", "tiled", "opencl.tuning", "off");
    try (GpuBackend backend = TestDevice.openBackend(settings)) {
      List<TuningWorkload> workloads = List.of(silent(backend.platform(), Tile.SMALL, Tile.LARGE));
      List<Tile> tiles = List.of(Tile.SMALL, Tile.LARGE, Tile.NARROW, Tile.SQUARE);
      try (TuningRun run = new TuningRun(backend, workloads, tiles, 1)) {
        assertEquals(Double.POSITIVE_INFINITY, run.nanoseconds(Tile.SMALL));
        assertEquals(Double.POSITIVE_INFINITY, run.nanoseconds(Tile.LARGE));
        assertTrue(Double.isFinite(run.nanoseconds(Tile.NARROW)));
        // After a right one, whose results must not be left over.
        assertEquals(Double.POSITIVE_INFINITY, run.nanoseconds(Tile.SMALL));
        assertTrue(Double.isFinite(run.nanoseconds(Tile.SQUARE)));
      }
      Tuning.Choice choice =
          new TileTuner(backend, workloads, trial -> {}).tune(null).choices().get(0);
      assertEquals(0, choice.untuned());
      assertNotEquals(Tile.SMALL.toString(), choice.chosen());
      assertNotEquals(Tile.LARGE.toString(), choice.chosen());
    }
  }

  @Test
  void aWrongFirstTileDoesNotRejectTheRightOnes() {
    Map<String, String> settings = Map.of("opencl.kernels", "tiled", "opencl.tuning", "off");
    try (GpuBackend backend = TestDevice.openBackend(settings)) {
      List<TuningWorkload> workloads = List.of(workload(backend.platform(), Tile.SMALL, null));
      List<Tile> tiles = List.of(Tile.SMALL, Tile.NARROW, Tile.SQUARE);
      try (TuningRun run = new TuningRun(backend, workloads, tiles, 1)) {
        assertEquals(Double.POSITIVE_INFINITY, run.nanoseconds(Tile.SMALL));
        assertTrue(Double.isFinite(run.nanoseconds(Tile.NARROW)));
        assertTrue(Double.isFinite(run.nanoseconds(Tile.SQUARE)));
      }
    }
  }
}
