package dev.cambium.cuda;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.file.Path;

/** {@code libcudnn}, loaded from a file. */
final class NativeCudnn implements Cudnn {
  private final Function getVersion;
  private final Function getCudartVersion;
  private final Function getErrorString;
  private final Function create;
  private final Function destroy;
  private final Function setStream;
  private final Function createTensorDescriptor;
  private final Function setTensor4dDescriptorEx;
  private final Function destroyTensorDescriptor;
  private final Function createFilterDescriptor;
  private final Function setFilter4dDescriptor;
  private final Function destroyFilterDescriptor;
  private final Function createConvolutionDescriptor;
  private final Function setConvolution2dDescriptor;
  private final Function setConvolutionMathType;
  private final Function setConvolutionGroupCount;
  private final Function destroyConvolutionDescriptor;
  private final Function getConvolutionForwardWorkspaceSize;
  private final Function getConvolutionBackwardDataWorkspaceSize;
  private final Function getConvolutionBackwardFilterWorkspaceSize;
  private final Function convolutionForward;
  private final Function convolutionBackwardData;
  private final Function convolutionBackwardFilter;
  private final Function createPoolingDescriptor;
  private final Function setPooling2dDescriptor;
  private final Function destroyPoolingDescriptor;
  private final Function poolingForward;
  private final Function poolingBackward;
  private final Function batchNormalizationForwardTraining;
  private final Function batchNormalizationBackward;
  private final Memory scales = new Memory(2L * Float.BYTES + 2L * Double.BYTES);

  /**
   * Loads it after its parts.
   *
   * @throws UnsatisfiedLinkError when one of them does not load, or lacks a function
   */
  NativeCudnn(Path file) {
    CudnnParts.load(file);
    SharedLibrary library = SharedLibrary.open(file);
    getVersion = library.function("cudnnGetVersion");
    getCudartVersion = library.function("cudnnGetCudartVersion");
    getErrorString = library.function("cudnnGetErrorString");
    create = library.function("cudnnCreate");
    destroy = library.function("cudnnDestroy");
    setStream = library.function("cudnnSetStream");
    createTensorDescriptor = library.function("cudnnCreateTensorDescriptor");
    setTensor4dDescriptorEx = library.function("cudnnSetTensor4dDescriptorEx");
    destroyTensorDescriptor = library.function("cudnnDestroyTensorDescriptor");
    createFilterDescriptor = library.function("cudnnCreateFilterDescriptor");
    setFilter4dDescriptor = library.function("cudnnSetFilter4dDescriptor");
    destroyFilterDescriptor = library.function("cudnnDestroyFilterDescriptor");
    createConvolutionDescriptor = library.function("cudnnCreateConvolutionDescriptor");
    setConvolution2dDescriptor = library.function("cudnnSetConvolution2dDescriptor");
    setConvolutionMathType = library.function("cudnnSetConvolutionMathType");
    setConvolutionGroupCount = library.function("cudnnSetConvolutionGroupCount");
    destroyConvolutionDescriptor = library.function("cudnnDestroyConvolutionDescriptor");
    getConvolutionForwardWorkspaceSize =
        library.function("cudnnGetConvolutionForwardWorkspaceSize");
    getConvolutionBackwardDataWorkspaceSize =
        library.function("cudnnGetConvolutionBackwardDataWorkspaceSize");
    getConvolutionBackwardFilterWorkspaceSize =
        library.function("cudnnGetConvolutionBackwardFilterWorkspaceSize");
    convolutionForward = library.function("cudnnConvolutionForward");
    convolutionBackwardData = library.function("cudnnConvolutionBackwardData");
    convolutionBackwardFilter = library.function("cudnnConvolutionBackwardFilter");
    createPoolingDescriptor = library.function("cudnnCreatePoolingDescriptor");
    setPooling2dDescriptor = library.function("cudnnSetPooling2dDescriptor");
    destroyPoolingDescriptor = library.function("cudnnDestroyPoolingDescriptor");
    poolingForward = library.function("cudnnPoolingForward");
    poolingBackward = library.function("cudnnPoolingBackward");
    batchNormalizationForwardTraining = library.function("cudnnBatchNormalizationForwardTraining");
    batchNormalizationBackward = library.function("cudnnBatchNormalizationBackward");
    scales.setDouble(0, 1);
    scales.setDouble(Double.BYTES, 0);
    scales.setFloat(2L * Double.BYTES, 1);
    scales.setFloat(2L * Double.BYTES + Float.BYTES, 0);
  }

  private Pointer one(int type) {
    return scales.share(type == DOUBLE ? 0 : 2L * Double.BYTES);
  }

  private Pointer zero(int type) {
    return scales.share(type == DOUBLE ? Double.BYTES : 2L * Double.BYTES + Float.BYTES);
  }

  private static int call(Function function, Object... arguments) {
    return function.invokeInt(arguments);
  }

  /** Since version 9 the major number counts ten thousands, before it counted thousands. */
  @Override
  public int[] version() {
    int version = (int) getVersion.invokeLong(new Object[0]);
    int major = version / (version < 10_000 ? 1_000 : 10_000);
    int rest = version % (version < 10_000 ? 1_000 : 10_000);
    return new int[] {major, rest / 100, rest % 100};
  }

  @Override
  public int cudartVersion() {
    return (int) getCudartVersion.invokeLong(new Object[0]);
  }

  @Override
  public String errorString(int status) {
    return getErrorString.invokeString(new Object[] {status}, false);
  }

  @Override
  public int create(long[] handle) {
    return call(create, handle);
  }

  @Override
  public int destroy(long handle) {
    return call(destroy, handle);
  }

  @Override
  public int setStream(long handle, long stream) {
    return call(setStream, handle, stream);
  }

  @Override
  public int createTensorDescriptor(long[] tensor) {
    return call(createTensorDescriptor, tensor);
  }

  @Override
  public int setTensor4dDescriptorEx(
      long tensor, int type, int n, int c, int h, int w, int ns, int cs, int hs, int ws) {
    return call(setTensor4dDescriptorEx, tensor, type, n, c, h, w, ns, cs, hs, ws);
  }

  @Override
  public int destroyTensorDescriptor(long tensor) {
    return call(destroyTensorDescriptor, tensor);
  }

  @Override
  public int createFilterDescriptor(long[] filter) {
    return call(createFilterDescriptor, filter);
  }

  @Override
  public int setFilter4dDescriptor(long filter, int type, int format, int k, int c, int h, int w) {
    return call(setFilter4dDescriptor, filter, type, format, k, c, h, w);
  }

  @Override
  public int destroyFilterDescriptor(long filter) {
    return call(destroyFilterDescriptor, filter);
  }

  @Override
  public int createConvolutionDescriptor(long[] convolution) {
    return call(createConvolutionDescriptor, convolution);
  }

  @Override
  public int setConvolution2dDescriptor(
      long convolution,
      int padHeight,
      int padWidth,
      int strideHeight,
      int strideWidth,
      int dilationHeight,
      int dilationWidth,
      int mode,
      int type) {
    return call(
        setConvolution2dDescriptor,
        convolution,
        padHeight,
        padWidth,
        strideHeight,
        strideWidth,
        dilationHeight,
        dilationWidth,
        mode,
        type);
  }

  @Override
  public int setConvolutionMathType(long convolution, int math) {
    return call(setConvolutionMathType, convolution, math);
  }

  @Override
  public int setConvolutionGroupCount(long convolution, int groups) {
    return call(setConvolutionGroupCount, convolution, groups);
  }

  @Override
  public int destroyConvolutionDescriptor(long convolution) {
    return call(destroyConvolutionDescriptor, convolution);
  }

  @Override
  public int getConvolutionForwardWorkspaceSize(
      long handle, long x, long w, long convolution, long y, int algorithm, long[] bytes) {
    return call(getConvolutionForwardWorkspaceSize, handle, x, w, convolution, y, algorithm, bytes);
  }

  @Override
  public int getConvolutionBackwardDataWorkspaceSize(
      long handle, long w, long dy, long convolution, long dx, int algorithm, long[] bytes) {
    return call(
        getConvolutionBackwardDataWorkspaceSize, handle, w, dy, convolution, dx, algorithm, bytes);
  }

  @Override
  public int getConvolutionBackwardFilterWorkspaceSize(
      long handle, long x, long dy, long convolution, long dw, int algorithm, long[] bytes) {
    return call(
        getConvolutionBackwardFilterWorkspaceSize,
        handle,
        x,
        dy,
        convolution,
        dw,
        algorithm,
        bytes);
  }

  @Override
  public int convolutionForward(
      long handle,
      int type,
      long xTensor,
      long x,
      long wFilter,
      long w,
      long convolution,
      int algorithm,
      long workspace,
      long workspaceBytes,
      long yTensor,
      long y) {
    return call(
        convolutionForward,
        handle,
        one(type),
        xTensor,
        x,
        wFilter,
        w,
        convolution,
        algorithm,
        workspace,
        workspaceBytes,
        zero(type),
        yTensor,
        y);
  }

  @Override
  public int convolutionBackwardData(
      long handle,
      int type,
      long wFilter,
      long w,
      long dyTensor,
      long dy,
      long convolution,
      int algorithm,
      long workspace,
      long workspaceBytes,
      long dxTensor,
      long dx) {
    return call(
        convolutionBackwardData,
        handle,
        one(type),
        wFilter,
        w,
        dyTensor,
        dy,
        convolution,
        algorithm,
        workspace,
        workspaceBytes,
        zero(type),
        dxTensor,
        dx);
  }

  @Override
  public int convolutionBackwardFilter(
      long handle,
      int type,
      long xTensor,
      long x,
      long dyTensor,
      long dy,
      long convolution,
      int algorithm,
      long workspace,
      long workspaceBytes,
      long dwFilter,
      long dw) {
    return call(
        convolutionBackwardFilter,
        handle,
        one(type),
        xTensor,
        x,
        dyTensor,
        dy,
        convolution,
        algorithm,
        workspace,
        workspaceBytes,
        zero(type),
        dwFilter,
        dw);
  }

  @Override
  public int createPoolingDescriptor(long[] pooling) {
    return call(createPoolingDescriptor, pooling);
  }

  @Override
  public int setPooling2dDescriptor(
      long pooling,
      int mode,
      int nan,
      int height,
      int width,
      int padHeight,
      int padWidth,
      int strideHeight,
      int strideWidth) {
    return call(
        setPooling2dDescriptor,
        pooling,
        mode,
        nan,
        height,
        width,
        padHeight,
        padWidth,
        strideHeight,
        strideWidth);
  }

  @Override
  public int destroyPoolingDescriptor(long pooling) {
    return call(destroyPoolingDescriptor, pooling);
  }

  @Override
  public int poolingForward(
      long handle, int type, long pooling, long xTensor, long x, long yTensor, long y) {
    return call(poolingForward, handle, pooling, one(type), xTensor, x, zero(type), yTensor, y);
  }

  @Override
  public int poolingBackward(
      long handle,
      int type,
      long pooling,
      long yTensor,
      long y,
      long dyTensor,
      long dy,
      long xTensor,
      long x,
      long dxTensor,
      long dx) {
    return call(
        poolingBackward,
        handle,
        pooling,
        one(type),
        yTensor,
        y,
        dyTensor,
        dy,
        xTensor,
        x,
        zero(type),
        dxTensor,
        dx);
  }

  @Override
  public int batchNormalizationForwardTraining(
      long handle,
      int type,
      int mode,
      long xTensor,
      long x,
      long yTensor,
      long y,
      long channels,
      long scale,
      long bias,
      double factor,
      long runningMean,
      long runningVariance,
      double epsilon,
      long mean,
      long inverseDeviation) {
    return call(
        batchNormalizationForwardTraining,
        handle,
        mode,
        one(type),
        zero(type),
        xTensor,
        x,
        yTensor,
        y,
        channels,
        scale,
        bias,
        factor,
        runningMean,
        runningVariance,
        epsilon,
        mean,
        inverseDeviation);
  }

  @Override
  public int batchNormalizationBackward(
      long handle,
      int type,
      int mode,
      long xTensor,
      long x,
      long dyTensor,
      long dy,
      long dxTensor,
      long dx,
      long channels,
      long scale,
      long dScale,
      long dBias,
      double epsilon,
      long mean,
      long inverseDeviation) {
    return call(
        batchNormalizationBackward,
        handle,
        mode,
        one(type),
        zero(type),
        one(type),
        zero(type),
        xTensor,
        x,
        dyTensor,
        dy,
        dxTensor,
        dx,
        channels,
        scale,
        dScale,
        dBias,
        epsilon,
        mean,
        inverseDeviation);
  }
}
