package dev.cambium.examples;

import dev.cambium.data.Dataset;
import dev.cambium.data.augment.PaddedViews;
import dev.cambium.data.augment.TenCrop;
import dev.cambium.image.Image;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.DropConnect;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Residual;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.SpatialDropout;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.StochasticDepth;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.CosineCycles;
import dev.cambium.optim.ParameterGroup;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.train.Ensemble;
import dev.cambium.train.MarginalizedPredictor;
import dev.cambium.train.Marginals;
import dev.cambium.train.Model;
import dev.cambium.train.Predictor;
import dev.cambium.train.Snapshots;
import dev.cambium.train.Trainer;
import java.io.IOException;
import java.util.List;

/** Noise in training, limits of weights, and averages over the noise in testing. */
public final class Regularisation {
  private Regularisation() {}

  /** A small residual network with every kind of random layer. */
  public static Layer network(int blocks, int classes) {
    Layer body = Sequential.of(Conv2d.of(16, 3).padding(1).bias(false), BatchNorm.of(), ReLU.of());
    Sequential layers = Sequential.of(Conv2d.of(16, 3).padding(1).stride(2));
    for (int block = 1; block <= blocks; block++) {
      double p = StochasticDepth.linearDecay(block, blocks, 0.5);
      layers = layers.add(Residual.of(body).stochasticDepth(p));
    }
    return layers.add(SpatialDropout.of(0.1)).add(DropConnect.of(64, 0.5)).add(Linear.of(classes));
  }

  /** Incoming weights of each unit are at most 3 long. */
  public static UpdateRule limited() {
    return UpdateRule.of(Sgd.of().momentum(0.95), 0.1)
        .group(ParameterGroup.of(StateSpec::isWeight).maxNorm(3));
  }

  /** The average of several models, which stay their owner's. */
  public static double accuracy(List<Model> models, Dataset test) {
    Ensemble ensemble = Ensemble.of(models);
    return ensemble.accuracy(test, 64).value();
  }

  /** How sure a model is: the spread of the probabilities over 30 draws of its own noise. */
  public static double[] uncertainty(Model model, Image image) {
    MarginalizedPredictor sampled = MarginalizedPredictor.of(model).draws(30, 1);
    Marginals marginals = sampled.marginals(List.of(image));
    return marginals.deviations()[0];
  }

  /** The average over ten crops of each picture with four black pixels around it. */
  public static Predictor tenCrops(Model model) {
    int side = model.sample().dim(1);
    PaddedViews views = new PaddedViews(4, TenCrop.of(side));
    return MarginalizedPredictor.of(model).views(views, model.sample());
  }

  /** The average of what one training passes at the ends of its cycles. */
  public static double snapshots(
      Model model, Dataset train, Dataset test, int epochs, int stepsOfACycle) throws IOException {
    Snapshots snapshots = Snapshots.everySteps(model, stepsOfACycle).keeping(5);
    CosineCycles schedule = new CosineCycles(0.05, stepsOfACycle);
    UpdateRule rule = UpdateRule.of(Sgd.of().momentum(0.9), schedule);
    Trainer.builder(model, CrossEntropy.ofLabels(), rule)
        .epochs(epochs)
        .listener(snapshots)
        .build()
        .fit(train);
    try (Ensemble ensemble = snapshots.ensemble()) {
      return ensemble.accuracy(test, 64).value();
    }
  }
}
