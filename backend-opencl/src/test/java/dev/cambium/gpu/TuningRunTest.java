package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.opencl.TestDevice;
import dev.cambium.tensor.DType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tiles are timed on the device, and only those that compute what the first one did. */
class TuningRunTest {
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
  void countsOnlyTilesThatRunAndAgree() {
    try (GpuBackend backend = TestDevice.openBackend(Map.of("opencl.kernels", "tiled"))) {
      List<TuningWorkload> workloads =
          List.of(
              workload(backend.platform(), null, null),
              workload(backend.platform(), Tile.SQUARE, Tile.THIN));
      long before = backend.memory().bytes();
      try (TuningRun run = new TuningRun(backend, workloads, 3)) {
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
}
