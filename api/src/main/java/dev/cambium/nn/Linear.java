package dev.cambium.nn;

import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.He;
import dev.cambium.nn.init.Initializer;
import dev.cambium.op.Activation;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A fully connected layer: y = x W^T + b.
 *
 * <p>Shapes: x [N, d1, d2, ...] -&gt; y [N, O]; W [O, K] with K = d1 d2 ..., b [O]. An input of
 * more than two dimensions is flattened in row-major order (C, H, W) at no cost, so no {@link
 * Flatten} is needed before it.
 *
 * <p>States: {@code weight}, {@code bias}. W starts as {@link He#normal()}, right before a ReLU; b
 * as 0.
 *
 * @param outputFeatures O
 * @param bias whether b is added; true by default
 * @param initializer of W
 * @param biasInitializer of b
 */
public record Linear(
    int outputFeatures, boolean bias, Initializer initializer, Initializer biasInitializer)
    implements Layer {
  /** Checks the size. */
  public Linear {
    if (outputFeatures < 1) {
      throw new IllegalArgumentException(
          "outputFeatures of Linear must be at least 1, got " + outputFeatures);
    }
    Objects.requireNonNull(initializer, "initializer");
    Objects.requireNonNull(biasInitializer, "biasInitializer");
  }

  /** A layer with a bias. */
  public static Linear of(int outputFeatures) {
    return new Linear(outputFeatures, true, He.normal(), Constant.ZEROS);
  }

  /** This layer with or without a bias. */
  public Linear bias(boolean bias) {
    return new Linear(outputFeatures, bias, initializer, biasInitializer);
  }

  /** This layer with another initialiser of its weight. */
  public Linear initializer(Initializer initializer) {
    return new Linear(outputFeatures, bias, initializer, biasInitializer);
  }

  /** This layer with another initialiser of its bias. */
  public Linear biasInitializer(Initializer biasInitializer) {
    return new Linear(outputFeatures, bias, initializer, biasInitializer);
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    List<Value> inputs = new ArrayList<>(List.of(input));
    inputs.addAll(parameters(context, this, input.shape()));
    return context.emit(new dev.cambium.op.Linear(bias, Activation.NONE), inputs).get(0);
  }

  /** W and, if there is one, b, for inputs of shape x; {@code layer} is named in messages. */
  List<Value> parameters(LayerContext context, Layer layer, Shape x) {
    if (x.rank() < 2) {
      throw context.error(layer.kind() + " expects [N, features...], got input shape " + x);
    }
    int features = Math.toIntExact(x.size(1, x.rank()));
    context
        .known("weight")
        .ifPresent(
            known ->
                Inputs.requireAsFirst(
                    context, layer, "input features", known.shape().dim(1), features, x));
    List<Value> parameters = new ArrayList<>();
    parameters.add(context.parameter("weight", Shape.of(outputFeatures, features), initializer));
    if (bias) {
      parameters.add(context.parameter("bias", Shape.of(outputFeatures), biasInitializer));
    }
    return parameters;
  }
}
