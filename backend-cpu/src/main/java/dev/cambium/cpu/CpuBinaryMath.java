package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.BinaryMath;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@link BinaryMath} on FLOAT32, with broadcasting: the result is walked in the order of its
 * memory, and each operand is read as it stretches along that walk. The four basic operations on
 * large operands of one shape are a oneDNN primitive, which rounds as these loops do.
 */
final class CpuBinaryMath extends CpuLoop {
  private final Workspaces<Block> blocks;
  private final StridedAxes aAxes;
  private final StridedAxes bAxes;
  private final InPlace function;
  private FloatBuffer a;
  private FloatBuffer b;
  private FloatBuffer y;

  CpuBinaryMath(CpuPlatform platform, BinaryMath op, List<ValueType> inputs) {
    this(platform, op, ((TensorType) inputs.get(0)).shape(), ((TensorType) inputs.get(1)).shape());
  }

  static Prepared prepare(CpuPlatform platform, BinaryMath op, List<ValueType> inputs) {
    long size = ((TensorType) inputs.get(0)).shape().size();
    return size > GRAIN
            && inputs.get(0).equals(inputs.get(1))
            && algorithm(op) != dnnl_alg_kind_undef
        ? primitive(platform, op, inputs, size)
        : new CpuBinaryMath(platform, op, inputs);
  }

  /** oneDNN's number of the operation; its maximum and minimum may drop NaN. */
  private static int algorithm(BinaryMath op) {
    return switch (op.function()) {
      case ADD -> dnnl_binary_add;
      case SUBTRACT -> dnnl_binary_sub;
      case MULTIPLY -> dnnl_binary_mul;
      case DIVIDE -> dnnl_binary_div;
      case MAXIMUM, MINIMUM -> dnnl_alg_kind_undef;
    };
  }

  private static Prepared primitive(
      CpuPlatform platform, BinaryMath op, List<ValueType> inputs, long size) {
    try (Descriptors descriptors = new Descriptors(platform)) {
      dnnl_memory_desc row = descriptors.strided(new long[] {size}, new long[] {1});
      dnnl_primitive_desc made = new dnnl_primitive_desc();
      descriptors.own(
          "an elementwise operation",
          made,
          dnnl_binary_primitive_desc_create(
              made, descriptors.engine(), algorithm(op), row, row, row, descriptors.attributes()));
      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, op.infer(inputs));
      kernel
          .then("an elementwise operation", made)
          .input(DNNL_ARG_SRC_0, 0)
          .input(DNNL_ARG_SRC_1, 1)
          .output(DNNL_ARG_DST, 0);
      return kernel.build();
    }
  }

  private CpuBinaryMath(CpuPlatform platform, BinaryMath op, Shape a, Shape b) {
    super(platform, a.broadcast(b).size(), GRAIN);
    this.blocks = new Workspaces<>(platform, Block::new);
    this.aAxes = StridedAxes.stretched(a, a.broadcast(b));
    this.bAxes = StridedAxes.stretched(b, a.broadcast(b));
    this.function =
        switch (op.function()) {
          case ADD -> CpuBinaryMath::add;
          case SUBTRACT -> CpuBinaryMath::subtract;
          case MULTIPLY -> CpuBinaryMath::multiply;
          case DIVIDE -> CpuBinaryMath::divide;
          case MAXIMUM -> CpuBinaryMath::maximum;
          case MINIMUM -> CpuBinaryMath::minimum;
        };
  }

  /** Replaces the first n elements of a. */
  @FunctionalInterface
  private interface InPlace {
    void apply(float[] a, float[] b, int n);
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    a = CpuBuffer.of(inputs[0]).floats();
    b = CpuBuffer.of(inputs[1]).floats();
    y = CpuBuffer.of(outputs[0]).floats();
  }

  @Override
  public void run(int chunk, long from, long to) {
    Block block = blocks.take();
    try {
      for (int at = (int) from; at < to; at += Block.SIZE) {
        int n = (int) Math.min(Block.SIZE, to - at);
        aAxes.read(a, at, block.a, n);
        bAxes.read(b, at, block.b, n);
        function.apply(block.a, block.b, n);
        y.put(at, block.a, 0, n);
      }
    } finally {
      blocks.give(block);
    }
  }

  private static void add(float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = a[i] + b[i];
    }
  }

  private static void subtract(float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = a[i] - b[i];
    }
  }

  private static void multiply(float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = a[i] * b[i];
    }
  }

  private static void divide(float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = a[i] / b[i];
    }
  }

  private static void maximum(float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = Math.max(a[i], b[i]);
    }
  }

  private static void minimum(float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = Math.min(a[i], b[i]);
    }
  }
}
