package dev.cambium.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** cuDNN that writes down what it is given: descriptors by what was set of them. */
final class FakeCudnn implements Cudnn {
  final List<String> calls = new ArrayList<>();

  /** What the next such call returns. */
  final Map<String, Integer> failures = new HashMap<>();

  /** The working memory of each algorithm, by its number. */
  final Map<Integer, Long> workspaces = new HashMap<>();

  int[] version = {9, 13, 0};
  int cudartVersion = 13000;
  private final Map<Long, String> open = new TreeMap<>();
  private long handles = 100;

  /** What is not destroyed. */
  List<String> open() {
    return List.copyOf(open.values());
  }

  /** The computing calls. */
  List<String> computed() {
    return calls.stream().filter(call -> call.contains("|")).toList();
  }

  private int status(String call) {
    Integer status = failures.remove(call);
    return status == null ? 0 : status;
  }

  private int make(String kind, long[] handle) {
    int status = status("create" + kind);
    if (status == 0) {
      handle[0] = handles++;
      open.put(handle[0], kind);
    }
    return status;
  }

  private int set(String call, long descriptor, Object... what) {
    int status = status(call);
    if (status == 0) {
      String text = open.get(descriptor);
      for (Object each : what) {
        text += " " + each;
      }
      open.put(descriptor, text);
    }
    return status;
  }

  private int free(long handle) {
    if (open.remove(handle) == null) {
      throw new IllegalStateException(handle + " was destroyed before");
    }
    return 0;
  }

  /** A computing call: descriptors in words, the rest as it is. */
  private int compute(String name, Object... arguments) {
    StringBuilder call = new StringBuilder(name);
    for (Object argument : arguments) {
      call.append(" | ");
      call.append(
          argument instanceof Long number && open.containsKey(number)
              ? open.get(number)
              : argument);
    }
    calls.add(call.toString());
    return status(name);
  }

  private int workspace(String name, int algorithm, long[] bytes) {
    bytes[0] = workspaces.getOrDefault(algorithm, 0L);
    return status(name + " " + algorithm);
  }

  @Override
  public int[] version() {
    return version.clone();
  }

  @Override
  public int cudartVersion() {
    return cudartVersion;
  }

  @Override
  public String errorString(int status) {
    return "words for " + status;
  }

  @Override
  public int create(long[] handle) {
    return make("Handle", handle);
  }

  @Override
  public int destroy(long handle) {
    return free(handle);
  }

  @Override
  public int setStream(long handle, long stream) {
    return set("setStream", handle, stream);
  }

  @Override
  public int createTensorDescriptor(long[] tensor) {
    return make("Tensor", tensor);
  }

  @Override
  public int setTensor4dDescriptorEx(
      long tensor, int type, int n, int c, int h, int w, int ns, int cs, int hs, int ws) {
    return set("setTensor4dDescriptorEx", tensor, type, n, c, h, w, ns, cs, hs, ws);
  }

  @Override
  public int destroyTensorDescriptor(long tensor) {
    return free(tensor);
  }

  @Override
  public int createFilterDescriptor(long[] filter) {
    return make("Filter", filter);
  }

  @Override
  public int setFilter4dDescriptor(long filter, int type, int format, int k, int c, int h, int w) {
    return set("setFilter4dDescriptor", filter, type, format, k, c, h, w);
  }

  @Override
  public int destroyFilterDescriptor(long filter) {
    return free(filter);
  }

  @Override
  public int createConvolutionDescriptor(long[] convolution) {
    return make("Convolution", convolution);
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
    return set(
        "setConvolution2dDescriptor",
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
    return set("setConvolutionMathType", convolution, math);
  }

  @Override
  public int setConvolutionGroupCount(long convolution, int groups) {
    return set("setConvolutionGroupCount", convolution, groups);
  }

  @Override
  public int destroyConvolutionDescriptor(long convolution) {
    return free(convolution);
  }

  @Override
  public int getConvolutionForwardWorkspaceSize(
      long handle, long x, long w, long convolution, long y, int algorithm, long[] bytes) {
    return workspace("getConvolutionForwardWorkspaceSize", algorithm, bytes);
  }

  @Override
  public int getConvolutionBackwardDataWorkspaceSize(
      long handle, long w, long dy, long convolution, long dx, int algorithm, long[] bytes) {
    return workspace("getConvolutionBackwardDataWorkspaceSize", algorithm, bytes);
  }

  @Override
  public int getConvolutionBackwardFilterWorkspaceSize(
      long handle, long x, long dy, long convolution, long dw, int algorithm, long[] bytes) {
    return workspace("getConvolutionBackwardFilterWorkspaceSize", algorithm, bytes);
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
    return compute(
        "convolutionForward",
        type,
        xTensor,
        x,
        wFilter,
        w,
        convolution,
        algorithm,
        workspace,
        workspaceBytes,
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
    return compute(
        "convolutionBackwardData",
        type,
        wFilter,
        w,
        dyTensor,
        dy,
        convolution,
        algorithm,
        workspace,
        workspaceBytes,
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
    return compute(
        "convolutionBackwardFilter",
        type,
        xTensor,
        x,
        dyTensor,
        dy,
        convolution,
        algorithm,
        workspace,
        workspaceBytes,
        dwFilter,
        dw);
  }

  @Override
  public int createPoolingDescriptor(long[] pooling) {
    return make("Pooling", pooling);
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
    return set(
        "setPooling2dDescriptor",
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
    return free(pooling);
  }

  @Override
  public int poolingForward(
      long handle, int type, long pooling, long xTensor, long x, long yTensor, long y) {
    return compute("poolingForward", type, pooling, xTensor, x, yTensor, y);
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
    return compute(
        "poolingBackward", type, pooling, yTensor, y, dyTensor, dy, xTensor, x, dxTensor, dx);
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
    return compute(
        "batchNormalizationForwardTraining",
        type,
        mode,
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
    return compute(
        "batchNormalizationBackward",
        type,
        mode,
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
