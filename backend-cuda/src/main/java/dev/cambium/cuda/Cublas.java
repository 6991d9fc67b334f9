package dev.cambium.cuda;

/**
 * The functions of cuBLAS that are called, under their own names without {@code cublas}, each with
 * the status that it returns: 0 is success. Matrices are column-major. Handles and device memory
 * are addresses.
 */
interface Cublas {
  /** The status of a call that this version, or this device, does not do. */
  int NOT_SUPPORTED = 15;

  /** An operand as it is. */
  int OP_N = 0;

  /** An operand's transpose. */
  int OP_T = 1;

  /** Products with all bits of the operands. */
  int DEFAULT_MATH = 0;

  /** Products of FLOAT32 with ten bits after the point where the device is faster so. */
  int TF32_TENSOR_OP_MATH = 3;

  /** Major, minor and patch version. */
  int[] version();

  /** What a status means. */
  String statusString(int status);

  /** Makes a handle on the current context. */
  int create(long[] handle);

  /** Waits, and frees it. */
  int destroy(long handle);

  /** Where work goes; the working memory becomes the library's own again. */
  int setStream(long handle, long stream);

  /** Working memory, at a multiple of 256 bytes, instead of the library's own. */
  int setWorkspace(long handle, long address, long bytes);

  /** How exact products are. */
  int setMathMode(long handle, int mode);

  /**
   * C [m, n] = alpha A [m, k] B [k, n] + beta C.
   *
   * @param isDouble FLOAT64 ({@code cublasDgemm}) rather than FLOAT32 ({@code cublasSgemm})
   * @param transA {@link #OP_T} when A is stored as [k, m]
   * @param transB {@link #OP_T} when B is stored as [n, k]
   * @param lda from one column of A, as it is stored, to the next
   */
  int gemm(
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
      int ldc);
}
