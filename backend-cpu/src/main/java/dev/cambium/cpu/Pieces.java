package dev.cambium.cpu;

import dev.cambium.tensor.Shape;
import java.util.List;

/**
 * Several tensors cut into pieces of at most a given number of elements, so that one loop over
 * threads runs through all of them.
 */
final class Pieces {
  private final int[] tensors;
  private final int[] starts;
  private final int[] ends;

  /** Cuts each tensor; one without elements has no piece. */
  Pieces(List<Shape> shapes, int size) {
    int count = shapes.stream().mapToInt(shape -> CpuParallel.chunks(shape.size(), size)).sum();
    tensors = new int[count];
    starts = new int[count];
    ends = new int[count];
    int piece = 0;
    for (int tensor = 0; tensor < shapes.size(); tensor++) {
      int elements = shapes.get(tensor).intSize();
      for (long from = 0; from < elements; from += size) {
        tensors[piece] = tensor;
        starts[piece] = (int) from;
        ends[piece] = (int) Math.min(elements, from + size);
        piece++;
      }
    }
  }

  /** The number of pieces. */
  int count() {
    return tensors.length;
  }

  /** The index of the tensor that {@code piece} is of. */
  int tensor(int piece) {
    return tensors[piece];
  }

  /** The first element of {@code piece}. */
  int from(int piece) {
    return starts[piece];
  }

  /** The element after the last one of {@code piece}. */
  int to(int piece) {
    return ends[piece];
  }
}
