package dev.cambium.conformance.op;

import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Average pooling and its gradient, with and without padding counted. A mean is a sum of products
 * with 1 / divisor, which is rounded itself; where all divisors are powers of two, means of
 * integers are exact.
 */
final class AveragePoolingCases {
  private static final boolean[] COUNTED = {false, true};

  private AveragePoolingCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (PoolingLayer layer : PoolingLayers.all()) {
      for (boolean counted : COUNTED) {
        forward(rows, layer, DType.FLOAT32, counted);
      }
    }
    for (PoolingLayer layer : PoolingLayers.few()) {
      forward(rows, layer, DType.FLOAT64, false);
    }
    for (PoolingLayer layer : PoolingLayers.all()) {
      for (boolean counted : COUNTED) {
        backward(rows, layer, DType.FLOAT32, counted);
      }
    }
    for (PoolingLayer layer : PoolingLayers.few()) {
      backward(rows, layer, DType.FLOAT64, true);
    }
    return rows;
  }

  private static void forward(List<OpCase> rows, PoolingLayer layer, DType dtype, boolean counted) {
    AveragePooling op = new AveragePooling(layer.window(), counted);
    add(rows, op, layer, dtype, counted, layer.pixels(), layer.x(), false);
  }

  private static void backward(
      List<OpCase> rows, PoolingLayer layer, DType dtype, boolean counted) {
    AveragePoolingBackward op = new AveragePoolingBackward(layer.window(), counted, layer.image());
    add(rows, op, layer, dtype, counted, layer.windows(), layer.y(), layer.isSparse(false));
  }

  private static void add(
      List<OpCase> rows,
      Op op,
      PoolingLayer layer,
      DType dtype,
      boolean counted,
      double terms,
      Shape input,
      boolean sparse) {
    String what =
        layer.what()
            + (counted ? ", padding counted" : "")
            + (dtype == DType.FLOAT32 ? "" : " of " + dtype);
    List<OpCase> both = new ArrayList<>();
    if (isExact(layer, counted)) {
      both.add(
          OpCase.of(op, what, "integers", Tolerance.EXACT, Operand.of(dtype, input, Draw.wide())));
    }
    both.add(
        OpCase.of(
            op,
            what,
            "reals",
            Tolerance.products(op, terms),
            Operand.of(dtype, input, Draw.normal())));
    both.forEach(row -> rows.add(sparse ? row.zeros() : row));
  }

  /** Whether all divisors are powers of two. */
  static boolean isExact(PoolingLayer layer, boolean counted) {
    if (counted || !layer.isPadded()) {
      return Integer.bitCount(layer.pixels()) == 1;
    }
    int height = layer.window().kernel().height();
    int width = layer.window().kernel().width();
    return height <= 2 && width <= 2;
  }
}
