package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.MatrixProduct;
import dev.cambium.gpu.VendorException;
import dev.cambium.gpu.VendorKernel;
import dev.cambium.gpu.VendorKernels;
import dev.cambium.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products by cuBLAS, whose matrices are column-major. */
class CublasKernelsTest extends OnCudaContext {
  private static final int ROWS = 2;
  private static final int COLUMNS = 3;
  private static final int TERMS = 4;

  private FakeCublas cublas;

  private VendorKernels libraries(boolean tf32) {
    cublas = new FakeCublas(driver);
    return CudaLibraries.of(
        context,
        new CudaLibraries.Found(
            FoundLibrary.of("cuBLAS", cublas, "13.0.2", Path.of("/libcublas.so.13")),
            FoundLibrary.missing("cuDNN", "")),
        tf32);
  }

  private static MatrixProduct product(DType dtype, boolean transposeA, boolean transposeB) {
    return new MatrixProduct(dtype, 1, ROWS, COLUMNS, TERMS, transposeA, transposeB, 1, 0);
  }

  private static MatrixProduct product() {
    return product(DType.FLOAT32, false, false);
  }

  /** Element (i, j) of A is 10 i + j, of B i - j: their product is found by plain loops. */
  private static double[] expected() {
    double[] y = new double[ROWS * COLUMNS];
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < COLUMNS; j++) {
        for (int k = 0; k < TERMS; k++) {
          y[i * COLUMNS + j] += (10 * i + k) * (k - j);
        }
      }
    }
    return y;
  }

  private GpuMemory matrix(DType dtype, int rows, int columns, boolean transposed, boolean isA) {
    ByteBuffer bytes = ByteBuffer.allocate(rows * columns * dtype.bytes());
    bytes.order(ByteOrder.nativeOrder());
    for (int p = 0; p < rows * columns; p++) {
      int i = transposed ? p % rows : p / columns;
      int j = transposed ? p / rows : p % columns;
      double value = isA ? 10 * i + j : i - j;
      if (dtype == DType.FLOAT64) {
        bytes.putDouble(value);
      } else {
        bytes.putFloat((float) value);
      }
    }
    GpuMemory memory = context.allocate(bytes.capacity());
    context.write(bytes.flip(), memory, 0);
    return memory;
  }

  private GpuMemory[] operands(MatrixProduct p) {
    GpuMemory[] all = {
      matrix(p.dtype(), ROWS, TERMS, p.transposeA(), true),
      matrix(p.dtype(), TERMS, COLUMNS, p.transposeB(), false),
      context.allocate((long) ROWS * COLUMNS * p.dtype().bytes())
    };
    context.synchronize();
    return all;
  }

  private void run(VendorKernel kernel, MatrixProduct p) {
    kernel.run(operands(p), new long[3]);
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, false, false",
    "FLOAT32, false, true",
    "FLOAT32, true, false",
    "FLOAT32, true, true",
    "FLOAT64, false, true",
    "FLOAT64, true, false"
  })
  void rowMajorProductsComeOutRight(DType dtype, boolean transposeA, boolean transposeB) {
    MatrixProduct p = product(dtype, transposeA, transposeB);
    try (VendorKernels libraries = libraries(false);
        VendorKernel kernel = libraries.product(p).get(0)) {
      assertEquals(0, kernel.workspaceBytes());
      GpuMemory[] operands = operands(p);
      kernel.run(operands, new long[3]);
      ByteBuffer y =
          ByteBuffer.allocate(ROWS * COLUMNS * dtype.bytes()).order(ByteOrder.nativeOrder());
      context.read(operands[2], 0, y);
      double[] values = new double[ROWS * COLUMNS];
      for (int i = 0; i < values.length; i++) {
        values[i] = dtype == DType.FLOAT64 ? y.getDouble(8 * i) : y.getFloat(4 * i);
      }
      assertArrayEquals(expected(), values);
    }
  }

  @Test
  void theHandleIsMadeWhenItIsNeededWithTheStreamBeforeItsMemory() {
    try (VendorKernels libraries = libraries(false)) {
      assertEquals("cuBLAS 13.0.2", libraries.version());
      assertEquals(List.of(), cublas.calls);
      libraries.product(product());
      libraries.product(product());
      // 32 MiB is what NVIDIA advises for the H200; 0 is CUBLAS_DEFAULT_MATH.
      assertEquals(
          List.of(
              "create",
              "setStream 1 " + context.commands().stream().address(),
              "setWorkspace 1 33554432",
              "setMathMode 1 0"),
          cublas.calls);
    }
    assertEquals("destroy 1", cublas.calls.get(4));
    assertEquals(0, cublas.open);
  }

  @Test
  void tensorCoresAreUsedWhereTheyWereAskedFor() {
    try (VendorKernels libraries = libraries(true)) {
      assertEquals("cuBLAS 13.0.2, tf32", libraries.version());
      libraries.product(product());
      // CUBLAS_TF32_TENSOR_OP_MATH.
      assertTrue(cublas.calls.contains("setMathMode 1 3"), cublas.calls::toString);
    }
  }

  @Test
  void aFailureNamesCallAndStatusAndLeavesTheDevice() {
    try (VendorKernels libraries = libraries(false);
        VendorKernel kernel = libraries.product(product()).get(0)) {
      cublas.failures.put("gemm", 13);
      VendorException failed = assertThrows(VendorException.class, () -> run(kernel, product()));
      assertEquals("cublasSgemm of cuBLAS says 'words for 13' (status 13)", failed.getMessage());
      assertEquals("cuBLAS", failed.library());
      assertFalse(failed.isUnsupported());
      run(kernel, product());
    }
  }

  @Test
  void whatIsNotSupportedIsNoFailure() {
    MatrixProduct p = product(DType.FLOAT64, false, false);
    try (VendorKernels libraries = libraries(false);
        VendorKernel kernel = libraries.product(p).get(0)) {
      cublas.failures.put("gemm", 15);
      VendorException failed = assertThrows(VendorException.class, () -> run(kernel, p));
      assertTrue(failed.isUnsupported());
      assertTrue(failed.getMessage().startsWith("cublasDgemm"), failed.getMessage());
    }
  }

  @Test
  void aLostDeviceIsNoFailureOfTheLibrary() {
    VendorKernels libraries = libraries(false);
    VendorKernel kernel = libraries.product(product()).get(0);
    GpuMemory[] operands = operands(product());
    cublas.failures.put("gemm", 14);
    driver.script.failNext("memGetInfo", 700);
    assertThrows(DeviceLostException.class, () -> kernel.run(operands, new long[3]));
    // Handles went with the device; closing says nothing more.
    libraries.close();
  }

  @ParameterizedTest
  @CsvSource({"setStream", "setWorkspace", "setMathMode"})
  void aHandleThatCannotBeSetUpIsGivenBack(String call) {
    try (VendorKernels libraries = libraries(false)) {
      cublas.failures.put(call, 1);
      assertThrows(VendorException.class, () -> libraries.product(product()));
      assertEquals(0, cublas.open);
      libraries.product(product());
      assertEquals(1, cublas.open);
    }
  }

  @Test
  void withoutMemoryOfItsOwnItIsNotUsed() {
    try (VendorKernels libraries = libraries(false)) {
      driver.script.failFrom("memAllocAsync", 1, 2);
      VendorException failed =
          assertThrows(VendorException.class, () -> libraries.product(product()));
      assertTrue(failed.getMessage().contains("working memory"), failed.getMessage());
      assertEquals(0, cublas.open);
    }
  }

  @Test
  void memoryThatIsTooShortIsRefusedBeforeTheLibraryIsCalled() {
    try (VendorKernels libraries = libraries(false);
        VendorKernel kernel = libraries.product(product()).get(0)) {
      GpuMemory[] operands = operands(product());
      assertThrows(
          IllegalArgumentException.class, () -> kernel.run(operands, new long[] {0, 0, 4}));
      assertFalse(cublas.calls.contains("gemm 1"));
    }
  }

  @Test
  void aKernelIsNotUsedAfterItWasClosed() {
    try (VendorKernels libraries = libraries(false)) {
      VendorKernel kernel = libraries.product(product()).get(0);
      kernel.close();
      kernel.close();
      assertThrows(IllegalStateException.class, () -> run(kernel, product()));
    }
  }
}
