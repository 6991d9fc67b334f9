package dev.cambium.examples;

import dev.cambium.data.Dataset;
import dev.cambium.nn.CenteredWeightNormLinear;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.Tanh;
import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.Gain;
import dev.cambium.nn.init.He;
import dev.cambium.nn.init.Initializer;
import dev.cambium.nn.init.Normal;
import dev.cambium.nn.init.Orthogonal;
import dev.cambium.nn.init.Xavier;
import dev.cambium.train.DataDependentInit;
import dev.cambium.train.Lsuv;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Which first weights let a deep network learn: 20 layers of weights, 19 of them hidden with 100
 * units each, without normalisation, once with tanh and once with ReLU, trained by gradient descent
 * with momentum.
 */
final class DepthExperiment implements Experiment {
  private static final int LAYERS = 20;
  private static final int UNITS = 100;

  /** Those that set the first weights where data do. */
  private static final int IMAGES = 512;

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
    List<Treatment> treatments = new ArrayList<>();
    treatments.addAll(treatments("relu", ReLU.of(), Gain.relu()));
    treatments.addAll(treatments("tanh", Tanh.of(), Gain.tanh()));
    return treatments;
  }

  private static List<Treatment> treatments(String name, Layer activation, double gain) {
    return List.of(
        drawn(name + "-he", activation, He.normal()),
        drawn(name + "-small", activation, Normal.small()),
        drawn(name + "-large", activation, new Normal(1)),
        drawn(name + "-xavier", activation, Xavier.normal()),
        drawn(name + "-orthogonal", activation, Orthogonal.of()),
        drawn(name + "-orthogonal-gain", activation, Orthogonal.of(gain)),
        drawn(name + "-lsuv", activation, Orthogonal.of())
            .started(
                (model, train, seed) -> Lsuv.of().seed(seed).apply(model, train, images(train))),
        drawn(name + "-data-dependent", activation, He.normal())
            .started(
                (model, train, seed) ->
                    DataDependentInit.of().seed(seed).apply(model, train, images(train))),
        Treatment.of(
            name + "-centred-weight-norm",
            classes -> network(activation, units -> centred(units, gain), classes)));
  }

  private static Layer centred(int units, double gain) {
    return CenteredWeightNormLinear.of(units).gainInitializer(new Constant(gain));
  }

  private static int images(Dataset train) {
    return Math.min(IMAGES, train.size());
  }

  private static Treatment drawn(String name, Layer activation, Initializer initializer) {
    return Treatment.of(
        name,
        classes ->
            network(activation, units -> Linear.of(units).initializer(initializer), classes));
  }

  private static Layer network(Layer activation, IntFunction<Layer> weights, int classes) {
    Sequential layers = Sequential.named();
    for (int i = 1; i < LAYERS; i++) {
      layers = layers.add(weights.apply(UNITS)).add(activation);
    }
    return layers.add(weights.apply(classes));
  }
}
