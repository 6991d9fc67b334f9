package dev.cambium.examples;

import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Dropout;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.init.He;
import dev.cambium.nn.init.Initializer;
import dev.cambium.nn.init.Normal;
import dev.cambium.nn.zoo.Zoo;
import java.util.List;

/**
 * {@link Zoo#convnet} with one part or another exchanged. As it stands in {@link #STANDARD} it is
 * that network, with the same first weights.
 *
 * @param batchNorm whether there is a batch norm after each convolution; else it has a bias
 * @param initializer of the convolutions and of the hidden linear layer
 * @param hidden the hidden layer of 256 units, given that initialiser, with its regularisation
 */
record ConvnetVariant(boolean batchNorm, Initializer initializer, Hidden hidden) {
  /** The network itself. */
  static final ConvnetVariant STANDARD =
      new ConvnetVariant(true, He.normal(), Hidden.followedBy(Dropout.of(0.5)));

  /** How many hidden units there are. */
  static final int UNITS = 256;

  /** What lies between the features and the scores. */
  @FunctionalInterface
  interface Hidden {
    /** The layers, whose weights start by {@code initializer}. */
    List<Layer> layers(Initializer initializer);

    /** A linear layer and a ReLU alone. */
    Hidden PLAIN = initializer -> List.of(Linear.of(UNITS).initializer(initializer), ReLU.of());

    /** A linear layer, a ReLU and {@code regulariser}. */
    static Hidden followedBy(Layer regulariser) {
      return initializer ->
          List.of(Linear.of(UNITS).initializer(initializer), ReLU.of(), regulariser);
    }
  }

  /** This network without batch norm. */
  ConvnetVariant withoutBatchNorm() {
    return new ConvnetVariant(false, initializer, hidden);
  }

  /** This network with other first weights. */
  ConvnetVariant initializer(Initializer other) {
    return new ConvnetVariant(batchNorm, other, hidden);
  }

  /** This network with another hidden layer. */
  ConvnetVariant hidden(Hidden other) {
    return new ConvnetVariant(batchNorm, initializer, other);
  }

  /** The network for a number of classes. */
  Layer create(int classes) {
    Sequential classifier = Sequential.of(hidden.layers(initializer).toArray(Layer[]::new));
    return Sequential.named()
        .add("features", block(block(Sequential.named(), 32), 64))
        .add("classifier", classifier.add(Linear.of(classes).initializer(new Normal(0.01))));
  }

  private Sequential block(Sequential before, int channels) {
    Sequential layers = before;
    for (int i = 0; i < 2; i++) {
      Conv2d convolution = Conv2d.of(channels, 3).padding(1).initializer(initializer);
      layers = layers.add(convolution.bias(!batchNorm));
      layers = batchNorm ? layers.add(BatchNorm.of()) : layers;
      layers = layers.add(ReLU.of());
    }
    return layers.add(MaxPool2d.of(2));
  }
}
