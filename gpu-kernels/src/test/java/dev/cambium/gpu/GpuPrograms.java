package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The programs that the kernels for GPUs consist of: everything that they ask a {@link GpuContext}
 * for where {@link GpuDevice#isProcessor} does not hold. Their number is fixed, so that all can be
 * compiled beforehand for devices whose driver has no compiler for the source. The kernels for
 * processors, which are OpenCL's alone, are not among them.
 */
public final class GpuPrograms {
  /** The sources that are compiled in both floating types, without further macros. */
  private static final List<String> PLAIN =
      List.of(
          "affine",
          "average_pooling",
          "batchnorm",
          "batchnorm_gradient",
          "cast",
          "counts",
          "cross_entropy",
          "dropout",
          "elementwise",
          "max_pooling",
          "predictions",
          "reduce",
          "running_statistics",
          "softmax",
          "sum_of_squares",
          "tiled_depthwise",
          "tiled_finish");

  private static final List<DType> REALS =
      Arrays.stream(DType.values()).filter(DType::isFloating).toList();

  private static final List<GpuProgram> ALL = List.copyOf(compiled());

  private GpuPrograms() {}

  /** All of them, each once, in an order that does not change. */
  public static List<GpuProgram> all() {
    return ALL;
  }

  private static Set<GpuProgram> compiled() {
    Set<GpuProgram> all = new LinkedHashSet<>();
    for (DType real : REALS) {
      PLAIN.forEach(name -> all.add(GpuProgram.of(name, real)));
      all.add(GpuProgram.of("reduce", real).with("MAXIMUM", 1));
      all.add(GpuProgram.of("softmax", real).with("LOGARITHM", 1));
      for (UpdateRule rule : UpdateRule.values()) {
        all.add(GpuProgram.of("update", real).with("RULE", rule));
      }
      for (TiledFamily family : TiledFamily.values()) {
        family.tiles().forEach(tile -> all.add(family.program(tile, real)));
      }
    }
    Stream.of(DType.values()).map(GpuBinaryMath::program).forEach(all::add);
    Stream.of(DType.values()).map(GpuMovement::program).forEach(all::add);
    return all;
  }
}
