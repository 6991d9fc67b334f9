package dev.cambium.gpu;

import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * The operations that are products of matrices, as one kind of device wants them. Each method is
 * given types that its operation takes; they may be empty.
 */
interface Contractions {
  /** y = activation(x w^T + b). */
  Prepared linear(Linear op, List<ValueType> inputs);

  /** dx = dy w. */
  Prepared linearBackwardData(LinearBackwardData op, List<ValueType> inputs);

  /** dw = dy^T x, db = the sum of dy's rows. */
  Prepared linearBackwardWeights(LinearBackwardWeights op, List<ValueType> inputs);

  /** y = A B. */
  Prepared matMul(MatMul op, List<ValueType> inputs);

  /** y = activation(x * w + b). */
  Prepared convolution(Convolution op, List<ValueType> inputs);

  /** dx, from dy and w. */
  Prepared convolutionBackwardData(ConvolutionBackwardData op, List<ValueType> inputs);

  /** dw and db, from x and dy. */
  Prepared convolutionBackwardWeights(ConvolutionBackwardWeights op, List<ValueType> inputs);
}
