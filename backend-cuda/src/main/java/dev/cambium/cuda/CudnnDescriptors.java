package dev.cambium.cuda;

import dev.cambium.gpu.ConvolutionProblem;
import dev.cambium.gpu.VendorNorm;
import dev.cambium.gpu.VendorPooling;
import dev.cambium.op.Window2d;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.ToIntFunction;

/**
 * What cuDNN is told of the tensors of one call. Images lie channels-last, [N, H, W, C], filters
 * [O, kH, kW, C/groups].
 */
final class CudnnDescriptors implements AutoCloseable {
  private final Cudnn cudnn;
  private final LibraryFaults faults;
  private final List<Runnable> made = new ArrayList<>();

  final int type;
  long x;
  long w;
  long y;
  long channels;
  long convolution;
  long pooling;

  /** Of none yet. */
  CudnnDescriptors(Cudnn cudnn, LibraryFaults faults, int type) {
    this.cudnn = cudnn;
    this.faults = faults;
    this.type = type;
  }

  /**
   * Whether cuDNN counts the elements, and computes the sizes of y as we do: it knows one padding
   * for both sides, which must give the same number of windows.
   */
  static boolean fits(ConvolutionProblem p) {
    long h = 1 + (long) p.dilationHeight() * (p.kernelHeight() - 1);
    long w = 1 + (long) p.dilationWidth() * (p.kernelWidth() - 1);
    return isCounted(p.imagePixels() * p.channels())
        && isCounted(p.outputPixels() * p.filters())
        && isCounted((long) p.filters() * p.taps() * p.groupChannels())
        && p.outputHeight() == windows(p.height(), h, p.strideHeight(), p.top())
        && p.outputWidth() == windows(p.width(), w, p.strideWidth(), p.left());
  }

  /** Whether cuDNN counts the elements, and computes the sizes of y as we do. */
  static boolean fits(VendorPooling p) {
    Window2d window = p.window();
    int height = window.kernel().height();
    int width = window.kernel().width();
    int top = window.padding().top();
    int left = window.padding().left();
    return isCounted((long) p.batch() * p.channels() * p.height() * p.width())
        && isCounted((long) p.batch() * p.channels() * p.outputHeight() * p.outputWidth())
        && top < height
        && left < width
        && p.outputHeight() == windows(p.height(), height, window.stride().height(), top)
        && p.outputWidth() == windows(p.width(), width, window.stride().width(), left);
  }

  /** Whether cuDNN counts the elements. */
  static boolean fits(VendorNorm norm) {
    return isCounted((long) norm.batch() * norm.channels() * norm.height() * norm.width());
  }

  private static boolean isCounted(long elements) {
    return elements <= Integer.MAX_VALUE;
  }

  private static long windows(int size, long kernel, int stride, int padding) {
    return 1 + Math.floorDiv(size + 2L * padding - kernel, stride);
  }

  /** The bytes of x, w and y. */
  static long[] bytes(ConvolutionProblem p) {
    long size = p.dtype().bytes();
    return new long[] {
      size * p.imagePixels() * p.channels(),
      size * p.filters() * p.taps() * p.groupChannels(),
      size * p.outputPixels() * p.filters()
    };
  }

  /** The bytes of x and y. */
  static long[] bytes(VendorPooling p) {
    long image = (long) p.dtype().bytes() * p.batch() * p.channels();
    return new long[] {image * p.height() * p.width(), image * p.outputHeight() * p.outputWidth()};
  }

  /** Describes x, w, y and the convolution; false when cuDNN refuses one of them. */
  boolean convolution(ConvolutionProblem p, boolean tf32) {
    x = tensor();
    y = tensor();
    w =
        make(
            cudnn::createFilterDescriptor,
            cudnn::destroyFilterDescriptor,
            "cudnnCreateFilterDescriptor");
    convolution =
        make(
            cudnn::createConvolutionDescriptor,
            cudnn::destroyConvolutionDescriptor,
            "cudnnCreateConvolutionDescriptor");
    return set(x, p.batch(), p.channels(), p.height(), p.width())
        && set(y, p.batch(), p.filters(), p.outputHeight(), p.outputWidth())
        && faults.accepts(
            cudnn.setFilter4dDescriptor(
                w,
                type,
                Cudnn.NHWC,
                p.filters(),
                p.groupChannels(),
                p.kernelHeight(),
                p.kernelWidth()),
            "cudnnSetFilter4dDescriptor")
        && faults.accepts(
            cudnn.setConvolution2dDescriptor(
                convolution,
                p.top(),
                p.left(),
                p.strideHeight(),
                p.strideWidth(),
                p.dilationHeight(),
                p.dilationWidth(),
                Cudnn.CROSS_CORRELATION,
                type),
            "cudnnSetConvolution2dDescriptor")
        && faults.accepts(
            cudnn.setConvolutionGroupCount(convolution, p.groups()),
            "cudnnSetConvolutionGroupCount")
        && faults.accepts(
            cudnn.setConvolutionMathType(convolution, tf32 ? Cudnn.DEFAULT_MATH : Cudnn.FMA_MATH),
            "cudnnSetConvolutionMathType");
  }

  /** Describes x and what has one number for each channel. */
  boolean norm(VendorNorm norm) {
    x = tensor();
    channels = tensor();
    return set(x, norm.batch(), norm.channels(), norm.height(), norm.width())
        && faults.accepts(
            cudnn.setTensor4dDescriptorEx(
                channels, type, 1, norm.channels(), 1, 1, norm.channels(), 1, 1, 1),
            "cudnnSetTensor4dDescriptorEx");
  }

  /** Describes x, y and the windows. */
  boolean pooling(VendorPooling p) {
    x = tensor();
    y = tensor();
    pooling =
        make(
            cudnn::createPoolingDescriptor,
            cudnn::destroyPoolingDescriptor,
            "cudnnCreatePoolingDescriptor");
    Window2d window = p.window();
    return set(x, p.batch(), p.channels(), p.height(), p.width())
        && set(y, p.batch(), p.channels(), p.outputHeight(), p.outputWidth())
        && faults.accepts(
            cudnn.setPooling2dDescriptor(
                pooling,
                p.countPadding() ? Cudnn.AVERAGE_WITH_PADDING : Cudnn.AVERAGE_WITHOUT_PADDING,
                Cudnn.PROPAGATE_NAN,
                window.kernel().height(),
                window.kernel().width(),
                window.padding().top(),
                window.padding().left(),
                window.stride().height(),
                window.stride().width()),
            "cudnnSetPooling2dDescriptor");
  }

  private boolean set(long tensor, int n, int c, int h, int w) {
    return faults.accepts(
        cudnn.setTensor4dDescriptorEx(tensor, type, n, c, h, w, h * w * c, 1, w * c, c),
        "cudnnSetTensor4dDescriptorEx");
  }

  private long tensor() {
    return make(
        cudnn::createTensorDescriptor,
        cudnn::destroyTensorDescriptor,
        "cudnnCreateTensorDescriptor");
  }

  private long make(ToIntFunction<long[]> create, LongConsumer destroy, String call) {
    long[] descriptor = new long[1];
    faults.check(create.applyAsInt(descriptor), call);
    made.add(() -> destroy.accept(descriptor[0]));
    return descriptor[0];
  }

  @Override
  public void close() {
    made.forEach(Runnable::run);
    made.clear();
  }
}
