package dev.cambium.data.preprocess;

/**
 * The product of a matrix and a vector in float. The matrix is kept column by column, so that the
 * inner loop adds multiples of columns, which the compiler makes vector instructions of (it does
 * not reorder the sum of a dot product). It reads the matrix once for each vector, and takes as
 * long as that: about 4 ms for 3,072 x 3,072.
 *
 * @param inputs the length of the vector
 * @param outputs the length of the result
 * @param columns element {@code (r, c)} of the matrix at {@code c * outputs + r}
 */
record Projection(int inputs, int outputs, float[] columns) {
  /** Four columns at a time: the result is read and written a quarter as often. */
  private static final int TOGETHER = 4;

  /** The matrix times {@code vector}. */
  float[] times(float[] vector) {
    float[] sum = new float[outputs];
    int c = 0;
    for (; c + TOGETHER <= inputs; c += TOGETHER) {
      add4(vector, c, sum);
    }
    for (; c < inputs; c++) {
      float weight = vector[c];
      int from = c * outputs;
      for (int r = 0; r < sum.length; r++) {
        sum[r] += weight * columns[from + r];
      }
    }
    return sum;
  }

  private void add4(float[] vector, int c, float[] sum) {
    float w0 = vector[c];
    float w1 = vector[c + 1];
    float w2 = vector[c + 2];
    float w3 = vector[c + 3];
    int c0 = c * outputs;
    int c1 = c0 + outputs;
    int c2 = c1 + outputs;
    int c3 = c2 + outputs;
    for (int r = 0; r < sum.length; r++) {
      sum[r] +=
          w0 * columns[c0 + r] + w1 * columns[c1 + r] + w2 * columns[c2 + r] + w3 * columns[c3 + r];
    }
  }

  /** The transposed matrix times {@code vector}: a dot product for each column, in double. */
  float[] transposedTimes(float[] vector) {
    float[] products = new float[inputs];
    for (int c = 0; c < inputs; c++) {
      double sum = 0;
      for (int r = 0; r < outputs; r++) {
        sum += (double) columns[c * outputs + r] * vector[r];
      }
      products[c] = (float) sum;
    }
    return products;
  }
}
