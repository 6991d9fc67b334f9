package dev.cambium.cuda;

import com.sun.jna.Function;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code libcublas}, loaded from a file. */
final class NativeCublas implements Cublas {
  private final Function getProperty;
  private final Function getStatusString;
  private final Function create;
  private final Function destroy;
  private final Function setStream;
  private final Function setWorkspace;
  private final Function setMathMode;
  private final Function sgemm;
  private final Function dgemm;

  /**
   * Loads it, after {@code libcublasLt} where that lies beside it.
   *
   * @throws UnsatisfiedLinkError when one of them does not load, or lacks a function
   */
  NativeCublas(Path file) {
    Path light =
        file.resolveSibling(
            file.getFileName().toString().replace("libcublas.so", "libcublasLt.so"));
    if (!light.equals(file) && Files.exists(light)) {
      SharedLibrary.open(light);
    }
    SharedLibrary library = SharedLibrary.open(file);
    getProperty = library.function("cublasGetProperty");
    getStatusString = library.function("cublasGetStatusString");
    create = library.function("cublasCreate_v2");
    destroy = library.function("cublasDestroy_v2");
    setStream = library.function("cublasSetStream_v2");
    setWorkspace = library.function("cublasSetWorkspace_v2");
    setMathMode = library.function("cublasSetMathMode");
    sgemm = library.function("cublasSgemm_v2");
    dgemm = library.function("cublasDgemm_v2");
  }

  @Override
  public int[] version() {
    int[] version = new int[3];
    int[] number = new int[1];
    for (int property = 0; property < version.length; property++) {
      call(getProperty, property, number);
      version[property] = number[0];
    }
    return version;
  }

  @Override
  public String statusString(int status) {
    return getStatusString.invokeString(new Object[] {status}, false);
  }

  @Override
  public int create(long[] handle) {
    return call(create, handle);
  }

  @Override
  public int destroy(long handle) {
    return call(destroy, handle);
  }

  @Override
  public int setStream(long handle, long stream) {
    return call(setStream, handle, stream);
  }

  @Override
  public int setWorkspace(long handle, long address, long bytes) {
    return call(setWorkspace, handle, address, bytes);
  }

  @Override
  public int setMathMode(long handle, int mode) {
    return call(setMathMode, handle, mode);
  }

  @Override
  public int gemm(
      boolean isDouble,
      long handle,
      int transA,
      int transB,
      int m,
      int n,
      int k,
      double alpha,
      long a,
      int lda,
      long b,
      int ldb,
      double beta,
      long c,
      int ldc) {
    return call(
        isDouble ? dgemm : sgemm,
        handle,
        transA,
        transB,
        m,
        n,
        k,
        scale(isDouble, alpha),
        a,
        lda,
        b,
        ldb,
        scale(isDouble, beta),
        c,
        ldc);
  }

  private static Object scale(boolean isDouble, double value) {
    return isDouble ? new double[] {value} : new float[] {(float) value};
  }

  private static int call(Function function, Object... arguments) {
    return function.invokeInt(arguments);
  }
}
