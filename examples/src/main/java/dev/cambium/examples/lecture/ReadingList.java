package dev.cambium.examples.lecture;

import dev.cambium.nn.CenteredWeightNormLinear;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.Tanh;
import dev.cambium.nn.init.Normal;
import dev.cambium.nn.init.Orthogonal;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.train.DataDependentInit;
import dev.cambium.train.Lsuv;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Row 21: what the papers of the reading list promise. Glorot and Bengio's and He's initialisations
 * are in rows 19 and 20.
 */
final class ReadingList implements RowProgram {
  private static final int UNITS = 64;
  private static final HostArray BATCH = ActivationTable.normal(Shape.of(256, UNITS), 1);

  @Override
  public List<Check> run(Laboratory lab) {
    return List.of(
        orthogonal(),
        signal(lab),
        lsuv(lab),
        withinLayers(lab),
        betweenLayers(lab),
        centredWeights(lab));
  }

  /** Twenty layers of the same kind, each with its non-linearity. */
  private static Model deep(Laboratory lab, Layer linear, Supplier<Layer> activation) {
    Sequential network = Sequential.named();
    for (int l = 0; l < 20; l++) {
      network = network.add("linear" + l, linear).add("hidden" + l, activation.get());
    }
    ModelSpec spec = ModelSpec.of(network, Shape.of(UNITS), List.of("unit"));
    return Model.create(spec, 1, lab.backend());
  }

  /** A. Saxe et al., 2013: W W^T = 1. */
  private static Check orthogonal() {
    int rows = 100;
    int columns = 300;
    RandomStream random = new RandomStream(1, "orthogonal");
    Shape shape = Shape.of(rows, columns);
    double[] w = Orthogonal.of().initialise(shape, DType.FLOAT32, random).toDoubles();
    double worst = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < rows; j++) {
        double product = 0;
        for (int k = 0; k < columns; k++) {
          product += w[i * columns + k] * w[j * columns + k];
        }
        worst = Math.max(worst, Math.abs(product - (i == j ? 1 : 0)));
      }
    }
    return Check.atMost("Saxe 2013, orthogonal: W W^T from 1", worst, 1e-5);
  }

  /** And so a signal keeps its length through twenty linear layers. */
  private static Check signal(Laboratory lab) {
    Layer linear = Linear.of(UNITS).bias(false).initializer(Orthogonal.of());
    try (Model model = deep(lab, linear, () -> (context, input) -> input)) {
      double before = Moments.of(BATCH.toDoubles()).std();
      double after = Moments.of(model.scores(BATCH).toDoubles()).std();
      double change = Math.abs(after / before - 1);
      return Check.atMost("its signal after 20 linear layers, relative", change, 1e-2);
    }
  }

  /** D. Mishkin, J. Matas, 2015: variance 1 in each of 20 tanh layers. */
  private static Check lsuv(Laboratory lab) {
    Layer linear = Linear.of(UNITS).initializer(new Normal(0.01));
    try (Model model = deep(lab, linear, Tanh::of)) {
      List<Lsuv.LayerReport> reports = Lsuv.of().apply(model, BATCH);
      double worst =
          reports.stream()
              .mapToDouble(report -> Math.abs(report.varianceAfter() - 1))
              .max()
              .orElseThrow();
      String name = "Mishkin & Matas 2015, LSUV: variances of 20 layers from 1";
      return Check.atMost(name, worst, 0.1);
    }
  }

  /** P. Kraehenbuehl et al., 2015, within layers: each unit has mean 0 and variance 1. */
  private static Check withinLayers(Laboratory lab) {
    try (Model model = deep(lab, Linear.of(UNITS), ReLU::of)) {
      DataDependentInit.of().balance(false).apply(model, BATCH);
      String last = "linear19.output";
      double[] values = model.fetch(BATCH, Set.of(last)).get(last).toDoubles();
      double worst = 0;
      for (int unit = 0; unit < UNITS; unit++) {
        double[] ofUnit = new double[values.length / UNITS];
        int u = unit;
        Arrays.setAll(ofUnit, sample -> values[sample * UNITS + u]);
        Moments moments = Moments.of(ofUnit);
        worst = Math.max(worst, Math.max(Math.abs(moments.mean()), Math.abs(moments.std() - 1)));
      }
      String name = "Kraehenbuehl 2015: mean and std of units of layer 20 from 0 and 1";
      return Check.atMost(name, worst, 1e-3);
    }
  }

  /** And between layers: all change at the same rate. */
  private static Check betweenLayers(Laboratory lab) {
    try (Model model = deep(lab, Linear.of(UNITS), ReLU::of)) {
      DataDependentInit.Report report = DataDependentInit.of().apply(model, BATCH);
      return Check.that(
          "its largest rate of change by the smallest",
          report.spreadAfter() < 1.05,
          String.format(
              Locale.ROOT,
              "%.1f before, %.3f after, bound 1.050",
              report.spreadBefore(),
              report.spreadAfter()));
    }
  }

  /** L. Huang et al., 2017: unit vectors as inputs show W: rows of mean 0 and length 1. */
  private static Check centredWeights(Laboratory lab) {
    Layer layer = CenteredWeightNormLinear.of(10);
    ModelSpec spec = ModelSpec.of(layer, Shape.of(UNITS), List.of("unit"));
    HostArray identity = HostArray.allocate(BATCH.type().withShape(Shape.of(UNITS, UNITS)));
    for (int i = 0; i < UNITS; i++) {
      identity.set(i * UNITS + i, 1);
    }
    try (Model model = Model.create(spec, 1, lab.backend())) {
      double[] transposed = model.scores(identity).toDoubles();
      double worst = 0;
      for (int o = 0; o < 10; o++) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < UNITS; i++) {
          sum += transposed[i * 10 + o];
          squares += Math.pow(transposed[i * 10 + o], 2);
        }
        worst = Math.max(worst, Math.max(Math.abs(sum / UNITS), Math.abs(Math.sqrt(squares) - 1)));
      }
      String name = "Huang 2017: means and lengths of weights from 0 and 1";
      return Check.atMost(name, worst, 1e-5);
    }
  }
}
