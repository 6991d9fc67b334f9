package dev.cambium.examples.lecture;

import dev.cambium.nn.init.Fans;
import dev.cambium.nn.init.He;
import dev.cambium.nn.init.LeCun;
import dev.cambium.nn.init.VarianceScaling;
import dev.cambium.nn.init.Xavier;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Row 20: the standard deviations of the lecture's five formulas, each found in a normal and in a
 * uniform draw of 300,000 weights, within four standard errors: std / sqrt(2 N) for a normal draw
 * and std / sqrt(5 N) for a uniform one.
 */
final class InitializerFormulas implements RowProgram {
  private static final Shape LINEAR = Shape.of(300, 1000);

  /** Of 3x3 on 64 planes to 128: fan in 576, fan out 1152. */
  private static final Shape CONVOLUTION = Shape.of(128, 64, 3, 3);

  private record Formula(
      String name, double std, VarianceScaling normal, VarianceScaling uniform) {}

  @Override
  public List<Check> run(Laboratory lab) {
    List<Check> checks = new ArrayList<>();
    for (Formula formula : formulas()) {
      checks.add(drawn(formula, "normal", formula.normal(), 2));
      checks.add(drawn(formula, "uniform", formula.uniform(), 5));
    }
    double[] fans = {Fans.of(CONVOLUTION).in(), Fans.of(CONVOLUTION).out()};
    checks.add(Check.byHand("fans of a 3x3 convolution, 64 to 128 planes", "576 1152", fans, 0));
    return checks;
  }

  private static List<Formula> formulas() {
    double in = 1000;
    double out = 300;
    return List.of(
        new Formula(
            "LeCun heuristic sqrt(1/(3 fan_in))",
            Math.sqrt(1 / (3 * in)),
            LeCun.heuristicNormal(),
            LeCun.heuristicUniform()),
        new Formula(
            "Xavier sqrt(2/(fan_in+fan_out))",
            Math.sqrt(2 / (in + out)),
            Xavier.normal(),
            Xavier.uniform()),
        new Formula(
            "Xavier-Caffe sqrt(1/fan_in)",
            Math.sqrt(1 / in),
            Xavier.caffeNormal(),
            Xavier.caffeUniform()),
        new Formula("He sqrt(2/fan_in)", Math.sqrt(2 / in), He.normal(), He.uniform()),
        new Formula(
            "toolbox's kaiming sqrt(4/(fan_in+fan_out))",
            Math.sqrt(4 / (in + out)),
            He.toolboxNormal(),
            He.toolboxUniform()));
  }

  private static Check drawn(Formula formula, String kind, VarianceScaling draw, int spread) {
    RandomStream random = new RandomStream(1, formula.name());
    double[] weights = draw.initialise(LINEAR, DType.FLOAT32, random).toDoubles();
    double[] std = {Moments.of(weights).std()};
    double fourErrors = 4 * formula.std() / Math.sqrt((double) spread * weights.length);
    String name = formula.name() + ", " + kind;
    return Check.against("formula", name, Check.text(6, formula.std()), std, fourErrors);
  }
}
