package dev.cambium.nn;

import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.Fans;
import dev.cambium.nn.init.He;
import dev.cambium.nn.init.Initializer;
import dev.cambium.op.Activation;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import java.util.Objects;

/**
 * A {@link Linear} layer with centred weight normalisation: y = x W^T + b with, for each output o,
 * W[o] = g[o] c / sqrt(c.c + 1e-12), c = v[o] - mean(v[o]). A weight has mean 0 and length g, so
 * that a mean common to all inputs does not reach the output, and the length is trained apart from
 * the direction. An alternative to batch normalisation that does not depend on the batch, and goes
 * together with it.
 *
 * <p>Shapes: x [N, d1, d2, ...] -&gt; y [N, O]; v [O, K] with K = d1 d2 ... of 2 or more, g [O], b
 * [O].
 *
 * <p>States: {@code weight} (v), {@code gain} (g), {@code bias}. v starts as {@link He#normal()};
 * only its direction counts. g starts as 1, as in the paper: inputs that are independent with
 * variance 1 give outputs of variance 1, whatever K. {@code gainInitializer(new
 * Constant(Gain.relu()))} gives rows the length that those of a fresh {@link Linear} have. b starts
 * as 0. A row v whose numbers are all equal gives W = 0.
 *
 * <p>Source: L. Huang et al., "Centered Weight Normalization in Accelerating Training of Deep
 * Neural Networks", ICCV 2017.
 *
 * @param outputFeatures O
 * @param bias whether b is added; true by default
 * @param initializer of v
 * @param gainInitializer of g
 * @param biasInitializer of b
 */
public record CenteredWeightNormLinear(
    int outputFeatures,
    boolean bias,
    Initializer initializer,
    Initializer gainInitializer,
    Initializer biasInitializer)
    implements Layer {
  /** Checks the size. */
  public CenteredWeightNormLinear {
    if (outputFeatures < 1) {
      throw new IllegalArgumentException(
          "outputFeatures of CenteredWeightNormLinear must be at least 1, got " + outputFeatures);
    }
    Objects.requireNonNull(initializer, "initializer");
    Objects.requireNonNull(gainInitializer, "gainInitializer");
    Objects.requireNonNull(biasInitializer, "biasInitializer");
  }

  /** A layer with a bias. */
  public static CenteredWeightNormLinear of(int outputFeatures) {
    return new CenteredWeightNormLinear(
        outputFeatures, true, He.normal(), Constant.ONES, Constant.ZEROS);
  }

  /** This layer with or without a bias. */
  public CenteredWeightNormLinear bias(boolean bias) {
    return new CenteredWeightNormLinear(
        outputFeatures, bias, initializer, gainInitializer, biasInitializer);
  }

  /** This layer with another initialiser of v. */
  public CenteredWeightNormLinear initializer(Initializer initializer) {
    return new CenteredWeightNormLinear(
        outputFeatures, bias, initializer, gainInitializer, biasInitializer);
  }

  /** This layer with another initialiser of g. */
  public CenteredWeightNormLinear gainInitializer(Initializer gainInitializer) {
    return new CenteredWeightNormLinear(
        outputFeatures, bias, initializer, gainInitializer, biasInitializer);
  }

  /** This layer with another initialiser of its bias. */
  public CenteredWeightNormLinear biasInitializer(Initializer biasInitializer) {
    return new CenteredWeightNormLinear(
        outputFeatures, bias, initializer, gainInitializer, biasInitializer);
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    Shape x = input.shape();
    if (x.rank() < 2) {
      throw context.error(
          "CenteredWeightNormLinear expects [N, features...], got input shape " + x);
    }
    int features = Math.toIntExact(x.size(1, x.rank()));
    context
        .known("weight")
        .ifPresent(
            known ->
                Inputs.requireAsFirst(
                    context, this, "input features", known.shape().dim(1), features, x));
    Shape shape = Shape.of(outputFeatures, features);
    Value weight =
        CenteredWeightNorm.weight(
            context, this, shape, Fans.of(shape), initializer, gainInitializer);
    dev.cambium.op.Linear op = new dev.cambium.op.Linear(bias, Activation.NONE);
    return bias
        ? context.emit(
            op, input, weight, context.parameter("bias", Shape.of(outputFeatures), biasInitializer))
        : context.emit(op, input, weight);
  }
}
