package dev.cambium.examples.lecture;

import dev.cambium.nn.ReLU;
import dev.cambium.nn.Tanh;
import dev.cambium.nn.init.He;
import dev.cambium.nn.init.Normal;
import dev.cambium.nn.init.Xavier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Row 19: the five tables of activations, with 500 units and no bias, which is what the printed
 * numbers fit, and what the printed code itself gives. Ours are compared with theory within four of
 * its standard errors, and with the lecture's, which scatter too, within four of the difference's.
 *
 * @param nets how many are drawn: one net alone scatters widely with ReLU
 */
record ActivationStatistics(int nets) implements RowProgram {
  private static final double ERRORS = 4;

  /** The most that a number of six decimals is rounded by. */
  private static final double ROUNDING = 0.5e-6;

  private static final List<ActivationTable> TABLES =
      List.of(
          new ActivationTable(
              "0.01 tanh",
              new Normal(0.01),
              Tanh.of(),
              "-0.000117 -0.000001 -0.000002 0.000001 0.000002 -0.000000 0.000000 -0.000000"
                  + " 0.000000 -0.000000",
              "0.213081 0.047551 0.010630 0.002378 0.000532 0.000119 0.000026 0.000006 0.000001"
                  + " 0.000000"),
          new ActivationTable(
              "1.0 tanh",
              new Normal(1),
              Tanh.of(),
              "-0.000430 -0.000849 0.000566 0.000483 -0.000682 -0.000401 -0.000237 -0.000448"
                  + " -0.000899 0.000584",
              "0.981879 0.981649 0.981601 0.981755 0.981614 0.981560 0.981520 0.981913 0.981728"
                  + " 0.981736"),
          new ActivationTable(
              "1/sqrt(fan_in) tanh",
              Xavier.caffeNormal(),
              Tanh.of(),
              "0.001198 -0.000175 0.000055 -0.000306 0.000142 -0.000389 -0.000228 -0.000291"
                  + " 0.000361 0.000139",
              "0.627953 0.486051 0.407723 0.357108 0.320917 0.292116 0.273387 0.254935 0.239266"
                  + " 0.228008"),
          new ActivationTable(
              "1/sqrt(fan_in) ReLU",
              Xavier.caffeNormal(),
              ReLU.of(),
              "0.398623 0.272352 0.186076 0.136442 0.099568 0.072234 0.049775 0.035138 0.025404"
                  + " 0.018408",
              "0.582273 0.403795 0.276912 0.198685 0.140299 0.103280 0.072748 0.051572 0.038583"
                  + " 0.026076"),
          new ActivationTable(
              "sqrt(2/fan_in) ReLU",
              He.normal(),
              ReLU.of(),
              "0.562488 0.553614 0.545867 0.565396 0.547678 0.587103 0.596867 0.623214 0.567498"
                  + " 0.552531",
              "0.825232 0.827835 0.813855 0.826902 0.834092 0.860035 0.870610 0.889348 0.845357"
                  + " 0.844523"));

  @Override
  public List<Check> run(Laboratory lab) throws IOException {
    List<Check> checks = new ArrayList<>();
    for (ActivationTable table : TABLES) {
      List<double[]> layers = table.activations(lab, nets);
      MeanField ours = table.theory(ActivationTable.size(nets));
      MeanField lecture = table.theory(ActivationTable.LECTURE);
      double[] std = layers.stream().mapToDouble(layer -> Moments.of(layer).std()).toArray();
      double[] mean = layers.stream().mapToDouble(layer -> Moments.of(layer).mean()).toArray();
      checks.add(
          beside(
              table.name() + ", std of layers 1 to 10",
              "lecture",
              table.printedStd(),
              std,
              ours.std(),
              ours.stdError(),
              lecture.stdError()));
      checks.add(
          beside(
              table.name() + ", mean of layers 1 to 10",
              "lecture",
              table.printedMean(),
              mean,
              ours.mean(),
              ours.meanError(),
              lecture.meanError()));
      lab.picture("activations-" + table.fileName(), () -> table.picture(layers));
    }
    checks.addAll(PrintedCode.run(lab));
    return checks;
  }

  /**
   * Our figures, layer by layer, beside theory's and printed ones.
   *
   * @param from whose the printed ones are
   * @param error our standard errors
   * @param printedError theirs
   */
  static Check beside(
      String name,
      String from,
      String printed,
      double[] ours,
      double[] theory,
      double[] error,
      double[] printedError) {
    double[] expected = Check.numbers(printed);
    double fromTheory = 0;
    double fromPrinted = 0;
    for (int l = 0; l < ours.length; l++) {
      double away = Math.abs(ours[l] - expected[l]) - ROUNDING;
      fromTheory = Math.max(fromTheory, Math.abs(ours[l] - theory[l]) / error[l]);
      fromPrinted = Math.max(fromPrinted, away / Math.hypot(error[l], printedError[l]));
    }
    String finding =
        String.format(
            Locale.ROOT,
            "%.1f standard errors from theory, %.1f from %s, bound %.0f",
            fromTheory,
            fromPrinted,
            from,
            ERRORS);
    List<Check.Figure> figures =
        List.of(
            new Check.Figure(from, printed),
            new Check.Figure("theory", Check.text(6, theory)),
            new Check.Figure("ours", Check.text(6, ours)));
    return new Check(name, figures, finding, fromTheory <= ERRORS && fromPrinted <= ERRORS);
  }
}
