package dev.cambium.examples;

import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.Tanh;
import dev.cambium.nn.init.He;
import dev.cambium.nn.init.Initializer;
import dev.cambium.nn.init.Normal;
import dev.cambium.nn.init.Orthogonal;
import dev.cambium.nn.init.Xavier;
import dev.cambium.train.Lsuv;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which first weights let a deep network learn: 20 layers of weights, 19 of them hidden with 100
 * units each, without normalisation, once with tanh and once with ReLU, trained by gradient descent
 * with momentum.
 */
final class DepthExperiment implements Experiment {
  private static final int LAYERS = 20;
  private static final int UNITS = 100;
  private static final int LSUV_IMAGES = 512;

  @Override
  public String name() {
    return "depth";
  }

  @Override
  public String question() {
    return "which first weights let a network of 20 layers learn?";
  }

  @Override
  public Optional<String> usualData() {
    return Optional.of("digits");
  }

  @Override
  public Recipe recipe() {
    return new Recipe(5, 64, OptimizerChoice.SGD, 0.01, 0.9, 0, ScheduleChoice.COSINE, 0, 0, 0);
  }

  @Override
  public List<Treatment> treatments() {
    Map<String, Layer> activations = new TreeMap<>(Map.of("tanh", Tanh.of(), "relu", ReLU.of()));
    List<Treatment> treatments = new ArrayList<>();
    activations.forEach(
        (name, activation) -> {
          treatments.add(drawn(name + "-he", activation, He.normal()));
          treatments.add(drawn(name + "-small", activation, new Normal(0.01)));
          treatments.add(drawn(name + "-large", activation, new Normal(1)));
          treatments.add(drawn(name + "-xavier", activation, Xavier.normal()));
          treatments.add(drawn(name + "-orthogonal", activation, Orthogonal.of()));
          treatments.add(
              drawn(name + "-lsuv", activation, Orthogonal.of())
                  .started(
                      (model, train, seed) ->
                          Lsuv.of()
                              .seed(seed)
                              .apply(model, train, Math.min(LSUV_IMAGES, train.size()))));
        });
    return treatments;
  }

  private static Treatment drawn(String name, Layer activation, Initializer initializer) {
    return Treatment.of(name, classes -> network(activation, initializer, classes));
  }

  private static Layer network(Layer activation, Initializer initializer, int classes) {
    Sequential layers = Sequential.named();
    for (int i = 1; i < LAYERS; i++) {
      layers = layers.add(Linear.of(UNITS).initializer(initializer)).add(activation);
    }
    return layers.add(Linear.of(classes).initializer(initializer));
  }
}
