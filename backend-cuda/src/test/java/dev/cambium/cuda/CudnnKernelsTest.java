package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.ConvolutionProblem;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.VendorException;
import dev.cambium.gpu.VendorKernel;
import dev.cambium.gpu.VendorKernels;
import dev.cambium.gpu.VendorNorm;
import dev.cambium.gpu.VendorPooling;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.op.Window2d;
import dev.cambium.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cuDNN is told: the order of arguments, sizes and strides channels-last, and no more. */
class CudnnKernelsTest extends OnCudaContext {
  /** x [2, 6, 8, 10], two groups of 3 channels and of 2 filters of 3 x 5; strides, dilation. */
  private static final ConvolutionProblem PROBLEM =
      new ConvolutionProblem(DType.FLOAT32, 2, 6, 8, 10, 4, 3, 5, 4, 2, 2, 3, 1, 2, 1, 2, 2);

  // Descriptors as they are set: type, then sizes, then strides; the filter's layout is NHWC, 1.
  private static final String X = "Tensor 0 2 6 8 10 480 1 60 6";
  private static final String W = "Filter 0 1 4 3 3 5";
  private static final String Y = "Tensor 0 2 4 4 2 32 1 8 4";

  // Padding, strides, dilation, cross-correlation, float; groups; CUDNN_FMA_MATH.
  private static final String CONVOLUTION = "Convolution 1 2 2 3 1 2 1 0 2 3";

  private static final long X_BYTES = 4 * 2 * 6 * 8 * 10;
  private static final long W_BYTES = 4 * 4 * 3 * 3 * 5;
  private static final long Y_BYTES = 4 * 2 * 4 * 4 * 2;

  private final FakeCudnn cudnn = new FakeCudnn();

  private VendorKernels libraries(boolean tf32) {
    return CudaLibraries.of(
        context,
        new CudaLibraries.Found(
            FoundLibrary.missing("cuBLAS", ""),
            FoundLibrary.of("cuDNN", cudnn, "9.13.0", Path.of("/libcudnn.so.9"))),
        tf32);
  }

  private static ConvolutionProblem with(int height, int outputHeight, int top) {
    return new ConvolutionProblem(
        DType.FLOAT32, 1, 1, height, 1, 1, 3, 1, outputHeight, 1, 1, 1, top, 0, 1, 1, 1);
  }

  /** Runs a kernel on memory of these lengths, and answers its call with names for addresses. */
  private String run(VendorKernel kernel, long... bytes) {
    List<GpuMemory> memories = new ArrayList<>();
    for (long length : bytes) {
      memories.add(context.allocate(length));
    }
    kernel.run(memories.toArray(GpuMemory[]::new), new long[bytes.length]);
    List<String> calls = cudnn.computed();
    String call = calls.get(calls.size() - 1);
    for (int i = 0; i < bytes.length; i++) {
      String address = String.valueOf(((CudaMemory) memories.get(i)).address());
      call = call.replace("| " + address + " |", "| #" + i + " |");
      call = call.replaceAll("\\| " + address + "$", "| #" + i);
    }
    return call;
  }

  private static String call(String... parts) {
    return String.join(" | ", parts);
  }

  @Test
  void aConvolutionIsToldChannelsLast() {
    cudnn.workspaces.put(1, 1000L);
    try (VendorKernels libraries = libraries(false)) {
      List<VendorKernel> offers = libraries.convolution(PROBLEM);
      assertEquals(
          List.of("implicit_precomp_gemm", "implicit_gemm"),
          offers.stream().map(VendorKernel::algorithm).toList());
      assertEquals(1000, offers.get(0).workspaceBytes());
      assertEquals(
          call(
              "convolutionForward", "0", X, "#0", W, "#1", CONVOLUTION, "1", "#3", "1000", Y, "#2"),
          run(offers.get(0), X_BYTES, W_BYTES, Y_BYTES, 1000));
      assertEquals(0, offers.get(1).workspaceBytes());
      assertEquals(
          call("convolutionForward", "0", X, "#0", W, "#1", CONVOLUTION, "0", "0", "0", Y, "#2"),
          run(offers.get(1), X_BYTES, W_BYTES, Y_BYTES));
    }
    assertEquals(List.of(), cudnn.open());
  }

  @Test
  void theGradientByTheImageTakesDyAndW() {
    try (VendorKernels libraries = libraries(false)) {
      List<VendorKernel> offers = libraries.convolutionBackwardData(PROBLEM);
      // Algorithm 0 adds atomically, in any order.
      assertEquals(List.of("algo_1"), offers.stream().map(VendorKernel::algorithm).toList());
      assertEquals(
          call(
              "convolutionBackwardData",
              "0",
              W,
              "#1",
              Y,
              "#0",
              CONVOLUTION,
              "1",
              "0",
              "0",
              X,
              "#2"),
          run(offers.get(0), Y_BYTES, W_BYTES, X_BYTES));
    }
  }

  @Test
  void theGradientByTheWeightsTakesXAndDy() {
    cudnn.workspaces.put(1, 64L);
    try (VendorKernels libraries = libraries(false)) {
      List<VendorKernel> offers = libraries.convolutionBackwardWeights(PROBLEM);
      assertEquals(List.of("algo_1"), offers.stream().map(VendorKernel::algorithm).toList());
      assertEquals(
          call(
              "convolutionBackwardFilter",
              "0",
              X,
              "#0",
              Y,
              "#1",
              CONVOLUTION,
              "1",
              "#3",
              "64",
              W,
              "#2"),
          run(offers.get(0), X_BYTES, Y_BYTES, W_BYTES, 64));
    }
  }

  @Test
  void tensorCoresAreUsedWhereTheyWereAskedFor() {
    try (VendorKernels libraries = libraries(true)) {
      VendorKernel kernel = libraries.convolution(PROBLEM).get(0);
      // CUDNN_DEFAULT_MATH instead of CUDNN_FMA_MATH.
      String told = run(kernel, X_BYTES, W_BYTES, Y_BYTES);
      assertTrue(told.contains("Convolution 1 2 2 3 1 2 1 0 2 0 |"), told);
    }
  }

  @Test
  void doublesAreToldAsDoubles() {
    ConvolutionProblem p =
        new ConvolutionProblem(DType.FLOAT64, 1, 1, 2, 2, 1, 1, 1, 2, 2, 1, 1, 0, 0, 1, 1, 1);
    try (VendorKernels libraries = libraries(false)) {
      assertEquals(
          call(
              "convolutionForward",
              "1",
              "Tensor 1 1 1 2 2 4 1 2 1",
              "#0",
              "Filter 1 1 1 1 1 1",
              "#1",
              "Convolution 0 0 1 1 1 1 1 1 1 3",
              "1",
              "0",
              "0",
              "Tensor 1 1 1 2 2 4 1 2 1",
              "#2"),
          run(libraries.convolution(p).get(0), 32, 8, 32));
    }
  }

  @Test
  void anAlgorithmThatIsRefusedIsNotOffered() {
    cudnn.failures.put("getConvolutionForwardWorkspaceSize 1", 3000);
    cudnn.workspaces.put(0, 1L << 40);
    try (VendorKernels libraries = libraries(false)) {
      assertEquals(List.of(), libraries.convolution(PROBLEM));
      assertEquals(List.of("Handle " + context.commands().stream().address()), cudnn.open());
    }
  }

  @ParameterizedTest
  @CsvSource({
    // One row of padding on each side, or above alone; as many windows as that gives.
    "4, 4, 1, true",
    "4, 3, 1, false",
    "5, 3, 0, true",
    "5, 4, 1, false"
  })
  void paddingOfOneSideAloneIsOurs(int height, int outputHeight, int top, boolean offered) {
    try (VendorKernels libraries = libraries(false)) {
      assertEquals(offered, !libraries.convolution(with(height, outputHeight, top)).isEmpty());
    }
  }

  @Test
  void aFilterThatIsHigherThanTheSymmetricallyPaddedImageIsOurs() {
    // Two rows and one of padding below are one window of three rows; without that row there is
    // none.
    ConvolutionProblem p =
        new ConvolutionProblem(DType.FLOAT32, 1, 1, 2, 1, 1, 3, 1, 1, 1, 2, 1, 0, 0, 1, 1, 1);
    try (VendorKernels libraries = libraries(false)) {
      assertEquals(List.of(), libraries.convolution(p));
    }
  }

  @Test
  void moreElementsThanItCountsAreOurs() {
    ConvolutionProblem p =
        new ConvolutionProblem(
            DType.FLOAT32,
            1 << 16,
            1,
            1 << 8,
            1 << 8,
            1,
            1,
            1,
            1 << 8,
            1 << 8,
            1,
            1,
            0,
            0,
            1,
            1,
            1);
    try (VendorKernels libraries = libraries(false)) {
      assertEquals(List.of(), libraries.convolution(p));
      assertEquals(
          List.of(),
          libraries.batchNormBackward(
              new VendorNorm(DType.FLOAT32, 1 << 16, 1, 1 << 8, 1 << 8, 1e-5)));
      assertEquals(List.of(), cudnn.open());
    }
  }

  private static VendorPooling pooling(boolean countPadding, Padding2d padding) {
    Window2d window = new Window2d(new Size2d(3, 2), new Size2d(2, 1), padding);
    int height = (8 + padding.top() + padding.bottom() - 3) / 2 + 1;
    int width = 10 + padding.left() + padding.right() - 2 + 1;
    return new VendorPooling(DType.FLOAT32, 2, 3, 8, 10, height, width, window, countPadding);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void averagesAreToldWhetherPaddingCounts(boolean countPadding) {
    VendorPooling p = pooling(countPadding, new Padding2d(1, 1, 0, 0));
    // With padding 1, without 2; NaN is kept; kernel, padding, strides.
    String pooling = "Pooling " + (countPadding ? 1 : 2) + " 1 3 2 1 0 2 1";
    String x = "Tensor 0 2 3 8 10 240 1 30 3";
    String y = "Tensor 0 2 3 4 9 108 1 27 3";
    try (VendorKernels libraries = libraries(false)) {
      assertEquals(
          call("poolingForward", "0", pooling, x, "#0", y, "#1"),
          run(libraries.averagePooling(p).get(0), 1920, 864));
      assertEquals(
          call("poolingBackward", "0", pooling, y, "#0", y, "#0", x, "#1", x, "#1"),
          run(libraries.averagePoolingBackward(p).get(0), 864, 1920));
    }
    assertEquals(List.of(), cudnn.open());
  }

  @Test
  void averagesWithPaddingOfOneSideAreOurs() {
    try (VendorKernels libraries = libraries(false)) {
      VendorPooling p = pooling(true, new Padding2d(0, 0, 1, 0));
      assertEquals(List.of(), libraries.averagePooling(p));
      assertEquals(List.of(), libraries.averagePoolingBackward(p));
    }
  }

  @Test
  void batchNormIsToldOneNumberForEachChannel() {
    VendorNorm norm = new VendorNorm(DType.FLOAT32, 2, 3, 4, 5, 0.5);
    String x = "Tensor 0 2 3 4 5 60 1 15 3";
    String c = "Tensor 0 1 3 1 1 3 1 1 1";
    try (VendorKernels libraries = libraries(false)) {
      assertEquals(
          call(
              "batchNormalizationForwardTraining",
              "0",
              "1",
              x,
              "#0",
              x,
              "#3",
              c,
              "#1",
              "#2",
              "1.0",
              "#6",
              "#7",
              "0.5",
              "#4",
              "#5"),
          run(libraries.batchNormTraining(norm).get(0), 480, 12, 12, 480, 12, 12, 12, 12));
      assertEquals(
          call(
              "batchNormalizationBackward",
              "0",
              "1",
              x,
              "#1",
              x,
              "#0",
              x,
              "#5",
              c,
              "#2",
              "#6",
              "#7",
              "0.5",
              "#3",
              "#4"),
          run(libraries.batchNormBackward(norm).get(0), 480, 480, 12, 12, 12, 480, 12, 12));
    }
    assertEquals(List.of(), cudnn.open());
  }

  @Test
  void aFailureNamesCallAndStatus() {
    VendorNorm norm = new VendorNorm(DType.FLOAT32, 2, 3, 4, 5, 0.5);
    try (VendorKernels libraries = libraries(false)) {
      VendorKernel kernel = libraries.batchNormBackward(norm).get(0);
      cudnn.failures.put("batchNormalizationBackward", 5000);
      VendorException failed =
          assertThrows(VendorException.class, () -> run(kernel, 480, 480, 12, 12, 12, 480, 12, 12));
      assertEquals(
          "cudnnBatchNormalizationBackward of cuDNN says 'words for 5000' (status 5000)",
          failed.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "createHandle",
        "setStream",
        "createTensor",
        "createConvolution",
        "setTensor4dDescriptorEx",
        "setConvolution2dDescriptor",
        "setConvolutionGroupCount",
        "setConvolutionMathType"
      })
  void whatFailsHalfWayLeavesNothingOpen(String call) {
    cudnn.failures.put(call, 4000);
    try (VendorKernels libraries = libraries(false)) {
      assertThrows(VendorException.class, () -> libraries.convolution(PROBLEM));
      assertTrue(
          cudnn.open().stream().allMatch(kind -> kind.startsWith("Handle")),
          cudnn.open()::toString);
    }
    assertEquals(List.of(), cudnn.open());
  }

  @Test
  void aDriverThatDoesNotAnswerInARecordingLeavesItAFailureOfTheLibrary() {
    cudnn.failures.put("createTensor", 4000);
    // CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED
    driver.script.failNext("memGetInfo", 900);
    try (VendorKernels libraries = libraries(false)) {
      VendorException failed =
          assertThrows(VendorException.class, () -> libraries.convolution(PROBLEM));
      assertEquals(
          "cudnnCreateTensorDescriptor of cuDNN says 'words for 4000' (status 4000)",
          failed.getMessage());
    }
  }

  @Test
  void aSecondAlgorithmThatFailsClosesTheFirst() {
    cudnn.failures.put("getConvolutionForwardWorkspaceSize 0", 4000);
    try (VendorKernels libraries = libraries(false)) {
      assertThrows(VendorException.class, () -> libraries.convolution(PROBLEM));
      assertEquals(List.of("Handle " + context.commands().stream().address()), cudnn.open());
    }
  }

  @Test
  void anotherThreadEntersTheContextBeforeItAsks() throws InterruptedException {
    try (VendorKernels libraries = libraries(false)) {
      libraries.convolution(PROBLEM).forEach(VendorKernel::close);
      List<RecordingDevice> entered = new ArrayList<>();
      Thread other =
          new Thread(
              () -> {
                libraries.convolution(PROBLEM).forEach(VendorKernel::close);
                entered.add(driver.here());
              });
      other.start();
      other.join();
      assertEquals(List.of(driver.here()), entered);
    }
  }

  @Test
  void kernelsThatAreStillOpenGoWithTheLibrary() {
    VendorKernels libraries = libraries(false);
    List<VendorKernel> offers = libraries.convolution(PROBLEM);
    libraries.close();
    assertEquals(List.of(), cudnn.open());
    offers.forEach(VendorKernel::close);
  }
}
