package dev.cambium.conformance.op;

import static dev.cambium.tensor.DType.FLOAT64;
import static dev.cambium.tensor.DType.INT32;
import static dev.cambium.tensor.DType.INT64;
import static dev.cambium.tensor.TensorType.float32;

import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.ArgMax;
import dev.cambium.op.ConfusionUpdate;
import dev.cambium.op.CrossEntropy;
import dev.cambium.op.LogSoftmax;
import dev.cambium.op.LogSoftmaxBackward;
import dev.cambium.op.Op;
import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.Softmax;
import dev.cambium.op.SoftmaxBackward;
import dev.cambium.op.TopKCorrect;
import dev.cambium.op.UpdateOptions;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What operations on scores, and optimisers' updates, do not take. */
final class ScoreErrors {
  private static final TensorType SCORES = float32(4, 3);
  private static final TensorType LABELS = TensorType.of(INT32, 4);

  private ScoreErrors() {}

  /** Every row. */
  static List<InvalidInputs> rows() {
    List<InvalidInputs> rows = new ArrayList<>();
    for (Op op : List.of(new Softmax(), new LogSoftmax())) {
      scores(rows, op, "x");
      ranks(rows, op, "x");
    }
    for (Op op : List.of(new SoftmaxBackward(), new LogSoftmaxBackward())) {
      scores(rows, op, "dy", SCORES);
      ranks(rows, op, "dy", SCORES);
      rows.add(InvalidInputs.of(op, "no y", "y", SCORES));
      rows.add(InvalidInputs.of(op, "y of another shape", "y", SCORES, float32(3, 4)));
      rows.add(InvalidInputs.of(op, "y of FLOAT64", "y", SCORES, TensorType.of(FLOAT64, 4, 3)));
    }
    scores(rows, new ArgMax(), "scores");
    rows.add(InvalidInputs.of(new ArgMax(), "scores of rank 4", "scores", float32(2, 3, 4, 5)));
    labelled(rows, new TopKCorrect(2));
    confusion(rows);
    crossEntropy(rows);
    for (ParameterUpdate op : updates()) {
      update(rows, op);
    }
    return rows;
  }

  /** The first input must be scores of a floating type with a class at least. */
  private static void scores(List<InvalidInputs> rows, Op op, String name, ValueType... others) {
    rows.add(new InvalidInputs(op, "no input", name, List.of()));
    first(rows, op, name + " of INT32", name, TensorType.of(INT32, 4, 3), others);
    first(rows, op, name + " that is a cache", name, Opaque.NONE, others);
    first(rows, op, name + " of rank 1", name, float32(3), others);
    first(rows, op, name + " without classes", name, float32(4, 0), others);
  }

  private static void ranks(List<InvalidInputs> rows, Op op, String name, ValueType... others) {
    first(rows, op, name + " of rank 0", name, float32(), others);
    first(rows, op, name + " of rank 3", name, float32(2, 3, 4), others);
    first(rows, op, name + " of rank 5", name, float32(2, 3, 4, 5, 6), others);
    first(rows, op, name + " of rank 4 without classes", name, float32(2, 0, 4, 5), others);
  }

  private static void first(
      List<InvalidInputs> rows, Op op, String what, String name, ValueType x, ValueType... others) {
    List<ValueType> inputs = Stream.concat(Stream.of(x), Stream.of(others)).toList();
    rows.add(new InvalidInputs(op, what, name, inputs));
  }

  private static void labelled(List<InvalidInputs> rows, Op op) {
    scores(rows, op, "scores", LABELS);
    rows.add(InvalidInputs.of(op, "scores of rank 4", "scores", float32(4, 3, 1, 1), LABELS));
    rows.add(InvalidInputs.of(op, "no labels", "labels", SCORES));
    rows.add(InvalidInputs.of(op, "a label too few", "labels", SCORES, TensorType.of(INT32, 3)));
    rows.add(
        InvalidInputs.of(op, "labels of rank 2", "labels", SCORES, TensorType.of(INT32, 4, 1)));
    rows.add(InvalidInputs.of(op, "labels of INT64", "labels", SCORES, TensorType.of(INT64, 4)));
    rows.add(InvalidInputs.of(op, "labels of FLOAT32", "labels", SCORES, float32(4)));
  }

  private static void confusion(List<InvalidInputs> rows) {
    Op op = new ConfusionUpdate();
    TensorType confusion = TensorType.of(INT32, 3, 3);
    TensorType other = TensorType.of(INT32, 4, 4);
    rows.add(InvalidInputs.of(op, "no labels", "labels", confusion, SCORES));
    rows.add(
        InvalidInputs.of(op, "confusion of other classes", "confusion", other, SCORES, LABELS));
    rows.add(
        InvalidInputs.of(
            op, "confusion of rank 1", "confusion", TensorType.of(INT32, 9), SCORES, LABELS));
    rows.add(
        InvalidInputs.of(op, "confusion of FLOAT32", "confusion", float32(3, 3), SCORES, LABELS));
    rows.add(
        InvalidInputs.of(
            op, "scores of INT32", "scores", confusion, TensorType.of(INT32, 4, 3), LABELS));
    rows.add(InvalidInputs.of(op, "scores of rank 1", "scores", confusion, float32(3), LABELS));
    rows.add(
        InvalidInputs.of(
            op, "a label too many", "labels", confusion, SCORES, TensorType.of(INT32, 5)));
    rows.add(
        InvalidInputs.of(
            op, "labels of INT64", "labels", confusion, SCORES, TensorType.of(INT64, 4)));
  }

  private static void crossEntropy(List<InvalidInputs> rows) {
    Op hard = new CrossEntropy(false, false, 0);
    Op soft = new CrossEntropy(true, false, 0.1);
    Op weighted = new CrossEntropy(false, true, 0);
    scores(rows, hard, "scores", LABELS);
    rows.add(InvalidInputs.of(hard, "scores of rank 4", "scores", float32(4, 3, 1, 1), LABELS));
    rows.add(InvalidInputs.of(hard, "no rows", "scores", float32(0, 3), TensorType.of(INT32, 0)));
    rows.add(InvalidInputs.of(hard, "no targets", "targets", SCORES));
    rows.add(InvalidInputs.of(hard, "a label too few", "targets", SCORES, TensorType.of(INT32, 3)));
    rows.add(InvalidInputs.of(hard, "labels of INT64", "targets", SCORES, TensorType.of(INT64, 4)));
    rows.add(InvalidInputs.of(hard, "soft targets for labels", "targets", SCORES, SCORES));
    rows.add(InvalidInputs.of(soft, "labels for soft targets", "targets", SCORES, LABELS));
    rows.add(
        InvalidInputs.of(
            soft, "soft targets of FLOAT64", "targets", SCORES, TensorType.of(FLOAT64, 4, 3)));
    rows.add(
        InvalidInputs.of(soft, "soft targets of other rows", "targets", SCORES, float32(5, 3)));
    rows.add(InvalidInputs.of(weighted, "no weights", "weights", SCORES, LABELS));
    rows.add(
        InvalidInputs.of(weighted, "a weight too many", "weights", SCORES, LABELS, float32(4)));
    rows.add(
        InvalidInputs.of(
            weighted, "weights of FLOAT64", "weights", SCORES, LABELS, TensorType.of(FLOAT64, 3)));
    rows.add(
        InvalidInputs.of(
            hard, "weights that are not asked for", "targets", SCORES, LABELS, float32(3)));
  }

  private static List<ParameterUpdate> updates() {
    List<UpdateOptions> two = List.of(UpdateOptions.PLAIN, UpdateOptions.PLAIN);
    return List.of(
        new SgdUpdate(0.9, false, two),
        new AdamUpdate(0.9, 0.999, 1e-8, two),
        new AdagradUpdate(1e-10, two),
        new RmsPropUpdate(0.99, 1e-8, 0.9, two));
  }

  /** Two parameters, of shapes [3] and [2, 2]; one input at a time is another type. */
  private static void update(List<InvalidInputs> rows, ParameterUpdate op) {
    List<ValueType> right = new ArrayList<>();
    List<String> names = new ArrayList<>(op.scalars());
    op.scalars().forEach(scalar -> right.add(float32()));
    for (String name : Stream.concat(Stream.of("p", "g"), op.slots().stream()).toList()) {
      names.addAll(List.of(name + 1, name + 2));
      right.addAll(List.of(float32(3), float32(2, 2)));
    }
    rows.add(new InvalidInputs(op, "an input too few", "p1", right.subList(1, right.size())));
    for (int i = 0; i < right.size(); i++) {
      boolean scalar = i < op.scalars().size();
      replaced(
          rows,
          op,
          right,
          i,
          names.get(i),
          "of FLOAT64",
          TensorType.of(FLOAT64, shape(right.get(i))));
      if (scalar) {
        replaced(rows, op, right, i, names.get(i), "of rank 1", float32(1));
      } else if (i >= op.gradientInput(0)) {
        replaced(rows, op, right, i, names.get(i), "of another shape", float32(4));
      }
    }
    replaced(rows, op, right, 0, "lr", "of INT32", TensorType.of(INT32));
    replaced(rows, op, right, op.parameterInput(0), "p1", "that is a cache", Opaque.NONE);
  }

  private static int[] shape(ValueType type) {
    return ((TensorType) type).shape().toArray();
  }

  private static void replaced(
      List<InvalidInputs> rows,
      Op op,
      List<ValueType> right,
      int index,
      String name,
      String what,
      ValueType wrong) {
    List<ValueType> inputs = new ArrayList<>(right);
    inputs.set(index, wrong);
    rows.add(new InvalidInputs(op, name + " " + what, named(name, what), inputs));
  }

  /** The first of all inputs says what type the others must be. */
  private static String named(String name, String what) {
    return name.equals("lr") && what.equals("of FLOAT64") ? "gradientScale" : name;
  }
}
