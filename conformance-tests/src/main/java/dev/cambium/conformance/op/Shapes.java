package dev.cambium.conformance.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The shapes that tables share: ranks 0 to 5, sizes of 1, primes, and one less and one more than
 * the usual vectors, tiles and blocks; rank 4 with several channels and a height that is not the
 * width, as backends may keep it channels-last.
 */
final class Shapes {
  /** Elementwise operations see nothing but a count, and the layout of rank 4. */
  static final List<Shape> ANY =
      shapes(
          "",
          "1",
          "0",
          "7",
          "8",
          "9",
          "16",
          "31",
          "33",
          "64",
          "257",
          "1023",
          "1025",
          "2 3",
          "0 5",
          "13 17",
          "3 5 7",
          "2 3 5 7",
          "1 17 3 5",
          "0 3 4 5",
          "3 1 6 1",
          "2 3 2 3 5");

  /** A few of them, where many settings meet. */
  static final List<Shape> FEW = shapes("", "0", "17", "65 3", "2 3 5 7", "2 3 2 3 5");

  /** The floating types. */
  static final List<DType> FLOATING = List.of(DType.FLOAT32, DType.FLOAT64);

  private Shapes() {}

  /** A shape from its dimensions with blanks between. */
  static Shape shape(String dimensions) {
    return Shape.of(
        Stream.of(dimensions.split(" ")).filter(d -> !d.isEmpty()).map(Integer::valueOf).toList());
  }

  /** A shape from each string. */
  static List<Shape> shapes(String... dimensions) {
    return Stream.of(dimensions).map(Shapes::shape).toList();
  }

  /** The name of a type in an id, {@code x[2, 3]} or {@code x FLOAT64[2, 3]}. */
  static String named(String name, DType dtype, Shape shape) {
    return name + (dtype == DType.FLOAT32 ? "" : " " + dtype) + shape;
  }

  /** Every order of the axes 0 to {@code rank - 1}. */
  static List<List<Integer>> permutations(int rank) {
    List<List<Integer>> all = new ArrayList<>();
    if (rank == 0) {
      all.add(List.of());
      return all;
    }
    for (List<Integer> shorter : permutations(rank - 1)) {
      for (int at = 0; at < rank; at++) {
        List<Integer> longer = new ArrayList<>(shorter);
        longer.add(at, rank - 1);
        all.add(longer);
      }
    }
    return all;
  }

  /** Every subset of the axes 0 to {@code rank - 1}, each in ascending order. */
  static List<List<Integer>> subsets(int rank) {
    List<List<Integer>> all = new ArrayList<>();
    for (int bits = 0; bits < 1 << rank; bits++) {
      List<Integer> axes = new ArrayList<>();
      for (int axis = 0; axis < rank; axis++) {
        if ((bits >> axis & 1) == 1) {
          axes.add(axis);
        }
      }
      all.add(axes);
    }
    return all;
  }
}
