package dev.cambium.conformance.op;

import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.UpdateOptions;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Optimisers' updates of 1, 2, 7 and 36 parameters, each parameter with options of its own. */
final class UpdateCases {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  /** In turn; every kind of decay, a parameter that is frozen, one that learns faster. */
  private static final List<UpdateOptions> OPTIONS =
      List.of(
          UpdateOptions.PLAIN,
          new UpdateOptions(1, 1e-2, false),
          new UpdateOptions(1, 1e-2, true),
          new UpdateOptions(0.5, 3e-2, true),
          new UpdateOptions(0, 1e-2, false),
          new UpdateOptions(10, 0, false),
          new UpdateOptions(2, 0.25, false));

  /** The same with numbers that are powers of two. */
  private static final List<UpdateOptions> EXACT_OPTIONS =
      List.of(
          new UpdateOptions(2, 0.25, false),
          UpdateOptions.PLAIN,
          new UpdateOptions(0.5, 0.5, true));

  private static final String[][] PARAMETERS = {
    {""},
    {"1"},
    {"17"},
    {"2 3 5 7"},
    {"1023", "2 3 5 7"},
    {"3 1 2 2", "65 3"},
    {"", "33", "3 17 3 2", "0", "1025", "65 3", "2 3 2 3 5"},
    {"7", "7", "7", "7", "7", "7", "7"},
    {"0"}
  };

  /** More than fit into the arguments of one launch. */
  private static final String[] MANY =
      Collections.nCopies(9, List.of("5", "2 3 1 2", "1", "17")).stream()
          .flatMap(List::stream)
          .toArray(String[]::new);

  private static final String[] LARGE = {"20011", "7 31 3 3", "513"};

  /** A rule, for parameters with these options. */
  private record Rule(String name, Function<List<UpdateOptions>, ParameterUpdate> op) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule("plain", options -> new SgdUpdate(0, false, options)),
          new Rule("momentum 0.9", options -> new SgdUpdate(0.9, false, options)),
          new Rule("nesterov 0.9", options -> new SgdUpdate(0.9, true, options)),
          new Rule("0.9 0.999 1e-8", options -> new AdamUpdate(0.9, 0.999, 1e-8, options)),
          new Rule("0 0.5 1e-2", options -> new AdamUpdate(0, 0.5, 1e-2, options)),
          new Rule("1e-10", options -> new AdagradUpdate(1e-10, options)),
          new Rule("0.1", options -> new AdagradUpdate(0.1, options)),
          new Rule("0.99 1e-8", options -> new RmsPropUpdate(0.99, 1e-8, 0, options)),
          new Rule("0.9 1e-2 momentum 0.9", options -> new RmsPropUpdate(0.9, 1e-2, 0.9, options)));

  private UpdateCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (Rule rule : RULES) {
      for (String[] parameters : PARAMETERS) {
        rows.add(reals(rule, DType.FLOAT32, parameters, OPTIONS));
      }
      rows.add(reals(rule, DType.FLOAT64, PARAMETERS[5], OPTIONS));
      rows.add(row(rule, DType.FLOAT32, MANY, OPTIONS, "many", 0.25, false, Draw.normal()));
      for (UpdateOptions options : OPTIONS.subList(1, OPTIONS.size())) {
        rows.add(reals(rule, DType.FLOAT32, PARAMETERS[2], List.of(options)));
      }
      rows.add(row(rule, DType.FLOAT32, LARGE, OPTIONS, "large", 0.25, false, Draw.normal()));
      special(rows, rule);
    }
    rows.add(integers("plain", options -> new SgdUpdate(0, false, options)));
    rows.add(integers("momentum 0.5", options -> new SgdUpdate(0.5, false, options)));
    rows.add(integers("nesterov 0.5", options -> new SgdUpdate(0.5, true, options)));
    return rows;
  }

  private static OpCase reals(
      Rule rule, DType dtype, String[] parameters, List<UpdateOptions> options) {
    String own = options.size() > 1 ? "" : " " + options.get(0).toString().substring(13);
    return row(rule, dtype, parameters, options, "reals" + own, 0.25, false, Draw.normal());
  }

  /** The first step, without scale or rate, and gradients that are no numbers or nothing. */
  private static void special(List<OpCase> rows, Rule rule) {
    String[] parameters = PARAMETERS[5];
    DType dtype = DType.FLOAT32;
    rows.add(row(rule, dtype, parameters, OPTIONS, "first step", 1, true, Draw.normal()));
    rows.add(row(rule, dtype, parameters, OPTIONS, "no gradient", 1, false, Draw.of(0)));
    rows.add(row(rule, dtype, parameters, OPTIONS, "no scale", 0, false, Draw.normal()));
    rows.add(
        row(rule, dtype, parameters, OPTIONS, "small gradients", 1, true, Draw.normal(0, 1e-6)));
    rows.add(
        row(rule, dtype, parameters, OPTIONS, "large gradients", 1, false, Draw.normal(0, 1e8)));
    Draw special = Draw.normal().with(1, 5, Double.NaN, INFINITY, -INFINITY);
    rows.add(row(rule, dtype, parameters, OPTIONS, "not finite", 0.25, false, special));
  }

  private static OpCase row(
      Rule rule,
      DType dtype,
      String[] parameters,
      List<UpdateOptions> options,
      String data,
      double gradientScale,
      boolean first,
      Draw gradients) {
    ParameterUpdate op = rule.op().apply(cycled(options, parameters.length));
    List<Operand> operands = new ArrayList<>();
    for (String scalar : op.scalars()) {
      operands.add(
          Operand.of(dtype, Shape.scalar(), Draw.of(scalar(scalar, gradientScale, first))));
    }
    add(operands, dtype, parameters, Draw.normal());
    add(operands, dtype, parameters, gradients);
    for (String slot : op.slots()) {
      boolean squares = op instanceof AdamUpdate ? slot.equals("v") : slot.equals("s");
      add(operands, dtype, parameters, first ? Draw.of(0) : slot(squares));
    }
    return row(op, rule.name(), dtype, parameters, data, UpdateBound.bound(), operands);
  }

  private static double scalar(String name, double gradientScale, boolean first) {
    return switch (name) {
      case "lr" -> 1e-2;
      case "gradientScale" -> gradientScale;
      case "correction1" -> first ? 0.1 : 0.8;
      case "correction2" -> first ? 0.001 : 0.02;
      default -> throw new IllegalArgumentException("no number for " + name);
    };
  }

  private static Draw slot(boolean squares) {
    return squares ? Draw.uniform(0.01, 2) : Draw.normal();
  }

  private static void add(List<Operand> operands, DType dtype, String[] shapes, Draw draw) {
    for (String shape : shapes) {
      operands.add(Operand.of(dtype, Shapes.shape(shape), draw));
    }
  }

  private static List<UpdateOptions> cycled(List<UpdateOptions> options, int count) {
    return IntStream.range(0, count).mapToObj(i -> options.get(i % options.size())).toList();
  }

  private static OpCase row(
      ParameterUpdate op,
      String rule,
      DType dtype,
      String[] parameters,
      String data,
      Tolerance tolerance,
      List<Operand> operands) {
    String shapes = parameters == MANY ? "36 parameters" : Shapes.shapes(parameters).toString();
    String what = rule + " " + dtype + " " + shapes;
    return OpCase.of(op, what, data, tolerance, operands.toArray(Operand[]::new)).zeros();
  }

  /** Everything is a small integer or a power of two, so nothing is rounded. */
  private static OpCase integers(String name, Function<List<UpdateOptions>, ParameterUpdate> rule) {
    String[] parameters = {"17", "2 3 5 7", "33"};
    ParameterUpdate op = rule.apply(EXACT_OPTIONS);
    List<Operand> operands = new ArrayList<>();
    operands.add(Operand.of(Shape.scalar(), Draw.of(0.5)));
    operands.add(Operand.of(Shape.scalar(), Draw.of(2)));
    add(operands, DType.FLOAT32, parameters, Draw.wide());
    add(operands, DType.FLOAT32, parameters, Draw.integers(500));
    for (int slot = 0; slot < op.slots().size(); slot++) {
      add(operands, DType.FLOAT32, parameters, Draw.integers(500));
    }
    return row(op, name, DType.FLOAT32, parameters, "integers", Tolerance.EXACT, operands);
  }
}
