package dev.cambium.examples;

import dev.cambium.data.augment.FlipViews;
import dev.cambium.data.augment.PaddedViews;
import dev.cambium.data.augment.TenCrop;
import dev.cambium.data.augment.Views;
import dev.cambium.examples.ConvnetVariant.Hidden;
import dev.cambium.nn.DropConnect;
import dev.cambium.nn.Linear;
import dev.cambium.nn.init.Normal;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.op.Size2d;
import dev.cambium.tensor.Shape;
import dev.cambium.train.Ensemble;
import dev.cambium.train.MarginalizedPredictor;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What augmentation, regularisation, normalisation, initialisation and averaging in testing buy
 * {@code convnet} on small colour images. The base is {@code convnet} with its own recipe on images
 * that are mirrored and shifted by up to four pixels; each treatment changes one thing.
 */
final class GainsExperiment implements Experiment {
  private static final String STANDARD = "flip,crop:4";
  private static final int PADDING = 4;
  private static final int DRAWS = 16;
  private static final long SEED = 1;

  @Override
  public String name() {
    return "gains";
  }

  @Override
  public String question() {
    return "what do augmentation, regularisation, normalisation, initialisation and averaging buy?";
  }

  @Override
  public Optional<String> usualData() {
    return Optional.empty();
  }

  @Override
  public Recipe recipe() {
    return Recipe.of(Zoo.CONVNET.id());
  }

  @Override
  public List<Treatment> treatments() {
    ConvnetVariant net = ConvnetVariant.STANDARD;
    Normal small = new Normal(0.01);
    Hidden dropConnect =
        he -> List.of(DropConnect.of(Linear.of(ConvnetVariant.UNITS).initializer(he), 0.5));
    return List.of(
        augmented("flips-crops", STANDARD),
        augmented("plain", "none"),
        augmented("flips-crops-colour", STANDARD + ",colour:0.2"),
        augmented("flips-crops-mixup", STANDARD + ",mixup:0.2"),
        varied("without-batch-norm", net.withoutBatchNorm()),
        varied("small-weights", net.initializer(small)),
        varied("small-weights-without-batch-norm", net.withoutBatchNorm().initializer(small)),
        varied("without-dropout", net.hidden(Hidden.PLAIN)),
        varied("dropconnect", net.hidden(dropConnect)),
        augmented("averaged-weights", STANDARD).averaged(0.995));
  }

  private static Treatment augmented(String name, String form) {
    return Treatment.of(name, Zoo::convnet).augmented(form);
  }

  private static Treatment varied(String name, ConvnetVariant network) {
    return Treatment.of(name, network::create).augmented(STANDARD);
  }

  @Override
  public List<Testing> testings() {
    return List.of(
        views("image and mirror image", side -> new FlipViews()),
        views(
            "ten crops of the padded image",
            side -> new PaddedViews(PADDING, new TenCrop(side.height(), side.width()))),
        new Testing(
            "dropout averaged over 16 masks",
            false,
            (models, train) -> MarginalizedPredictor.of(models.get(0)).draws(DRAWS, SEED)),
        new Testing("ensemble of all seeds", true, (models, train) -> Ensemble.of(models)));
  }

  private static Testing views(String name, Function<Size2d, Views> views) {
    return new Testing(
        name,
        false,
        (models, train) -> {
          Shape sample = train.sampleShape();
          Size2d side = new Size2d(sample.dim(1), sample.dim(2));
          return MarginalizedPredictor.of(models.get(0)).views(views.apply(side), sample);
        });
  }
}
