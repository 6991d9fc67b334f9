package dev.cambium.nn;

import dev.cambium.nn.init.Literal;
import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Broadcast;
import dev.cambium.op.Reduce;
import dev.cambium.op.Reshape;
import dev.cambium.op.UnaryMath;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A fully connected layer whose connections are dropped at random, with its activation a: in
 * training y = a(u), u = (M * W) x + m * b, where each element of the masks M and m is 0 with
 * probability p, else 1 / (1 - p). As in the paper the biases are masked, too.
 *
 * <p>The masks are drawn once for a batch ({@link #maskPerSample} draws them for each sample). Then
 * the mean of the samples' gradients has more variance, but a step costs no more than a {@link
 * Linear}'s plus a pass over the weights.
 *
 * <p>In evaluation y is the expected value of a(u) over the masks, not a of the expected value: by
 * the central limit theorem u is nearly normal, with mean W x + b and variance p / (1 - p) ((W * W)
 * (x * x) + b * b), products elementwise. a is averaged over {@link #points} values of u, the
 * quantiles of equal probability of that normal distribution, stretched so that mean and variance
 * are met exactly. The paper draws the values at random; here the same picture always gets the same
 * scores. It costs a second product, and {@code points} N O numbers in memory. {@link
 * #evaluation(Evaluation)} chooses the plain mean a(W x + b) instead.
 *
 * <p>Shapes: x [N, d1, d2, ...] -&gt; y [N, O]; W [O, K] with K = d1 d2 ..., b [O]. States: {@code
 * weight}, {@code bias}, as {@link Linear}'s. As there, W starts as He's normal, b as 0.
 *
 * <p>Source: L. Wan et al., "Regularization of Neural Networks using DropConnect", ICML 2013.
 *
 * @param linear the layer whose connections are dropped: O, initialisers, whether b is added
 * @param p the probability of a connection to be dropped, of [0, 1)
 * @param activation a, of each element; ReLU by default
 * @param maskPerSample whether each sample has masks of its own; false by default
 * @param evaluation what takes the place of the masks in evaluation
 * @param points values of u in evaluation, at least 2; 32 by default
 */
public record DropConnect(
    Linear linear,
    double p,
    Activation activation,
    boolean maskPerSample,
    Evaluation evaluation,
    int points)
    implements Layer {
  /** What takes the place of the masks in evaluation. */
  public enum Evaluation {
    /** The expected value of the activation over a normal distribution of its input. */
    GAUSSIAN,
    /** The activation of the expected input: the weights as they are. */
    PLAIN_MEAN
  }

  /** Checks the numbers. */
  public DropConnect {
    Objects.requireNonNull(linear, "linear");
    Objects.requireNonNull(activation, "activation");
    Objects.requireNonNull(evaluation, "evaluation");
    Masks.checkProbability("DropConnect", p);
    if (points < 2) {
      throw new IllegalArgumentException(
          "points of DropConnect must be at least 2 to have a variance, got " + points);
    }
  }

  /** A layer with a bias and ReLU. */
  public static DropConnect of(int outputFeatures, double p) {
    return of(Linear.of(outputFeatures), p);
  }

  /** A layer with ReLU; the paper's p is 0.5. */
  public static DropConnect of(Linear linear, double p) {
    return new DropConnect(linear, p, Activation.RELU, false, Evaluation.GAUSSIAN, 32);
  }

  /** This layer with another activation; {@link Activation#NONE} for none. */
  public DropConnect activation(Activation other) {
    return new DropConnect(linear, p, other, maskPerSample, evaluation, points);
  }

  /**
   * This layer with masks for each sample, as in the paper, or for each batch. Those of samples
   * take memory and time of N O K: a training step keeps one array of that size, and works with up
   * to three more; 64 samples, 256 units and 4096 inputs make 256 MiB each in FLOAT32.
   */
  public DropConnect maskPerSample(boolean other) {
    return new DropConnect(linear, p, activation, other, evaluation, points);
  }

  /** This layer with another rule for evaluation. */
  public DropConnect evaluation(Evaluation other) {
    return new DropConnect(linear, p, activation, maskPerSample, other, points);
  }

  /** This layer with another number of points in evaluation. */
  public DropConnect points(int other) {
    return new DropConnect(linear, p, activation, maskPerSample, evaluation, other);
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    List<Value> parameters = linear.parameters(context, this, input.shape());
    boolean gaussian =
        evaluation == Evaluation.GAUSSIAN && p > 0 && !activation.equals(Activation.NONE);
    // Declared in every mode, as all states are.
    Value quantiles = gaussian ? quantiles(context) : null;
    if (context.sampling() && p > 0) {
      return activated(
          context,
          maskPerSample
              ? maskedPerSample(context, input, parameters)
              : sum(context, input, masked(context, parameters)));
    }
    return gaussian
        ? expected(context, input, parameters, quantiles)
        : activated(context, sum(context, input, parameters));
  }

  private Value quantiles(LayerContext context) {
    TensorType type = TensorType.of(context.dtype(), points, 1, 1);
    return context.constant("quantiles", type, new Literal(NormalQuantiles.of(points)));
  }

  private Value sum(LayerContext context, Value input, List<Value> parameters) {
    List<Value> inputs = new ArrayList<>(List.of(input));
    inputs.addAll(parameters);
    return context.emit(new dev.cambium.op.Linear(linear.bias(), Activation.NONE), inputs).get(0);
  }

  private Value activated(LayerContext context, Value u) {
    return activation.equals(Activation.NONE) ? u : context.emit(new Activate(activation), u);
  }

  private List<Value> masked(LayerContext context, List<Value> parameters) {
    List<Value> masked = new ArrayList<>();
    masked.add(Masks.dropped(context, p, "weight", parameters.get(0)));
    if (linear.bias()) {
      masked.add(Masks.dropped(context, p, "bias", parameters.get(1)));
    }
    return masked;
  }

  /** u[n, o] = sum over k of M[n, o, k] W[o, k] x[n, k] + m[n, o] b[o]. */
  private Value maskedPerSample(LayerContext context, Value input, List<Value> parameters) {
    int batch = input.shape().dim(0);
    int features = parameters.get(0).shape().dim(1);
    Value weights = repeated(context, "weight", parameters.get(0), batch);
    Value row = context.emit(new Reshape(Shape.of(batch, 1, features)), input);
    Value u =
        context.emit(
            new Reduce(Reduce.Function.SUM, List.of(2), false), Masks.times(context, weights, row));
    return linear.bias()
        ? context.emit(
            new BinaryMath(BinaryMath.Function.ADD),
            u,
            repeated(context, "bias", parameters.get(1), batch))
        : u;
  }

  /** The values once for each sample, each time with another mask. */
  private Value repeated(LayerContext context, String name, Value values, int batch) {
    int[] each = values.shape().toArray();
    int[] all = new int[each.length + 1];
    all[0] = batch;
    System.arraycopy(each, 0, all, 1, each.length);
    return Masks.dropped(context, p, name, context.emit(new Broadcast(Shape.of(all)), values));
  }

  private Value expected(
      LayerContext context, Value input, List<Value> parameters, Value quantiles) {
    UnaryMath square = new UnaryMath(UnaryMath.Function.SQUARE);
    List<Value> squares = parameters.stream().map(v -> context.emit(square, v)).toList();
    Value variance =
        context.emit(
            new Affine(p / (1 - p), 0), sum(context, context.emit(square, input), squares));
    Value deviation = context.emit(new UnaryMath(UnaryMath.Function.SQRT), variance);
    Value u =
        context.emit(
            new BinaryMath(BinaryMath.Function.ADD),
            sum(context, input, parameters),
            Masks.times(context, deviation, quantiles));
    return context.emit(new Reduce(Reduce.Function.MEAN, List.of(0), false), activated(context, u));
  }
}
