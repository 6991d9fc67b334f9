package dev.cambium.op;

/**
 * An elementwise non-linearity whose derivative can be read off its output alone, so that it can be
 * fused into the operation before it and still be differentiated.
 */
public sealed interface Activation {
  /** y = x. */
  Activation NONE = new Identity();

  /** y = max(0, x). */
  Activation RELU = new Relu();

  /** f(x). */
  double apply(double x);

  /** f'(x), given y = f(x). */
  double derivative(double y);

  /** y = x. */
  record Identity() implements Activation {
    @Override
    public double apply(double x) {
      return x;
    }

    @Override
    public double derivative(double y) {
      return 1;
    }
  }

  /**
   * y = max(0, x), dy/dx = 1 where y &gt; 0, else 0 (V. Nair, G. Hinton: "Rectified Linear Units
   * Improve Restricted Boltzmann Machines", 2010). NaN propagates on the host; each backend states
   * what its kernels do.
   */
  record Relu() implements Activation {
    @Override
    public double apply(double x) {
      return x <= 0 ? 0 : x;
    }

    @Override
    public double derivative(double y) {
      return y > 0 ? 1 : 0;
    }
  }

  /**
   * y = x where x &gt; 0, else slope * x (A. Maas et al., 2013). A slope of 0 is {@link #RELU} in
   * every respect: infinity below 0 becomes 0, and what becomes of NaN, the backend states.
   *
   * @param slope at least 0, so that the sign of y tells the sign of x
   */
  record LeakyRelu(double slope) implements Activation {
    /** Checks the slope. */
    public LeakyRelu {
      if (!(slope >= 0 && slope < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "slope of LeakyRelu must be at least 0 and finite, got " + slope);
      }
    }

    @Override
    public double apply(double x) {
      return x > 0 ? x : slope == 0 ? RELU.apply(x) : slope * x;
    }

    @Override
    public double derivative(double y) {
      return y > 0 ? 1 : slope;
    }
  }

  /** y = tanh(x), dy/dx = 1 - y^2. */
  record Tanh() implements Activation {
    @Override
    public double apply(double x) {
      return Math.tanh(x);
    }

    @Override
    public double derivative(double y) {
      return 1 - y * y;
    }
  }

  /**
   * y = 1 / (1 + exp(-x)), dy/dx = y (1 - y). A kernel is within 6 ulp; below twice the smallest
   * normal number, where vector libraries cannot form the power of two any more, y may become 0.
   */
  record Sigmoid() implements Activation {
    @Override
    public double apply(double x) {
      return 1 / (1 + Math.exp(-x));
    }

    @Override
    public double derivative(double y) {
      return y * (1 - y);
    }
  }
}
