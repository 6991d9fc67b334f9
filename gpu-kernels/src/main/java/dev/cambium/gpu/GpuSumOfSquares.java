package dev.cambium.gpu;

import dev.cambium.op.SumOfSquares;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@link SumOfSquares}: a launch takes so many tensors as {@code sum_of_squares.cl} has arguments
 * for, and a last one adds up what the groups of all launches left.
 */
final class GpuSumOfSquares {
  private static final int MOST_TENSORS = 32;

  private final GpuPlatform gpu;
  private final GpuLanes lanes;
  private final List<Long> sizes;
  private final DType dtype;

  private GpuSumOfSquares(GpuPlatform gpu, List<ValueType> inputs) {
    this.gpu = gpu;
    this.lanes = GpuLanes.of(gpu);
    this.sizes = inputs.stream().map(type -> ((TensorType) type).shape().size()).toList();
    this.dtype = ((TensorType) inputs.get(0)).dtype();
  }

  static Prepared prepare(GpuPlatform gpu, List<ValueType> inputs) {
    return new GpuSumOfSquares(gpu, inputs).kernel();
  }

  private GpuKernel kernel() {
    List<Integer> tensors =
        IntStream.range(0, sizes.size()).filter(i -> sizes.get(i) > 0).boxed().toList();
    long elements = sizes.stream().mapToLong(Long::longValue).sum();
    GpuKernel.Builder kernel = gpu.kernel();
    if (tensors.isEmpty()) {
      launch(kernel, List.of(0), Argument.output(0), 0, 1);
    } else if (tensors.size() <= MOST_TENSORS && elements <= lanes.elementsOfOneLaunch()) {
      launch(kernel, tensors, Argument.output(0), 0, 1);
    } else {
      int groups = 0;
      for (int from = 0; from < tensors.size(); from += MOST_TENSORS) {
        List<Integer> some = tensors.subList(from, Math.min(tensors.size(), from + MOST_TENSORS));
        int more = (int) Math.min(pieces(some), lanes.enoughGroups());
        launch(kernel, some, Argument.scratch(0), groups, more);
        groups += more;
      }
      GpuReduce.sumOfPartials(gpu, kernel, dtype, groups);
      kernel.scratch((long) groups * dtype.bytes());
    }
    return kernel.build();
  }

  private long pieceSize() {
    return lanes.elementsOfOneLaunch() / 4;
  }

  private long pieces(List<Integer> tensors) {
    return tensors.stream().mapToLong(i -> Grid.groups(sizes.get(i), pieceSize())).sum();
  }

  private void launch(
      GpuKernel.Builder kernel, List<Integer> tensors, Argument sums, int first, int groups) {
    List<Argument> arguments = new ArrayList<>();
    for (int k = 0; k < MOST_TENSORS; k++) {
      arguments.add(Argument.input(tensors.get(k < tensors.size() ? k : 0)));
      arguments.add(Argument.of(k < tensors.size() ? sizes.get(tensors.get(k)) : 0L));
    }
    arguments.add(sums);
    arguments.add(Argument.of(first));
    arguments.add(Argument.of(pieces(tensors)));
    arguments.add(Argument.of(pieceSize()));
    kernel.launch(
        lanes.program(gpu, "sum_of_squares", dtype),
        "sum_of_squares",
        lanes.groups(groups),
        arguments.toArray(Argument[]::new));
  }
}
