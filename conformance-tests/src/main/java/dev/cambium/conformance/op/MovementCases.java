package dev.cambium.conformance.op;

import dev.cambium.op.Broadcast;
import dev.cambium.op.Op;
import dev.cambium.op.Reshape;
import dev.cambium.op.Transpose;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Operations that move elements and compute nothing. Rank 4 against every other rank, as a backend
 * may keep it channels-last; every element is another number, and comes out as it went in.
 */
final class MovementCases {
  /** From, to; each way. */
  private static final String[][] RESHAPES = {
    {"", "1"},
    {"", "1 1 1 1"},
    {"1", "1 1 1 1 1"},
    {"12", "3 4"},
    {"1024", "2 512"},
    {"3 5 7", "105"},
    {"3 5 7", "7 5 3"},
    {"2 105", "2 3 5 7"},
    {"210", "2 3 5 7"},
    {"2 3 35", "2 3 5 7"},
    {"6 35", "2 3 5 7"},
    {"2 3 5 7", "7 5 3 2"},
    {"2 3 5 7", "2 5 3 7"},
    {"2 3 5 7", "2 3 7 5"},
    {"2 3 5 7", "2 15 1 7"},
    {"2 3 5 7", "1 6 5 7"},
    {"2 3 5 7", "2 105 1 1"},
    {"2 3 5 7", "2 1 15 7"},
    {"2 3 5 7", "2 3 5 7 1"},
    {"2 3 5 7", "1 2 3 5 7"},
    {"2 3 5 7", "2 3 5 7"},
    {"2 8 3 2", "2 2 4 3 2"},
    {"3 17 1 1", "3 17"},
    {"3 1 5 7", "3 35"},
    {"1 16 2 3", "16 6"},
    {"4 33 2 2", "4 132"},
    {"0 3 5 7", "0 105"},
    {"0 3 5 7", "7 0 3 5"},
    {"2 0", "0"},
    {"0", "0 2 3 4 5"},
    {"2 2 3 5 7", "4 3 5 7"},
    {"2 2 3 5 7", "2 2 105"}
  };

  /** From, to. */
  private static final String[][] BROADCASTS = {
    {"", ""},
    {"", "5"},
    {"", "2 3 5 7"},
    {"", "2 2 3 2 2"},
    {"1", "17"},
    {"17", "17"},
    {"17", "9 17"},
    {"1", "0"},
    {"0", "3 0"},
    {"3 1", "3 1025"},
    {"1 3", "1025 3"},
    {"5 1", "3 5 7"},
    {"3 1 1", "2 3 5 7"},
    {"1 3 1 1", "2 3 5 7"},
    {"2 1 1 1", "2 3 5 7"},
    {"1 1 5 7", "2 3 5 7"},
    {"1 1 5 1", "2 3 5 7"},
    {"1 1 1 7", "2 3 5 7"},
    {"7", "2 3 5 7"},
    {"5 7", "2 3 5 7"},
    {"3 5 7", "2 3 5 7"},
    {"3 5 1", "2 3 5 7"},
    {"2 3 5 1", "2 3 5 7"},
    {"2 3 1 7", "2 3 5 7"},
    {"2 1 5 7", "2 3 5 7"},
    {"1 3 5 7", "2 3 5 7"},
    {"2 3 5 7", "2 3 5 7"},
    {"2 3 5 7", "4 2 3 5 7"},
    {"1 1 1 1", "2 17 3 2"},
    {"3 1 1", "0 3 5 7"},
    {"1 3 1 2 1", "2 3 2 2 3"},
    {"2 1 3 1 2", "2 2 3 5 2"}
  };

  private MovementCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (String[] pair : RESHAPES) {
      reshape(rows, DType.FLOAT32, pair[0], pair[1]);
      reshape(rows, DType.FLOAT32, pair[1], pair[0]);
    }
    for (DType dtype : List.of(DType.FLOAT64, DType.INT32, DType.INT64, DType.UINT8)) {
      reshape(rows, dtype, "2 3 5 7", "2 105");
      reshape(rows, dtype, "2 105", "2 3 5 7");
      reshape(rows, dtype, "2 3 5 7", "1 2 5 7 3");
      rows.add(broadcast(dtype, "3 1 1", "2 3 5 7"));
      rows.add(broadcast(dtype, "2 3 5 1", "2 3 5 7"));
      rows.add(broadcast(dtype, "5 7", "2 3 5 7"));
      rows.add(broadcast(dtype, "2 1 3", "2 17 3"));
    }
    for (String[] pair : BROADCASTS) {
      rows.add(broadcast(DType.FLOAT32, pair[0], pair[1]));
    }
    transposes(rows);
    large(rows);
    special(rows);
    return rows;
  }

  private static void reshape(List<OpCase> rows, DType dtype, String from, String to) {
    OpCase row = row(new Reshape(Shapes.shape(to)), dtype, from, "to " + Shapes.shape(to));
    if (rows.stream().noneMatch(other -> other.id().equals(row.id()))) {
      rows.add(row);
    }
  }

  private static OpCase broadcast(DType dtype, String from, String to) {
    return row(new Broadcast(Shapes.shape(to)), dtype, from, "to " + Shapes.shape(to));
  }

  private static void transposes(List<OpCase> rows) {
    String[] shapes = {"", "17", "33 65", "3 17 5", "2 3 5 7", "2 3 1 2 5"};
    for (String shape : shapes) {
      for (List<Integer> order : Shapes.permutations(Shapes.shape(shape).rank())) {
        rows.add(transpose(DType.FLOAT32, shape, order));
      }
    }
    for (DType dtype : List.of(DType.FLOAT64, DType.INT32, DType.INT64, DType.UINT8)) {
      for (List<Integer> order : Shapes.permutations(3)) {
        rows.add(transpose(dtype, "3 17 5", order));
      }
      for (List<Integer> order :
          List.of(
              List.of(0, 2, 3, 1), List.of(0, 3, 1, 2), List.of(3, 2, 1, 0), List.of(1, 0, 2, 3))) {
        rows.add(transpose(dtype, "2 3 5 7", order));
      }
    }
    for (List<Integer> order :
        List.of(List.of(0, 1, 2, 3), List.of(0, 2, 3, 1), List.of(1, 0, 3, 2))) {
      rows.add(transpose(DType.FLOAT32, "0 3 4 5", order));
      rows.add(transpose(DType.FLOAT32, "2 17 3 5", order));
      rows.add(transpose(DType.FLOAT32, "1 64 4 3", order));
    }
    rows.add(transpose(DType.FLOAT32, "1 1025", List.of(1, 0)));
    rows.add(transpose(DType.FLOAT32, "63 31", List.of(1, 0)));
    rows.add(transpose(DType.FLOAT32, "0 5", List.of(1, 0)));
  }

  private static void large(List<OpCase> rows) {
    rows.add(transpose(DType.FLOAT32, "311 257", List.of(1, 0)));
    rows.add(transpose(DType.FLOAT32, "5 33 17 29", List.of(0, 2, 3, 1)));
    rows.add(transpose(DType.FLOAT32, "5 33 17 29", List.of(2, 0, 1, 3)));
    rows.add(broadcast(DType.FLOAT32, "", "211 311"));
    rows.add(broadcast(DType.FLOAT32, "33 1 1", "5 33 17 29"));
    reshape(rows, DType.FLOAT32, "5 33 17 29", "5 16269");
    reshape(rows, DType.FLOAT32, "5 16269", "5 33 17 29");
    reshape(rows, DType.FLOAT32, "5 33 17 29", "29 17 33 5");
  }

  private static OpCase transpose(DType dtype, String from, List<Integer> order) {
    return row(new Transpose(order), dtype, from, "by " + order);
  }

  private static OpCase row(Op op, DType dtype, String from, String how) {
    Shape shape = Shapes.shape(from);
    return OpCase.of(
        op,
        Shapes.named("x", dtype, shape) + " " + how,
        "integers",
        Tolerance.EXACT,
        Operand.of(dtype, shape, counted(dtype)));
  }

  /** Every element another number, from 1 on; a byte begins again. */
  private static Draw counted(DType dtype) {
    return (type, random) -> {
      double[] values = Draw.distinct().values(type, random);
      for (int i = 0; i < values.length; i++) {
        values[i] += values.length;
        values[i] = dtype == DType.UINT8 ? values[i] % 256 : values[i];
      }
      return values;
    };
  }

  /** Numbers that are none, and what a computation would flush or round, are moved as they are. */
  private static void special(List<OpCase> rows) {
    double infinity = Double.POSITIVE_INFINITY;
    Draw draw =
        Draw.of(Double.NaN, infinity, -infinity, -0.0, Float.MIN_VALUE, Float.MAX_VALUE, 1e-40);
    for (Op op :
        List.of(
            new Reshape(Shape.of(2, 105)),
            new Transpose(List.of(0, 2, 3, 1)),
            new Broadcast(Shape.of(2, 2, 3, 5, 7)))) {
      rows.add(
          OpCase.of(
              op,
              "x[2, 3, 5, 7]",
              "special",
              Tolerance.EXACT,
              Operand.of(Shape.of(2, 3, 5, 7), draw)));
    }
  }
}
