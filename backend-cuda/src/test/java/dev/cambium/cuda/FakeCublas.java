package dev.cambium.cuda;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** cuBLAS over the memory of a {@link RecordingDriver}: column-major products, at once. */
final class FakeCublas implements Cublas {
  private final RecordingDriver driver;
  final List<String> calls = new ArrayList<>();

  /** What the next such call returns. */
  final Map<String, Integer> failures = new HashMap<>();

  int[] version = {13, 0, 2};
  int open;
  private long handles;

  FakeCublas(RecordingDriver driver) {
    this.driver = driver;
  }

  private int note(String call) {
    calls.add(call);
    Integer status = failures.remove(call.split(" ")[0]);
    return status == null ? 0 : status;
  }

  @Override
  public int[] version() {
    return version.clone();
  }

  @Override
  public String statusString(int status) {
    return "words for " + status;
  }

  @Override
  public int create(long[] handle) {
    int status = note("create");
    if (status == 0) {
      open++;
      handle[0] = ++handles;
    }
    return status;
  }

  @Override
  public int destroy(long handle) {
    open--;
    return note("destroy " + handle);
  }

  @Override
  public int setStream(long handle, long stream) {
    return note("setStream " + handle + " " + stream);
  }

  @Override
  public int setWorkspace(long handle, long address, long bytes) {
    driver.at(address, bytes);
    return note("setWorkspace " + handle + " " + bytes);
  }

  @Override
  public int setMathMode(long handle, int mode) {
    return note("setMathMode " + handle + " " + mode);
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
    int status = note("gemm " + handle);
    if (status != 0) {
      return status;
    }
    int size = isDouble ? Double.BYTES : Float.BYTES;
    // The last column of each need not fill its stride.
    ByteBuffer x =
        driver.at(
            a, (long) size * (lda * ((transA == OP_N ? k : m) - 1) + (transA == OP_N ? m : k)));
    ByteBuffer y =
        driver.at(
            b, (long) size * (ldb * ((transB == OP_N ? n : k) - 1) + (transB == OP_N ? k : n)));
    ByteBuffer z = driver.at(c, (long) size * (ldc * (n - 1) + m));
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < m; i++) {
        double sum = 0;
        for (int l = 0; l < k; l++) {
          double left = get(x, transA == OP_N ? i + l * lda : l + i * lda, isDouble);
          sum += left * get(y, transB == OP_N ? l + j * ldb : j + l * ldb, isDouble);
        }
        int to = i + j * ldc;
        double before = beta == 0 ? 0 : beta * get(z, to, isDouble);
        put(z, to, alpha * sum + before, isDouble);
      }
    }
    return 0;
  }

  private static double get(ByteBuffer memory, int index, boolean isDouble) {
    return isDouble ? memory.getDouble(index * Double.BYTES) : memory.getFloat(index * Float.BYTES);
  }

  private static void put(ByteBuffer memory, int index, double value, boolean isDouble) {
    if (isDouble) {
      memory.putDouble(index * Double.BYTES, value);
    } else {
      memory.putFloat(index * Float.BYTES, (float) value);
    }
  }
}
