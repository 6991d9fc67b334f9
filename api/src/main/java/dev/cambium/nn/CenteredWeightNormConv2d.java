package dev.cambium.nn;

import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.Fans;
import dev.cambium.nn.init.Initializer;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import java.util.Objects;

/**
 * A {@link Conv2d} with centred weight normalisation: its filters are, for each output channel o,
 * W[o] = g[o] c / sqrt(c.c + 1e-12), c = v[o] - mean(v[o]), mean and length taken over C / groups,
 * kH and kW together. See {@link CenteredWeightNormLinear} for what it does and how it starts.
 *
 * <pre>{@code
 * CenteredWeightNormConv2d.of(Conv2d.of(32, 3).padding(1))
 * }</pre>
 *
 * <p>Shapes: x [N, C, H, W] -&gt; y [N, O, oH, oW] as of the convolution; v [O, C / groups, kH, kW]
 * with 2 numbers or more per output, g [O], b [O].
 *
 * <p>States: {@code weight} (v), {@code gain} (g), {@code bias}. v and b start as the convolution
 * says, g as 1.
 *
 * <p>Source: L. Huang et al., "Centered Weight Normalization in Accelerating Training of Deep
 * Neural Networks", ICCV 2017.
 *
 * @param convolution sizes, geometry, bias, initialisers of v and b
 * @param gainInitializer of g
 */
public record CenteredWeightNormConv2d(Conv2d convolution, Initializer gainInitializer)
    implements Layer {
  /** Checks that nothing is null. */
  public CenteredWeightNormConv2d {
    Objects.requireNonNull(convolution, "convolution");
    Objects.requireNonNull(gainInitializer, "gainInitializer");
  }

  /** The given convolution with centred and normalised filters. */
  public static CenteredWeightNormConv2d of(Conv2d convolution) {
    return new CenteredWeightNormConv2d(convolution, Constant.ONES);
  }

  /** Square filters without padding. */
  public static CenteredWeightNormConv2d of(int outputChannels, int kernel) {
    return of(Conv2d.of(outputChannels, kernel));
  }

  /** This layer with another initialiser of g. */
  public CenteredWeightNormConv2d gainInitializer(Initializer gainInitializer) {
    return new CenteredWeightNormConv2d(convolution, gainInitializer);
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    Shape filters = convolution.filters(context, this, input.shape());
    Value weight =
        CenteredWeightNorm.weight(
            context,
            this,
            filters,
            Fans.ofGroups(filters, convolution.geometry().groups()),
            convolution.initializer(),
            gainInitializer);
    return convolution.convolve(context, input, weight);
  }
}
