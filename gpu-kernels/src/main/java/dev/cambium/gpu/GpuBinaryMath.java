package dev.cambium.gpu;

import dev.cambium.op.BinaryMath;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@link BinaryMath}: a kernel for operands without broadcasting or with a single element, one for
 * rows that are stretched, for example a value per channel, and one for everything else.
 */
final class GpuBinaryMath {
  private GpuBinaryMath() {}

  static Prepared prepare(GpuPlatform gpu, BinaryMath op, List<ValueType> inputs) {
    TensorType a = (TensorType) inputs.get(0);
    Shape shapeOfB = ((TensorType) inputs.get(1)).shape();
    Shape y = a.shape().broadcast(shapeOfB);
    if (y.size() == 0) {
      return gpu.kernel().build();
    }
    StridedAxes axes =
        StridedAxes.of(
            y, ChannelsLast.stretched(a.shape(), y), ChannelsLast.stretched(shapeOfB, y));
    if (axes.count() > StridedLaunch.MOST_AXES) {
      return new Declined(StridedLaunch.tooMany(axes));
    }
    StridedLaunch launch = launch(gpu, axes);
    return gpu.kernel()
        .launch(
            program(a.dtype()),
            op.function().name().toLowerCase(Locale.ROOT) + "_" + launch.form(),
            launch.grid(),
            launch.after(Argument.input(0), Argument.input(1), Argument.output(0)))
        .build();
  }

  /** The program for operands of a type. */
  static GpuProgram program(DType dtype) {
    return GpuProgram.of(
        "binary",
        switch (dtype) {
          case FLOAT64 -> Map.of("ELEMENT", "REAL", "REAL_IS_DOUBLE", "1");
          case INT32 -> Map.of("ELEMENT", "int", "INTEGERS", "1");
          case INT64 -> Map.of("ELEMENT", "LONG", "INTEGERS", "1");
          default -> Map.of("ELEMENT", "REAL");
        });
  }

  private static StridedLaunch launch(GpuPlatform gpu, StridedAxes axes) {
    String single =
        axes.stride(0, -1) == axes.stride(1, -1) ? "" : axes.stride(0, -1) == 0 ? "one_a" : "one_b";
    boolean neighbours = Math.max(axes.stride(0, -1), axes.stride(1, -1)) <= 1;
    if (axes.count() == 1 && neighbours) {
      return StridedLaunch.plain(single.isEmpty() ? "pairs" : single, axes.elements());
    }
    if (StridedLaunch.suitsRows(gpu, axes, 2)) {
      return StridedLaunch.rows(single.isEmpty() ? "rows" : "rows_" + single, axes, 2);
    }
    return StridedLaunch.strided("", axes, 2);
  }
}
