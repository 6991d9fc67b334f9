package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.BackendConfig;
import dev.cambium.tensor.DType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WideTileTest {
  private static GpuDevice processor(int vectorBytes) {
    return new GpuDevice(
        "fake",
        "0",
        "fake",
        "fake",
        "1",
        true,
        2,
        4096,
        1 << 19,
        1 << 30,
        1 << 30,
        true,
        vectorBytes);
  }

  /** 4 bytes are what a device says that has no vectors, 16 are NEON, 32 AVX2, 64 AVX-512. */
  @ParameterizedTest
  @CsvSource({"4, SHORT_6", "16, SHORT_6", "32, SHORT_6", "64, LONG_8", "128, LONG_8"})
  void suitsTheVectorsOfTheDeviceUnlessAnotherWasFaster(int vectorBytes, WideTile byDefault) {
    GpuDevice device = processor(vectorBytes);
    assertEquals(byDefault, GpuTuning.NONE.wideTile(device));
    GpuTuning tuned = GpuTuning.NONE.withWide(Map.of(GpuTuning.WIDE, WideTile.SHORT_12));
    assertEquals(WideTile.SHORT_12, tuned.wideTile(device));
  }

  @Test
  void hasVectorsOfAsManyBytesForEveryType() {
    assertEquals(16, WideTile.LONG_8.lanes(DType.FLOAT32));
    assertEquals(8, WideTile.LONG_8.lanes(DType.FLOAT64));
    assertEquals(8, WideTile.SHORT_6.lanes(DType.FLOAT32));
    assertEquals(4, WideTile.SHORT_6.lanes(DType.FLOAT64));
    assertEquals(16, WideTile.SHORT_6.columns(DType.FLOAT32));
  }

  @ParameterizedTest
  @EnumSource(WideTile.class)
  void isInTheMacrosOfItsPrograms(WideTile tile) {
    GpuPlatform gpu = new GpuPlatform(new HeapContext(0), new BackendConfig("", Map.of()));
    Map<String, String> macros = tile.program(gpu, "wide_product", DType.FLOAT64).defines();
    assertEquals(Integer.toString(tile.lanes(DType.FLOAT64)), macros.get("LANES"));
    assertEquals(Integer.toString(tile.rows()), macros.get("TILE"));
    assertEquals("1", macros.get("REAL_IS_DOUBLE"));
  }

  /** A matrix of 40 columns: 2 panels of 32, or 3 of 16. */
  @Test
  void decidesOnTheLayoutOfPanels() {
    WidePanels wide = WidePanels.of(WideTile.LONG_8, DType.FLOAT32, 10, 40);
    WidePanels narrow = WidePanels.of(WideTile.SHORT_6, DType.FLOAT32, 10, 40);
    assertEquals(2 * 10 * 32 * 4, wide.bytes());
    assertEquals(3 * 10 * 16 * 4, narrow.bytes());
    assertNotEquals(wide, narrow);
    assertEquals(wide, WidePanels.of(WideTile.LONG_8, DType.FLOAT32, 10, 40));
  }

  @Test
  void isTunedWithWhatRunsOtherwiseFirst() {
    TuningSubject<WideTile> subject = WideWorkloads.subject(processor(32));
    assertEquals("products and convolutions, FLOAT32", subject.words());
    assertEquals(WideTile.SHORT_6, subject.candidates().get(0));
    assertEquals(WideTile.values().length, new HashSet<>(subject.candidates()).size());
    assertEquals(WideTile.values().length, subject.candidates().size());
  }

  /** One choice for all: so all must be measured as one subject, and each kernel be among them. */
  @Test
  void isMeasuredOnProductsOfEveryKind() {
    GpuPlatform gpu = new GpuPlatform(new HeapContext(0), new BackendConfig("", Map.of()));
    List<TuningWorkload<WideTile>> workloads = WideWorkloads.all(gpu);
    assertEquals(1, workloads.stream().map(TuningWorkload::subject).distinct().count());
    for (String operation :
        List.of(
            "MatMul",
            "Linear",
            "LinearBackwardData",
            "LinearBackwardWeights",
            "Convolution",
            "ConvolutionBackwardData",
            "ConvolutionBackwardWeights")) {
      assertTrue(
          workloads.stream().anyMatch(w -> w.product().toString().startsWith(operation + "[")),
          operation);
    }
  }

  @Test
  void standsBesideTilesForGpusWhoseSubjectsReadAsWords() {
    GpuDevice device = processor(64);
    assertEquals(
        "large products, FLOAT32",
        TiledWorkloads.subject(TiledFamily.PRODUCT, Tile.LARGE, device).words());
    TuningSubject<Tile> gradients =
        TiledWorkloads.subject(TiledFamily.BACKWARD_WEIGHTS, Tile.LOW, device);
    assertEquals("low gradients by weights, FLOAT32", gradients.words());
    assertEquals("BACKWARD_WEIGHTS.FLOAT32.LOW", gradients.key());
    assertEquals(Tile.LOW, gradients.candidates().get(0));
  }
}
