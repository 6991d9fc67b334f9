package dev.cambium.examples;

import dev.cambium.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What augmentation costs a training: the same network trains on images as they are and on changed
 * ones, round by round in turn, with everything that a run does for a batch.
 */
final class AugmentationBench implements AutoCloseable {
  private final Augmentation augmentation;
  private final Resources resources = new Resources();
  private final BenchSubject plain;
  private final BenchSubject augmented;
  private final List<Double> plainSpeeds = new ArrayList<>();
  private final List<Double> augmentedSpeeds = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();

  /** Prepares both trainings on one backend. */
  AugmentationBench(
      String model, int batch, int steps, Augmentation augmentation, Backend backend) {
    this.augmentation = augmentation;
    try {
      plain = subject(model, batch, steps, Augmentation.NONE, backend);
      augmented = subject(model, batch, steps, augmentation, backend);
    } catch (RuntimeException | Error failed) {
      resources.closeAfter(failed);
      throw failed;
    }
  }

  private BenchSubject subject(
      String model, int batch, int steps, Augmentation augmentation, Backend backend) {
    BenchSubject subject = new BenchSubject(model, batch, steps, augmentation, backend);
    resources.add(subject::close);
    return subject;
  }

  /** Trains for a round each; the one that begins changes from round to round. */
  void round(boolean counts) {
    boolean plainFirst = ratios.size() % 2 == 0;
    double before = plainFirst ? plain.train() : 0;
    double changed = augmented.train();
    double unchanged = plainFirst ? before : plain.train();
    if (counts) {
      plainSpeeds.add(unchanged);
      augmentedSpeeds.add(changed);
      ratios.add(changed / unchanged);
    }
  }

  /** The medians, and the median of the ratios within a round. */
  List<String> table() {
    return List.of(
        "training on                                        images/s",
        line("images as they are", plainSpeeds),
        line(augmentation.form(), augmentedSpeeds),
        String.format(
            Locale.ROOT,
            "ratio %.3f, of %.3f to %.3f in a round",
            BenchCommand.median(ratios),
            ratios.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN),
            ratios.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN)));
  }

  private static String line(String what, List<Double> speeds) {
    return String.format(Locale.ROOT, "%-45s %13.0f", what, BenchCommand.median(speeds));
  }

  @Override
  public void close() {
    resources.close();
  }
}
