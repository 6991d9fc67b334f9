package dev.cambium.train;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Several predictors that answer together, by a weighted average of their probabilities (the
 * default) or scores. Networks that started from different seeds make different mistakes; what they
 * agree on is more often right (L. Hansen, P. Salamon, "Neural Network Ensembles", 1990).
 *
 * <pre>{@code
 * Ensemble three = Ensemble.of(first, second, third);
 * System.out.println(three.accuracy(test, 64));
 * }</pre>
 *
 * <p>The members stay their owners' and are not closed by {@link #close}, except those of {@link
 * #owning}. Immutable.
 */
public final class Ensemble implements Predictor, AutoCloseable {
  private final List<Predictor> members;
  private final double[] weights;
  private final Averaging averaging;
  private final List<? extends AutoCloseable> owned;

  private Ensemble(
      List<Predictor> members,
      double[] weights,
      Averaging averaging,
      List<? extends AutoCloseable> owned) {
    this.members = members;
    this.weights = weights;
    this.averaging = Objects.requireNonNull(averaging, "averaging");
    this.owned = owned;
  }

  /** Predictors of the same weight. */
  public static Ensemble of(Predictor... members) {
    return of(List.of(members));
  }

  /**
   * Predictors of the same weight.
   *
   * @throws IllegalArgumentException when there is none, or they differ in their classes or samples
   */
  public static Ensemble of(List<? extends Predictor> members) {
    return of(members, List.of());
  }

  /**
   * Models of the same weight, which are closed with the ensemble.
   *
   * @throws IllegalArgumentException when there is none, or they differ in their classes or
   *     samples; then none is closed
   */
  public static Ensemble owning(List<Model> members) {
    return of(members, List.copyOf(members));
  }

  private static Ensemble of(
      List<? extends Predictor> members, List<? extends AutoCloseable> owned) {
    if (members.isEmpty()) {
      throw new IllegalArgumentException("members of an Ensemble must be at least one, got none");
    }
    Predictor first = members.get(0);
    for (int m = 1; m < members.size(); m++) {
      requireSame(m, "classes", first.classNames(), members.get(m).classNames());
      requireSame(m, "samples", first.sample(), members.get(m).sample());
    }
    return new Ensemble(
        List.copyOf(members),
        Averaging.equalWeights(members.size()),
        Averaging.PROBABILITIES,
        owned);
  }

  private static void requireSame(int member, String what, Object first, Object other) {
    if (!first.equals(other)) {
      throw new IllegalArgumentException(
          "members of an Ensemble must have the same "
              + what
              + ": member 0 has "
              + first
              + ", member "
              + member
              + " has "
              + other);
    }
  }

  /**
   * This ensemble, of the same members, with other weights.
   *
   * @param each a positive weight for each member; only their proportions count
   */
  public Ensemble weights(double... each) {
    double sum = Arrays.stream(each).sum();
    if (each.length != members.size()
        || !Arrays.stream(each).allMatch(weight -> weight > 0)
        || !Double.isFinite(sum)) {
      throw new IllegalArgumentException(
          "weights of an Ensemble must be a positive, finite number for each of the "
              + members.size()
              + " members, got "
              + Arrays.toString(each));
    }
    double[] shares = Arrays.stream(each).map(weight -> weight / sum).toArray();
    return new Ensemble(members, shares, averaging, owned);
  }

  /** This ensemble, of the same members, with another kind of average. */
  public Ensemble averaging(Averaging other) {
    return new Ensemble(members, weights, other, owned);
  }

  /** Who answers. */
  public List<Predictor> members() {
    return members;
  }

  @Override
  public List<String> classNames() {
    return members.get(0).classNames();
  }

  @Override
  public Shape sample() {
    return members.get(0).sample();
  }

  @Override
  public double[][] scores(List<Image> images) {
    List<double[][]> answers = new ArrayList<>();
    for (Predictor member : members) {
      answers.add(member.scores(images));
    }
    double[][] result = new double[images.size()][];
    for (int i = 0; i < result.length; i++) {
      int image = i;
      double[][] ofImage = answers.stream().map(a -> a[image]).toArray(double[][]::new);
      result[i] = averaging.average(ofImage, weights);
    }
    return result;
  }

  /** Closes the members of {@link #owning}, all of them even when one cannot be closed. */
  @Override
  public void close() {
    IllegalStateException failure = new IllegalStateException("a member was not closed");
    for (AutoCloseable member : owned) {
      try {
        member.close();
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }
}
