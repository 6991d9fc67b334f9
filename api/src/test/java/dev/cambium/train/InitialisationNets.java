package dev.cambium.train;

import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.Sequential;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Nets and batches on which initialisers that look at data are tried. */
final class InitialisationNets {
  static final List<String> CLASSES = List.of("a", "b", "c", "d", "e");

  private InitialisationNets() {}

  static Backend reference() {
    return new ReferenceProvider().open(BackendConfig.defaults());
  }

  /** {@code depth} linear layers named 0, 2, 4, ..., each but the last with its activation. */
  static Layer deep(int depth, int width, Layer activation) {
    Sequential net = Sequential.named();
    for (int i = 0; i < depth - 1; i++) {
      net = net.add(Linear.of(width)).add(activation);
    }
    return net.add(Linear.of(CLASSES.size()));
  }

  /** The names of its linear layers. */
  static List<String> deepLayers(int depth) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < depth; i++) {
      names.add(Integer.toString(2 * i));
    }
    return names;
  }

  static Model model(Layer layer, Shape sample, Backend backend) {
    return Model.create(ModelSpec.of(layer, sample, CLASSES), 1, backend);
  }

  static HostArray gaussian(int... dimensions) {
    HostArray batch = HostArray.of(Shape.of(dimensions), new float[Shape.of(dimensions).intSize()]);
    RandomStream random = new RandomStream(5, "batch");
    for (int i = 0; i < batch.shape().intSize(); i++) {
      batch.set(i, random.nextGaussian());
    }
    return batch;
  }
}
