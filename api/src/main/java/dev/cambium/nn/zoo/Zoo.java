package dev.cambium.nn.zoo;

import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Dropout;
import dev.cambium.nn.GlobalAvgPool2d;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Residual;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.init.Normal;
import dev.cambium.op.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The named networks. Each gives the scores of the classes, without a softmax; the size and the
 * channels of the images come from the input.
 *
 * <p>Hidden layers start as {@link dev.cambium.nn.init.He#normal()}; the last one as N(0, 0.01^2),
 * so that a new network gives all classes nearly the same probability and its loss starts near
 * ln(classes).
 */
public enum Zoo {
  /** {@link #softmax(int)}. */
  SOFTMAX("softmax", Zoo::softmax),
  /** {@link #mlp(int)}. */
  MLP("mlp", Zoo::mlp),
  /** {@link #lenet(int)}. */
  LENET("lenet", Zoo::lenet),
  /** {@link #convnet(int)}. */
  CONVNET("convnet", Zoo::convnet),
  /** {@link #resnet20(int)}. */
  RESNET20("resnet20", Zoo::resnet20);

  private final String id;
  private final IntFunction<Layer> factory;

  Zoo(String id, IntFunction<Layer> factory) {
    this.id = id;
    this.factory = factory;
  }

  /** The name, {@code lenet}. */
  public String id() {
    return id;
  }

  /** The network for the given number of classes. */
  public Layer create(int classes) {
    return factory.apply(classes);
  }

  /** The names, simplest network first. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Zoo::id).toList();
  }

  /**
   * The network of the given name.
   *
   * @throws IllegalArgumentException for another name; the message lists the names
   */
  public static Layer byName(String name, int classes) {
    return Arrays.stream(values())
        .filter(net -> net.id.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "model must be one of " + String.join(", ", names()) + ", got '" + name + "'"))
        .create(classes);
  }

  /** Softmax regression: one linear layer on the pixels. */
  public static Layer softmax(int classes) {
    return Sequential.named().add("linear", scores(classes));
  }

  /** A multilayer perceptron: linear 256, ReLU, linear 128, ReLU, linear. */
  public static Layer mlp(int classes) {
    return Sequential.of(Linear.of(256), ReLU.of(), Linear.of(128), ReLU.of(), scores(classes));
  }

  /**
   * LeNet-5 as it is built today: conv5x5-6 with padding 2, ReLU, max pool 2, conv5x5-16, ReLU, max
   * pool 2, linear 120, ReLU, linear 84, ReLU, linear. The original has scaled tanh, trained
   * subsampling, a sparse second convolution and no padding, on 32x32 images (Y. LeCun et al.,
   * "Gradient-Based Learning Applied to Document Recognition", 1998).
   */
  public static Layer lenet(int classes) {
    return Sequential.named()
        .add(
            "features",
            Sequential.of(
                Conv2d.of(6, 5).padding(2),
                ReLU.of(),
                MaxPool2d.of(2),
                Conv2d.of(16, 5),
                ReLU.of(),
                MaxPool2d.of(2)))
        .add(
            "classifier",
            Sequential.of(Linear.of(120), ReLU.of(), Linear.of(84), ReLU.of(), scores(classes)));
  }

  /**
   * The reference net: conv3x3-32, batch norm, ReLU, twice, max pool 2; conv3x3-64, batch norm,
   * ReLU, twice, max pool 2; linear 256, ReLU, dropout 0.5, linear. The convolutions have padding 1
   * and no bias, which the batch norm after them would take away again.
   */
  public static Layer convnet(int classes) {
    return Sequential.named()
        .add(
            "features",
            Sequential.of(
                conv3x3(32, 1),
                BatchNorm.of(),
                ReLU.of(),
                conv3x3(32, 1),
                BatchNorm.of(),
                ReLU.of(),
                MaxPool2d.of(2),
                conv3x3(64, 1),
                BatchNorm.of(),
                ReLU.of(),
                conv3x3(64, 1),
                BatchNorm.of(),
                ReLU.of(),
                MaxPool2d.of(2)))
        .add(
            "classifier",
            Sequential.of(Linear.of(256), ReLU.of(), Dropout.of(0.5), scores(classes)));
  }

  /**
   * The residual net of 20 layers for small images (K. He et al., "Deep Residual Learning for Image
   * Recognition", 2015, section 4.2): conv3x3-16, then three stages of three blocks with 16, 32 and
   * 64 channels, global average pooling, linear. A block is conv3x3, batch norm, ReLU, conv3x3,
   * batch norm, added to its shortcut, ReLU; the first block of the second and third stage has
   * stride 2. Where the shape changes, the shortcut is a 1x1 convolution with batch norm (the
   * paper's option B; its own CIFAR nets pad with zeros, option A, which has 2,752 parameters
   * less).
   */
  public static Layer resnet20(int classes) {
    return Sequential.named()
        .add("conv1", conv3x3(16, 1))
        .add("bn1", BatchNorm.of())
        .add("relu", ReLU.of())
        .add("layer1", Sequential.of(block(16), block(16), block(16)))
        .add("layer2", Sequential.of(wideningBlock(32), block(32), block(32)))
        .add("layer3", Sequential.of(wideningBlock(64), block(64), block(64)))
        .add("pool", GlobalAvgPool2d.of())
        .add("linear", scores(classes));
  }

  private static Residual block(int channels) {
    return Residual.of(body(channels, 1)).activation(Activation.RELU);
  }

  private static Residual wideningBlock(int channels) {
    return Residual.of(body(channels, 2))
        .shortcut(Sequential.of(Conv2d.of(channels, 1).stride(2).bias(false), BatchNorm.of()))
        .activation(Activation.RELU);
  }

  private static Layer body(int channels, int stride) {
    return Sequential.named()
        .add("conv1", conv3x3(channels, stride))
        .add("bn1", BatchNorm.of())
        .add("relu", ReLU.of())
        .add("conv2", conv3x3(channels, 1))
        .add("bn2", BatchNorm.of());
  }

  private static Conv2d conv3x3(int channels, int stride) {
    return Conv2d.of(channels, 3).padding(1).stride(stride).bias(false);
  }

  private static Linear scores(int classes) {
    return Linear.of(classes).initializer(new Normal(0.01));
  }
}
