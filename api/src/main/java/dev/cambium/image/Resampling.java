package dev.cambium.image;

/**
 * Separable linear resampling: first along rows, then along columns, each output pixel a weighted
 * mean of the input pixels under a triangle of half-width {@code max(1, from / to)} around its
 * centre. Weights of pixels beyond the border are dropped and the rest sums to 1.
 */
final class Resampling {
  private final int[] first;
  private final float[][] weights;

  private Resampling(int from, int to) {
    first = new int[to];
    weights = new float[to][];
    double scale = (double) from / to;
    double support = Math.max(1, scale);
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale - 0.5;
      int low = Math.max(0, (int) Math.ceil(centre - support));
      int high = Math.min(from - 1, (int) Math.floor(centre + support));
      double[] exact = new double[high - low + 1];
      double sum = 0;
      for (int j = low; j <= high; j++) {
        exact[j - low] = Math.max(0, 1 - Math.abs(j - centre) / support);
        sum += exact[j - low];
      }
      first[i] = low;
      weights[i] = new float[exact.length];
      for (int j = 0; j < exact.length; j++) {
        weights[i][j] = (float) (exact[j] / sum);
      }
    }
  }

  static Image resize(Image image, int height, int width) {
    int channels = image.channels();
    Resampling columns = new Resampling(image.width(), width);
    Resampling rows = new Resampling(image.height(), height);
    float[] narrow = new float[channels * image.height() * width];
    for (int line = 0; line < channels * image.height(); line++) {
      columns.apply(image.values(), line * image.width(), 1, narrow, line * width, 1);
    }
    float[] out = new float[channels * height * width];
    for (int c = 0; c < channels; c++) {
      for (int x = 0; x < width; x++) {
        int from = c * image.height() * width + x;
        rows.apply(narrow, from, width, out, c * height * width + x, width);
      }
    }
    return Image.of(channels, height, width, out);
  }

  private void apply(float[] in, int inAt, int inStep, float[] out, int outAt, int outStep) {
    for (int i = 0; i < first.length; i++) {
      float[] w = weights[i];
      float sum = 0;
      for (int j = 0; j < w.length; j++) {
        sum += w[j] * in[inAt + (first[i] + j) * inStep];
      }
      out[outAt + i * outStep] = sum;
    }
  }
}
