package dev.cambium.cuda;

import dev.cambium.gpu.MatrixProduct;
import dev.cambium.gpu.VendorException;
import dev.cambium.gpu.VendorKernel;
import dev.cambium.gpu.VendorKernels;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.tensor.DType;
import java.util.List;

/**
 * Products by cuBLAS, with one handle on the context's stream and working memory of its own, so
 * that they repeat to the bit and can be recorded. Row-major Y = A B is column-major Y^T = B^T A^T.
 */
final class CublasKernels implements VendorKernels {
  private static final String NAME = "cuBLAS";

  /** What NVIDIA advises for devices since compute capability 9.0, and for older ones. */
  private static final long WORKSPACE = 32L << 20;

  private static final long SMALL_WORKSPACE = 4L << 20;

  private static final int NEW_MAJOR = 9;

  private final CudaContext context;
  private final FoundLibrary<Cublas> found;
  private final Cublas cublas;
  private final boolean tf32;
  private final LibraryFaults faults;
  private CudaMemory workspace;
  private long handle;

  /**
   * Makes its handle when it is asked for something.
   *
   * @param tf32 whether products of FLOAT32 may be rounded before they are summed
   */
  CublasKernels(CudaContext context, FoundLibrary<Cublas> found, boolean tf32) {
    this.context = context;
    this.found = found;
    this.cublas = found.functions();
    this.tf32 = tf32;
    this.faults =
        new LibraryFaults(
            context, NAME, cublas::statusString, status -> status == Cublas.NOT_SUPPORTED);
  }

  @Override
  public String version() {
    return found.versioned();
  }

  @Override
  public List<VendorKernel> product(MatrixProduct p) {
    if (p.batch() != 1) {
      return List.of();
    }
    open();
    boolean isDouble = p.dtype() == DType.FLOAT64;
    int transA = p.transposeA() ? Cublas.OP_T : Cublas.OP_N;
    int transB = p.transposeB() ? Cublas.OP_T : Cublas.OP_N;
    int lda = p.transposeA() ? p.m() : p.k();
    int ldb = p.transposeB() ? p.k() : p.n();
    LibraryKernel.Call call =
        at ->
            cublas.gemm(
                isDouble, handle, transB, transA, p.n(), p.m(), p.k(), p.alpha(), at[1], ldb, at[0],
                lda, p.beta(), at[2], p.n());
    long size = p.dtype().bytes();
    long[] bytes = {size * p.m() * p.k(), size * p.k() * p.n(), size * p.m() * p.n()};
    return List.of(
        new LibraryKernel(
            context,
            NAME,
            "gemm",
            0,
            bytes,
            call,
            faults.of(isDouble ? "cublasDgemm" : "cublasSgemm"),
            () -> {}));
  }

  private void open() {
    context.enter();
    if (handle != 0) {
      return;
    }
    long[] made = new long[1];
    faults.check(cublas.create(made), "cublasCreate");
    try {
      // The stream comes first: to set it takes working memory away.
      faults.check(
          cublas.setStream(made[0], context.commands().stream().address()), "cublasSetStream");
      setWorkspace(made[0]);
      int math = tf32 ? Cublas.TF32_TENSOR_OP_MATH : Cublas.DEFAULT_MATH;
      faults.check(cublas.setMathMode(made[0], math), "cublasSetMathMode");
    } catch (RuntimeException | Error failed) {
      cublas.destroy(made[0]);
      if (workspace != null) {
        workspace.close();
      }
      throw failed;
    }
    handle = made[0];
  }

  private void setWorkspace(long made) {
    long bytes = context.cudaDevice().major() >= NEW_MAJOR ? WORKSPACE : SMALL_WORKSPACE;
    try {
      workspace = context.memories().allocate(bytes);
    } catch (OutOfMemoryException full) {
      throw new VendorException(NAME, "the working memory", full.getMessage(), false);
    }
    faults.check(cublas.setWorkspace(made, workspace.address(), bytes), "cublasSetWorkspace");
  }

  @Override
  public void close() {
    if (handle != 0) {
      cublas.destroy(handle);
      handle = 0;
      workspace.close();
    }
  }
}
