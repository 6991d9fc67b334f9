package dev.cambium.cpu;

import dev.cambium.op.CrossEntropy;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;

/**
 * {@link CrossEntropy}: rows are computed in double; the losses of a chunk's rows are added up,
 * then the chunks' in their order, so that the number of threads does not change the loss.
 */
final class CpuCrossEntropy extends CpuLoop {
  private static final int EXPONENTIALS_PER_CHUNK = 2048;

  private final CrossEntropy op;
  private final int rows;
  private final int classes;
  private final double[] losses;
  private FloatBuffer scores;
  private IntBuffer labels;
  private FloatBuffer targets;
  private FloatBuffer weights;
  private FloatBuffer loss;
  private FloatBuffer gradient;
  private double denominator;

  CpuCrossEntropy(CpuPlatform platform, CrossEntropy op, List<ValueType> inputs) {
    this(platform, op, ((TensorType) inputs.get(0)).shape());
  }

  private CpuCrossEntropy(CpuPlatform platform, CrossEntropy op, Shape scores) {
    super(platform, scores.dim(0), Math.max(1, EXPONENTIALS_PER_CHUNK / scores.dim(1)));
    this.op = op;
    this.rows = scores.dim(0);
    this.classes = scores.dim(1);
    this.losses = new double[chunks()];
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    scores = CpuBuffer.of(inputs[0]).floats();
    if (op.softTargets()) {
      targets = CpuBuffer.of(inputs[1]).floats();
    } else {
      labels = CpuBuffer.of(inputs[1]).ints();
    }
    if (op.classWeights()) {
      weights = CpuBuffer.of(inputs[2]).floats();
    }
    loss = CpuBuffer.of(outputs[0]).floats();
    gradient = CpuBuffer.of(outputs[1]).floats();
    denominator = denominator();
  }

  /** D: the weights of the labels, NaN where they add up to 0, or the number of rows. */
  private double denominator() {
    if (op.softTargets() || !op.classWeights()) {
      return rows;
    }
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      int label = labels.get(row);
      sum += isClass(label) ? weights.get(label) : Double.NaN;
    }
    return sum == 0 ? Double.NaN : sum;
  }

  private boolean isClass(int label) {
    return label >= 0 && label < classes;
  }

  @Override
  public void run(int chunk, long from, long to) {
    double sum = 0;
    for (int row = (int) from; row < to; row++) {
      sum += row(row);
    }
    losses[chunk] = sum;
  }

  /** sum_c -q_c * log p_c of one row, whose gradient is stored. */
  private double row(int row) {
    int at = row * classes;
    double maximum = CpuClassRows.maximum(scores, at, classes);
    double sum = CpuClassRows.sumOfExponentials(scores, maximum, at, classes);
    double logSum = Math.log(sum);
    double sumOfCoefficients = 0;
    double rowLoss = 0;
    for (int c = 0; c < classes; c++) {
      double q = coefficient(row, c);
      double logProbability = scores.get(at + c) - maximum - logSum;
      sumOfCoefficients += q;
      if (q != 0 || Double.isNaN(logProbability)) {
        rowLoss -= q * logProbability;
      }
    }
    for (int c = 0; c < classes; c++) {
      double probability = Math.exp(scores.get(at + c) - maximum) / sum;
      double difference = probability * sumOfCoefficients - coefficient(row, c);
      gradient.put(at + c, (float) (difference / denominator));
    }
    return rowLoss;
  }

  /** q_ic; NaN when the row's label is no class. */
  private double coefficient(int row, int c) {
    double smoothing = op.labelSmoothing();
    double target;
    if (op.softTargets()) {
      target = targets.get(row * classes + c);
    } else {
      int label = labels.get(row);
      target = label == c ? 1 : 0;
      if (!isClass(label)) {
        return Double.NaN;
      }
    }
    double weight = op.classWeights() ? weights.get(c) : 1;
    return weight * ((1 - smoothing) * target + smoothing / classes);
  }

  @Override
  void end() {
    double sum = 0;
    for (double part : losses) {
      sum += part;
    }
    loss.put(0, (float) (sum / denominator));
  }
}
