package dev.cambium.cuda;

/**
 * The functions of cuDNN that are called, under their own names without {@code cudnn}, each with
 * the status that it returns: 0 is success. Handles, descriptors and device memory are addresses.
 * The factors alpha and beta of the computing functions are 1 and 0, so that results are not read.
 */
interface Cudnn {
  /** {@code CUDNN_DATA_FLOAT}. */
  int FLOAT = 0;

  /** {@code CUDNN_DATA_DOUBLE}. */
  int DOUBLE = 1;

  /** {@code CUDNN_TENSOR_NHWC}. */
  int NHWC = 1;

  /** The filter is not flipped. */
  int CROSS_CORRELATION = 1;

  /** Products as the library likes, of FLOAT32 with ten bits after the point on newer devices. */
  int DEFAULT_MATH = 0;

  /** Products with all bits of the operands. */
  int FMA_MATH = 3;

  /** {@code CUDNN_POOLING_AVERAGE_COUNT_INCLUDE_PADDING}. */
  int AVERAGE_WITH_PADDING = 1;

  /** {@code CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING}. */
  int AVERAGE_WITHOUT_PADDING = 2;

  /** {@code CUDNN_PROPAGATE_NAN}. */
  int PROPAGATE_NAN = 1;

  /** {@code CUDNN_BATCHNORM_SPATIAL}: one mean for each channel. */
  int SPATIAL = 1;

  /** Major, minor and patch version. */
  int[] version();

  /** The version of CUDA for which it was made, 12060 for 12.6. */
  int cudartVersion();

  /** What a status means. */
  String errorString(int status);

  /** Makes a handle on the current context. */
  int create(long[] handle);

  /** Waits, and frees it. */
  int destroy(long handle);

  /** Where work goes. */
  int setStream(long handle, long stream);

  /** Makes the description of a tensor. */
  int createTensorDescriptor(long[] tensor);

  /** Sizes, and how far elements lie apart. */
  int setTensor4dDescriptorEx(
      long tensor, int type, int n, int c, int h, int w, int ns, int cs, int hs, int ws);

  /** Frees it. */
  int destroyTensorDescriptor(long tensor);

  /** Makes the description of filters. */
  int createFilterDescriptor(long[] filter);

  /** {@code k} filters of {@code c} channels, {@code h} rows and {@code w} columns. */
  int setFilter4dDescriptor(long filter, int type, int format, int k, int c, int h, int w);

  /** Frees it. */
  int destroyFilterDescriptor(long filter);

  /** Makes the description of a convolution. */
  int createConvolutionDescriptor(long[] convolution);

  /** Padding, strides, dilations, and the type of its sums. */
  int setConvolution2dDescriptor(
      long convolution,
      int padHeight,
      int padWidth,
      int strideHeight,
      int strideWidth,
      int dilationHeight,
      int dilationWidth,
      int mode,
      int type);

  /** How exact its products are. */
  int setConvolutionMathType(long convolution, int math);

  /** Its groups. */
  int setConvolutionGroupCount(long convolution, int groups);

  /** Frees it. */
  int destroyConvolutionDescriptor(long convolution);

  /** The working memory of {@link #convolutionForward}. */
  int getConvolutionForwardWorkspaceSize(
      long handle, long x, long w, long convolution, long y, int algorithm, long[] bytes);

  /** The working memory of {@link #convolutionBackwardData}. */
  int getConvolutionBackwardDataWorkspaceSize(
      long handle, long w, long dy, long convolution, long dx, int algorithm, long[] bytes);

  /** The working memory of {@link #convolutionBackwardFilter}. */
  int getConvolutionBackwardFilterWorkspaceSize(
      long handle, long x, long dy, long convolution, long dw, int algorithm, long[] bytes);

  /** y from x and w; each tensor's description comes before its memory. */
  int convolutionForward(
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
      long y);

  /** dx from w and dy. */
  int convolutionBackwardData(
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
      long dx);

  /** dw from x and dy. */
  int convolutionBackwardFilter(
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
      long dw);

  /** Makes the description of a pooling. */
  int createPoolingDescriptor(long[] pooling);

  /** Windows, padding and strides. */
  int setPooling2dDescriptor(
      long pooling,
      int mode,
      int nan,
      int height,
      int width,
      int padHeight,
      int padWidth,
      int strideHeight,
      int strideWidth);

  /** Frees it. */
  int destroyPoolingDescriptor(long pooling);

  /** y from x. */
  int poolingForward(
      long handle, int type, long pooling, long xTensor, long x, long yTensor, long y);

  /** dx from y, dy and x. */
  int poolingBackward(
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
      long dx);

  /**
   * y, and the statistics of the batch.
   *
   * @param channels the description of all that has one number for each channel
   * @param factor how much of the running statistics becomes that of the batch
   */
  int batchNormalizationForwardTraining(
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
      long inverseDeviation);

  /** dx, and the gradients of scale and bias. */
  int batchNormalizationBackward(
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
      long inverseDeviation);
}
