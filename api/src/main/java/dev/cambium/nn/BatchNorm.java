package dev.cambium.nn;

import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.Initializer;
import dev.cambium.op.Activation;
import dev.cambium.op.Affine;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.RunningStatistics;
import dev.cambium.op.Value;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.Objects;

/**
 * Batch normalisation per feature, or per channel of images: y = gamma (x - mean) / sqrt(variance +
 * epsilon) + beta.
 *
 * <p>In training mean and (biased) variance are those of the batch, over N or N, H, W, and the
 * running statistics move towards them: running = (1 - momentum) running + momentum batch, with the
 * unbiased variance. In evaluation the running statistics normalise. One value per channel in
 * training is an error.
 *
 * <p>Shapes: x [N, C] or [N, C, H, W] -&gt; y like x. States: {@code weight} (gamma, starts at 1),
 * {@code bias} (beta, 0), {@code running_mean} (0), {@code running_var} (1), all [C], and {@code
 * num_batches_tracked} [], INT64. Defaults as PyTorch's: epsilon 1e-5, momentum 0.1.
 *
 * <p>Source: S. Ioffe, C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by
 * Reducing Internal Covariate Shift", 2015.
 *
 * @param epsilon added to the variance, positive
 * @param momentum the weight of the newest batch in the running statistics, of [0, 1]
 * @param scaleInitializer of gamma
 */
public record BatchNorm(double epsilon, double momentum, Initializer scaleInitializer)
    implements Layer {
  /** Checks the numbers. */
  public BatchNorm {
    if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "epsilon of BatchNorm must be positive and finite, got " + epsilon);
    }
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException(
          "momentum of BatchNorm must be of [0, 1], got " + momentum);
    }
    Objects.requireNonNull(scaleInitializer, "scaleInitializer");
  }

  /** With epsilon 1e-5 and momentum 0.1. */
  public static BatchNorm of() {
    return new BatchNorm(1e-5, 0.1, Constant.ONES);
  }

  /** This layer with another epsilon. */
  public BatchNorm epsilon(double epsilon) {
    return new BatchNorm(epsilon, momentum, scaleInitializer);
  }

  /** This layer with another momentum of its running statistics. */
  public BatchNorm momentum(double momentum) {
    return new BatchNorm(epsilon, momentum, scaleInitializer);
  }

  /** This layer with another initialiser of gamma. */
  public BatchNorm scaleInitializer(Initializer scaleInitializer) {
    return new BatchNorm(epsilon, momentum, scaleInitializer);
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    Shape x = input.shape();
    if (x.rank() != 2 && x.rank() != 4) {
      throw context.error("BatchNorm expects [N, C] or [N, C, H, W], got input shape " + x);
    }
    int channels = x.dim(1);
    context
        .known("weight")
        .ifPresent(
            known ->
                Inputs.requireAsFirst(
                    context, this, "channels", known.shape().dim(0), channels, x));
    Shape perChannel = Shape.of(channels);
    TensorType statistics = new TensorType(context.dtype(), perChannel);
    Value gamma = context.parameter("weight", perChannel, scaleInitializer);
    Value beta = context.parameter("bias", perChannel, Constant.ZEROS);
    Value runningMean = context.buffer("running_mean", statistics, 0);
    Value runningVariance = context.buffer("running_var", statistics, 1);
    Value batches = context.buffer("num_batches_tracked", TensorType.of(DType.INT64), 0);
    if (!context.training()) {
      return context.emit(
          new BatchNormInference(epsilon, Activation.NONE),
          input,
          gamma,
          beta,
          runningMean,
          runningVariance);
    }
    List<Value> normalised =
        context.emit(new BatchNormTraining(epsilon, Activation.NONE), List.of(input, gamma, beta));
    long count = x.dim(0) * x.size(2, x.rank());
    List<Value> moved =
        context.emit(
            new RunningStatistics(momentum, count),
            List.of(runningMean, runningVariance, normalised.get(1), normalised.get(2)));
    context.graph().assign(runningMean, moved.get(0));
    context.graph().assign(runningVariance, moved.get(1));
    context.graph().assign(batches, context.emit(new Affine(1, 1), batches));
    return normalised.get(0);
  }
}
