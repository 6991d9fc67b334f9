package dev.cambium.data.augment;

import dev.cambium.data.Dataset;
import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.List;

/**
 * Changes the colour of the light: one offset for all pixels of a picture, {@code sum_i alpha_i
 * lambda_i p_i}, where p_i and lambda_i are the eigenvectors and eigenvalues of the covariance of
 * the data's colours and each alpha_i is drawn from N(0, sigma). It is alpha times lambda, not its
 * root. Results are not clamped to [0, 1]: preprocessing follows, and clamping would lose what
 * bright and dark pixels differ by. Works in place; torchvision has no such operation.
 *
 * <p>Source: A. Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural
 * Networks", 2012, section 4.1, with sigma 0.1.
 *
 * @param components of red, green and blue pixels in [0, 1]
 * @param sigma the standard deviation of alpha, at least 0
 */
public record PcaLighting(List<Component> components, double sigma) implements SampleTransform {
  /**
   * A principal component of colours.
   *
   * @param eigenvalue the variance along it, at least 0
   * @param red its unit vector's part in red
   * @param green in green
   * @param blue in blue
   */
  public record Component(double eigenvalue, double red, double green, double blue) {
    /** Checks the numbers. */
    public Component {
      Require.notNegative("an eigenvalue of PcaLighting", eigenvalue);
      Require.finite("an eigenvector of PcaLighting", red + green + blue);
    }
  }

  /** Checks sigma. */
  public PcaLighting {
    components = List.copyOf(components);
    Require.notNegative("sigma of PcaLighting", sigma);
  }

  /**
   * The components of ImageNet's training pictures, as published with fb.resnet.torch, whose
   * eigenvectors are the columns of its matrix; sigma 0.1.
   */
  public static PcaLighting imageNet() {
    return new PcaLighting(
        List.of(
            new Component(0.2175, -0.5675, -0.5808, -0.5836),
            new Component(0.0188, 0.7192, -0.0045, -0.6948),
            new Component(0.0045, 0.4009, -0.8140, 0.4203)),
        0.1);
  }

  /**
   * The components of the colours of all pixels of {@code train}, in one pass; sigma 0.1. The
   * covariance is divided by the number of pixels.
   *
   * @throws IllegalArgumentException when the samples are not pictures of three channels
   * @throws dev.cambium.data.DatasetException when there is no sample, or a pixel is not finite
   */
  public static PcaLighting fit(Dataset train) {
    return new PcaLighting(ColourCovariance.of(train).components(), 0.1);
  }

  /** The same with another standard deviation of alpha. */
  public PcaLighting sigma(double other) {
    return new PcaLighting(components, other);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    ImageShape.of("PcaLighting", image).requireColour();
    double red = 0;
    double green = 0;
    double blue = 0;
    for (Component component : components) {
      double step = sigma * random.nextGaussian() * component.eigenvalue;
      red += step * component.red;
      green += step * component.green;
      blue += step * component.blue;
    }
    int plane = image.height() * image.width();
    add(image.values(), 0, plane, (float) red);
    add(image.values(), plane, plane, (float) green);
    add(image.values(), 2 * plane, plane, (float) blue);
    return image;
  }

  private static void add(float[] values, int from, int count, float offset) {
    if (offset != 0) {
      for (int i = from; i < from + count; i++) {
        values[i] += offset;
      }
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("PcaLighting", shape).requireColour().shape();
  }
}
