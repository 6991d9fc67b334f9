package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.gpu.VendorKernels;
import dev.cambium.spi.BackendConfig;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The settings of libraries, and how a list of devices speaks of them. */
class CudaLibrariesTest extends OnCudaContext {
  private static BackendConfig config(String name, String value) {
    return new BackendConfig("", Map.of(name, value));
  }

  private static CudaLibraries.Found found(boolean cublas, boolean cudnn) {
    return new CudaLibraries.Found(
        cublas
            ? FoundLibrary.of("cuBLAS", new FakeCublas(null), "12.8.4", Path.of("/b.so"))
            : FoundLibrary.missing("cuBLAS", ""),
        cudnn
            ? FoundLibrary.of("cuDNN", new FakeCudnn(), "8.9.7", Path.of("/d.so"))
            : FoundLibrary.missing("cuDNN", "/d.so does not load: why"));
  }

  @Test
  void listsSayWhatWasFoundWhereAndWhatRunsWithout() {
    assertEquals("cuBLAS 12.8.4 (/b.so), cuDNN 8.9.7 (/d.so)", found(true, true).description());
    assertEquals(
        "cuBLAS 12.8.4 (/b.so), no cuDNN (/d.so does not load: why)",
        found(true, false).description());
    assertEquals(
        "no cuBLAS, no cuDNN (/d.so does not load: why): own kernels",
        found(false, false).description());
    assertEquals(
        "libraries off: own kernels", CudaLibraries.listed(config("cuda.libraries", "off"), 13000));
  }

  @Test
  void theVersionIsThatOfAllWithThePrecision() {
    try (VendorKernels both = CudaLibraries.of(context, found(true, true), false);
        VendorKernels rounded = CudaLibraries.of(context, found(true, true), true)) {
      assertEquals("cuDNN 8.9.7, cuBLAS 12.8.4", both.version());
      assertEquals("cuDNN 8.9.7, cuBLAS 12.8.4, tf32", rounded.version());
    }
  }

  @Test
  void withoutLibrariesThereIsNothingToChoose() {
    assertSame(VendorKernels.NONE, CudaLibraries.of(context, found(false, false), false));
    assertSame(VendorKernels.NONE, CudaLibraries.open(context, config("cuda.libraries", "off")));
  }

  @Test
  void aWrongPrecisionIsNamed() {
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> CudaLibraries.open(context, config("cuda.precision", "fp16")));
    assertEquals(
        "cuda.precision must be float32 or tf32 (the libraries round factors to ten bits after the"
            + " point), got 'fp16'",
        wrong.getMessage());
  }
}
