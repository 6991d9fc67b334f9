package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activation;
import dev.cambium.op.Linear;
import dev.cambium.opencl.TestDevice;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Tuning;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.io.IOException;
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
  private static TuningWorkload<Tile> workload(GpuPlatform gpu, Tile wrong, Tile unable) {
    MatrixProduct twice = new MatrixProduct(DType.FLOAT32, 1, 40, 20, 30, false, false, 2, 0);
    GpuDevice device = gpu.device();
    return new TuningWorkload<>(
        TiledWorkloads.subject(TiledFamily.PRODUCT, Tile.SMALL, device),
        SIZES,
        2.0 * 40 * 20 * 30,
        List.of(1200L, 600L),
        List.of(800L),
        tile -> {
          if (tile == unable) {
            throw new GpuException("out of registers");
          }
          MatrixProduct sizes = tile == wrong ? twice : SIZES;
          Tiling tiling = Tiling.of(ProductSize.of(SIZES), tile, device);
          return TiledProduct.launch(gpu, tiling, sizes, Epilogue.NONE).build();
        });
  }

  @Test
  void keepsTheFastestTileWhereLaterRunsFindIt() {
    Map<String, String> settings =
        Map.of("opencl.kernels", "tiled", "opencl.tuning", folder.toString());
    String key = "PRODUCT.FLOAT32.SMALL";
    List<Tuning.Trial> trials = new ArrayList<>();
    Tile chosen;
    try (GpuBackend backend = TestDevice.openBackend(settings)) {
      // The suggested tile does not run, so that another one must win.
      TuningWorkload<Tile> workload = workload(backend.platform(), Tile.TALL, Tile.SMALL);
      GpuTuningFile file = GpuTuningFile.of(backend.platform());
      Tuning tuning =
          new VariantTuner<>(backend, List.of(workload), trials::add)
              .tune(file, GpuTuning::withTiles);
      Tuning.Choice choice = tuning.choices().get(0);
      assertEquals("small products, FLOAT32", choice.subject());
      assertEquals(0, choice.untuned());
      assertTrue(choice.tuned() > 0);
      chosen = Tile.valueOf(choice.chosen());
      assertEquals(file.path().toString(), tuning.stored());
      assertEquals(GpuTuning.NONE.withTiles(Map.of(key, chosen)), file.read());
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
      Tuning tuning =
          new VariantTuner<Tile>(backend, List.of(), trial -> {}).tune(null, GpuTuning::withTiles);
      assertEquals("", tuning.stored());
      assertTrue(tuning.remark().contains("off"), tuning::remark);
    }
  }

  /** A product that only one tile for processors can be run with. */
  private static TuningWorkload<WideTile> wide(GpuPlatform gpu, WideTile able) {
    return new TuningWorkload<>(
        WideWorkloads.subject(gpu.device()),
        SIZES,
        2.0 * 40 * 20 * 30,
        List.of(1200L, 600L),
        List.of(800L),
        tile -> {
          if (tile != able) {
            throw new GpuException("out of registers");
          }
          return WideMatMul.prepare(gpu, tile, SIZES);
        });
  }

  @Test
  void keepsTheFastestTileForProcessorsBesideThoseForGpus() throws IOException {
    Map<String, String> settings =
        Map.of("opencl.kernels", "wide", "opencl.tuning", folder.toString());
    Map<String, Tile> tiles = Map.of("PRODUCT.FLOAT32.LARGE", Tile.TALL);
    WideTile chosen = WideTile.values()[0];
    try (GpuBackend backend = TestDevice.openBackend(settings)) {
      GpuPlatform gpu = backend.platform();
      GpuTuningFile file = GpuTuningFile.of(gpu);
      file.write(GpuTuning.NONE.withTiles(tiles));
      Tuning tuning =
          new VariantTuner<>(backend, List.of(wide(gpu, chosen)), trial -> {})
              .tune(file, GpuTuning::withWide);
      Tuning.Choice choice = tuning.choices().get(0);
      assertEquals("products and convolutions, FLOAT32", choice.subject());
      assertEquals("4 rows x 2 vectors of 64 bytes", choice.chosen());
      assertEquals(new GpuTuning(tiles, Map.of(GpuTuning.WIDE, chosen)), file.read());
    }
    try (GpuBackend backend = TestDevice.openBackend(settings)) {
      ValueType matrix = TensorType.of(DType.FLOAT32, 20, 20);
      Kernel linear =
          (Kernel) backend.prepare(new Linear(false, Activation.NONE), List.of(matrix, matrix));
      try (linear) {
        assertEquals(chosen, ((WidePanels) linear.packer(1).orElseThrow().type()).tile());
      }
    }
  }

  @Test
  void measuresEveryTileOnTheProductsOfAProcessor() {
    try (GpuBackend backend = TestDevice.openBackend(Map.of("opencl.kernels", "wide"))) {
      GpuPlatform gpu = backend.platform();
      List<TuningWorkload<WideTile>> few = WideWorkloads.all(gpu).subList(0, 6);
      try (TuningRun<WideTile> run = new TuningRun<>(backend, few, List.of(WideTile.values()), 1)) {
        for (WideTile tile : few.get(0).subject().candidates()) {
          double time = run.nanoseconds(tile);
          assertTrue(time > 0 && time < 60e9, () -> tile + " took " + time + " ns");
        }
      }
    }
  }

  @Test
  void countsOnlyTilesThatRunAndAgree() {
    try (GpuBackend backend = TestDevice.openBackend(Map.of("opencl.kernels", "tiled"))) {
      List<TuningWorkload<Tile>> workloads =
          List.of(
              workload(backend.platform(), null, null),
              workload(backend.platform(), Tile.SQUARE, Tile.THIN));
      long before = backend.memory().bytes();
      try (TuningRun<Tile> run = new TuningRun<>(backend, workloads, List.of(Tile.values()), 3)) {
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
  private static TuningWorkload<Tile> silent(GpuPlatform gpu, Tile nothing, Tile half) {
    MatrixProduct upper = MatrixProduct.of(DType.FLOAT32, 20, 20, 30, false, false);
    TuningWorkload<Tile> all = workload(gpu, null, null);
    return new TuningWorkload<>(
        all.subject(),
        all.product(),
        all.operations(),
        all.inputs(),
        all.outputs(),
        tile -> {
          if (tile == nothing) {
            return gpu.kernel().build();
          }
          MatrixProduct sizes = tile == half ? upper : SIZES;
          Tiling tiling = Tiling.of(ProductSize.of(SIZES), tile, gpu.device());
          return TiledProduct.launch(gpu, tiling, sizes, Epilogue.NONE).build();
        });
  }

  @Test
  void aTileThatLeavesOutResultsIsWrongAndDoesNotDecideOnTheOthers() {
    Map<String, String> settings = Map.of("opencl.kernels", "tiled", "opencl.tuning", "off");
    try (GpuBackend backend = TestDevice.openBackend(settings)) {
      List<TuningWorkload<Tile>> workloads =
          List.of(silent(backend.platform(), Tile.SMALL, Tile.LARGE));
      List<Tile> tiles = List.of(Tile.SMALL, Tile.LARGE, Tile.NARROW, Tile.SQUARE);
      try (TuningRun<Tile> run = new TuningRun<>(backend, workloads, tiles, 1)) {
        assertEquals(Double.POSITIVE_INFINITY, run.nanoseconds(Tile.SMALL));
        assertEquals(Double.POSITIVE_INFINITY, run.nanoseconds(Tile.LARGE));
        assertTrue(Double.isFinite(run.nanoseconds(Tile.NARROW)));
        // After a right one, whose results must not be left over.
        assertEquals(Double.POSITIVE_INFINITY, run.nanoseconds(Tile.SMALL));
        assertTrue(Double.isFinite(run.nanoseconds(Tile.SQUARE)));
      }
      Tuning.Choice choice =
          new VariantTuner<>(backend, workloads, trial -> {})
              .tune(null, GpuTuning::withTiles)
              .choices()
              .get(0);
      assertEquals(0, choice.untuned());
      assertNotEquals(Tile.SMALL.toString(), choice.chosen());
      assertNotEquals(Tile.LARGE.toString(), choice.chosen());
    }
  }

  @Test
  void aWrongFirstTileDoesNotRejectTheRightOnes() {
    Map<String, String> settings = Map.of("opencl.kernels", "tiled", "opencl.tuning", "off");
    try (GpuBackend backend = TestDevice.openBackend(settings)) {
      List<TuningWorkload<Tile>> workloads =
          List.of(workload(backend.platform(), Tile.SMALL, null));
      List<Tile> tiles = List.of(Tile.SMALL, Tile.NARROW, Tile.SQUARE);
      try (TuningRun<Tile> run = new TuningRun<>(backend, workloads, tiles, 1)) {
        assertEquals(Double.POSITIVE_INFINITY, run.nanoseconds(Tile.SMALL));
        assertTrue(Double.isFinite(run.nanoseconds(Tile.NARROW)));
        assertTrue(Double.isFinite(run.nanoseconds(Tile.SQUARE)));
      }
    }
  }
}
