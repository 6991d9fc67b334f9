package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@link MaxPoolingBackward} as one primitive that reads the forward workspace; where the cache is
 * not ours, the pooling runs again first, into working memory.
 */
final class CpuMaxPoolingBackward extends CpuKernel {
  private final OneDnnKernel forward;
  private final OneDnnKernel backward;
  private final LowestWindows lowest;
  private final int y;
  private final int yBytes;
  private final int chosen;
  private final int chosenBytes;

  private CpuMaxPoolingBackward(
      CpuPlatform platform,
      PoolingDescriptors pooling,
      Descriptors descriptors,
      MaxPoolingBackward op,
      List<ValueType> inputs) {
    super(platform);
    dnnl_primitive_desc first = pooling.forward();
    dnnl_memory_desc result = descriptors.of(first, DNNL_ARG_DST);
    dnnl_memory_desc workspace = descriptors.of(first, DNNL_ARG_WORKSPACE);
    OneDnnKernel.Builder again = new OneDnnKernel.Builder(platform, inputs, op.infer(inputs));
    y = Math.toIntExact(again.region(result));
    chosen = Math.toIntExact(again.region(workspace));
    yBytes = Math.toIntExact(Descriptors.bytes(result));
    chosenBytes = Math.toIntExact(Descriptors.bytes(workspace));
    again
        .then("a max pooling", first)
        .input(DNNL_ARG_SRC, 1)
        .scratch(DNNL_ARG_DST, y)
        .scratch(DNNL_ARG_WORKSPACE, chosen);
    forward = again.build();
    OneDnnKernel.Builder then = new OneDnnKernel.Builder(platform, inputs, op.infer(inputs));
    then.region(result);
    then.region(workspace);
    then.then("a max pooling's gradient", pooling.backward(first))
        .input(DNNL_ARG_DIFF_DST, 0)
        .scratch(DNNL_ARG_WORKSPACE, chosen)
        .output(DNNL_ARG_DIFF_SRC, 0);
    backward = then.build();
    Shape x = OneDnnKernels.shape(inputs.get(1));
    lowest = new LowestWindows(platform, op.window(), x, new OneDnnLayout(workspace));
  }

  static Kernel prepare(MaxPoolingBackward op, List<ValueType> inputs, CpuPlatform platform) {
    Shape x = OneDnnKernels.shape(inputs.get(1));
    try (Descriptors descriptors = new Descriptors(platform)) {
      PoolingDescriptors pooling =
          new PoolingDescriptors(descriptors, dnnl_pooling_max, op.window(), x);
      dnnl_primitive_desc forward = pooling.forward();
      OneDnnLayout workspace = new OneDnnLayout(descriptors.of(forward, DNNL_ARG_WORKSPACE));
      if (!workspace.equals(inputs.get(2))) {
        return new CpuMaxPoolingBackward(platform, pooling, descriptors, op, inputs);
      }
      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, op.infer(inputs));
      kernel
          .then("a max pooling's gradient", pooling.backward(forward))
          .input(DNNL_ARG_DIFF_DST, 0)
          .input(DNNL_ARG_WORKSPACE, 2)
          .output(DNNL_ARG_DIFF_SRC, 0);
      return kernel.build();
    }
  }

  @Override
  void execute(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    forward.execute(inputs, outputs, scratch);
    ByteBuffer memory = CpuBuffer.of(scratch).bytes();
    ByteBuffer result = memory.slice(y, yBytes).order(ByteOrder.nativeOrder());
    lowest.correct(
        CpuBuffer.of(inputs[1]).floats(),
        result.asFloatBuffer(),
        result.asIntBuffer(),
        memory.slice(chosen, chosenBytes).order(ByteOrder.nativeOrder()));
    backward.execute(inputs, outputs, scratch);
  }

  @Override
  public boolean reads(int input) {
    return forward.reads(input) || backward.reads(input);
  }

  @Override
  public long scratchBytes() {
    return Math.max(forward.scratchBytes(), backward.scratchBytes());
  }

  @Override
  public void close() {
    forward.close();
    backward.close();
  }
}
