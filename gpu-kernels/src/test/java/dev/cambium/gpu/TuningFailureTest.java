package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.tensor.DType;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of tuning on a device that is lost, or full. */
class TuningFailureTest {
  private static final MatrixProduct SIZES =
      MatrixProduct.of(DType.FLOAT32, 40, 20, 30, false, false);
  private static final List<Tile> TILES = List.of(Tile.SMALL, Tile.SQUARE);

  private final HeapContext device = new HeapContext(1 << 16);
  private final GpuBackend backend = new GpuBackend(device, BackendConfig.defaults());

  @AfterEach
  void close() {
    device.lost = false;
    backend.close();
  }

  private static TuningWorkload<Tile> workload(long inputs, Function<Tiling, GpuKernel> kernel) {
    return new TuningWorkload<>(
        new TuningSubject<>("KEY", "products", TILES),
        SIZES,
        1,
        List.of(inputs, 600L),
        List.of(800L),
        tile -> kernel.apply(Tiling.of(ProductSize.of(SIZES), tile, new HeapContext(0).device())));
  }

  private GpuKernel launched(Tiling tiling) {
    return TiledProduct.launch(backend.platform(), tiling, SIZES, Epilogue.NONE).build();
  }

  @Test
  void aLostDeviceEndsItWithTheFirstFailureAndWithoutMemory() {
    long before = backend.memory().bytes();
    DeviceLostException lost = new DeviceLostException("lost when a kernel was made");
    TuningWorkload<Tile> workload =
        workload(
            1200,
            tiling -> {
              device.lost = true;
              throw lost;
            });
    assertSame(
        lost,
        assertThrows(
            DeviceLostException.class,
            () -> new TuningRun<>(backend, List.of(workload), TILES, 1)));
    assertEquals(before, backend.memory().bytes());
  }

  @Test
  void aDeviceThatIsLostInALaunchLeavesNothingOpen() {
    long before = backend.memory().bytes();
    int functions = device.openFunctions;
    TuningRun<Tile> run =
        new TuningRun<>(backend, List.of(workload(1200, this::launched)), TILES, 1);
    device.lost = true;
    assertThrows(DeviceLostException.class, () -> run.nanoseconds(Tile.SMALL));
    assertThrows(DeviceLostException.class, run::close);
    assertEquals(before, backend.memory().bytes());
    assertEquals(functions, device.openFunctions);
  }

  @Test
  void operandsThatTheDeviceHasNoMemoryForDoNotRun() {
    long before = backend.memory().bytes();
    TuningWorkload<Tile> workload = workload(1 << 20, this::launched);
    try (TuningRun<Tile> run = new TuningRun<>(backend, List.of(workload), TILES, 1)) {
      assertEquals(Double.POSITIVE_INFINITY, run.nanoseconds(Tile.SMALL));
    }
    assertEquals(before, backend.memory().bytes());
  }

  @Test
  void aTileThatTheDeviceHasNoMemoryForDoesNotRun() {
    TuningWorkload<Tile> workload =
        workload(
            1200,
            tiling -> {
              throw new OutOfMemoryException("the fake device is full");
            });
    try (TuningRun<Tile> run = new TuningRun<>(backend, List.of(workload), TILES, 1)) {
      assertEquals(Double.POSITIVE_INFINITY, run.nanoseconds(Tile.SMALL));
    }
  }
}
