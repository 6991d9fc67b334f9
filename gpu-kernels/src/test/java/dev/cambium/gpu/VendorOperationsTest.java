package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activation;
import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.op.Op;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.op.Window2d;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a library is asked for and given for an operation, and which launches of ours follow. */
class VendorOperationsTest {
  private static final Size2d ONE = new Size2d(1, 1);
  private static final ConvolutionGeometry PADDED =
      new ConvolutionGeometry(ONE, new Padding2d(1, 1, 1, 1), ONE, 1);

  private final HeapContext device = new HeapContext(1 << 20);
  private final FakeLibraries libraries = new FakeLibraries(device);
  private final GpuBackend backend =
      new GpuBackend(
          device,
          new BackendConfig("", Map.of("fake.tuning", "off", "fake.libraries", "always")),
          libraries);

  @AfterEach
  void close() {
    backend.close();
  }

  private static TensorType floats(int... sizes) {
    return TensorType.of(DType.FLOAT32, sizes);
  }

  private GpuBuffer buffer(ValueType type, String name) {
    GpuBuffer buffer =
        (GpuBuffer) backend.bind(backend.allocate(Math.max(1, backend.bytes(type))), type);
    libraries.name(buffer, name);
    return buffer;
  }

  /** Runs an operation; answers what the library was given, then the names of our kernels. */
  private List<String> run(Op op, ValueType... types) {
    libraries.offer("lib", "call", 0, 4).workspace = 100;
    List<ValueType> inputs = List.of(types);
    try (Kernel kernel = assertInstanceOf(VendorBackedKernel.class, backend.prepare(op, inputs))) {
      Buffer[] in = new Buffer[types.length];
      for (int i = 0; i < in.length; i++) {
        in[i] = buffer(kernel.packer(i).map(p -> (ValueType) p.type()).orElse(types[i]), "in" + i);
      }
      List<ValueType> results = op.infer(inputs);
      Buffer[] out = new Buffer[results.size()];
      for (int i = 0; i < out.length; i++) {
        boolean isTensor = results.get(i) instanceof TensorType;
        out[i] = buffer(isTensor ? results.get(i) : kernel.cache(i), "out" + i);
      }
      Opaque working = kernel::scratchBytes;
      libraries.calls.clear();
      device.ran.clear();
      kernel.run(in, out, buffer(working, "scratch"));
    }
    List<String> all = new ArrayList<>(libraries.calls);
    device.ran.forEach(ran -> all.add(ran.substring(0, ran.indexOf('['))));
    return all;
  }

  private String asked() {
    return libraries.asked.get(0);
  }

  private static String product(int m, int n, int k, boolean transposeA, boolean transposeB) {
    return MatrixProduct.of(DType.FLOAT32, m, n, k, transposeA, transposeB).toString();
  }

  @Test
  void aProductIsGivenItsOperandsAsTheyAre() {
    assertEquals(
        List.of("call in0+0 in1+0 out0+0 scratch+0"),
        run(new MatMul(true, false), floats(5, 3), floats(5, 7)));
    assertEquals(product(3, 7, 5, true, false), asked());
  }

  @Test
  void aLayerWithoutMoreIsAProduct() {
    assertEquals(
        List.of("call in0+0 in1+0 out0+0 scratch+0"),
        run(new Linear(false, Activation.NONE), floats(3, 5), floats(7, 5)));
    assertEquals(product(3, 7, 5, false, true), asked());
  }

  @Test
  void biasAndActivationFollowFromWorkingMemory() {
    // 3 x 7 sums of four bytes take 84 bytes, so that the library's own memory begins at 512.
    assertEquals(
        List.of("call in0+0 in1+0 scratch+0 scratch+512", "finish"),
        run(new Linear(true, Activation.RELU), floats(3, 5), floats(7, 5), floats(7)));
  }

  @Test
  void theWeightsOfAnImagesFeaturesAreReLaidOnceForBoth() {
    Linear op = new Linear(false, Activation.NONE);
    TensorType x = floats(3, 2, 2, 2);
    TensorType w = floats(7, 8);
    assertEquals(List.of("call in0+0 in1+0 out0+0 scratch+0"), run(op, x, w));
    try (Kernel kernel = (Kernel) backend.prepare(op, List.of(x, w))) {
      assertEquals(
          new PermutedWeights(DType.FLOAT32, 7, 2, 4), kernel.packer(1).orElseThrow().type());
    }
  }

  @Test
  void theGradientOfFeaturesIsAProduct() {
    assertEquals(
        List.of("call in0+0 in1+0 out0+0 scratch+0"),
        run(new LinearBackwardData(Shape.of(3, 5)), floats(3, 7), floats(7, 5)));
    assertEquals(product(3, 5, 7, false, false), asked());
  }

  @Test
  void theGradientOfWeightsIsDyTransposedTimesX() {
    assertEquals(
        List.of("call in1+0 in0+0 out0+0 scratch+0", "reduce_columns"),
        run(new LinearBackwardWeights(true), floats(3, 5), floats(3, 7)));
    assertEquals(product(7, 5, 3, true, false), asked());
  }

  @Test
  void theGradientOfAnImagesWeightsIsTransposedBack() {
    // 7 x 8 numbers of four bytes take 224 bytes.
    assertEquals(
        List.of("call in1+0 in0+0 scratch+0 scratch+512", "transpose"),
        run(new LinearBackwardWeights(false), floats(3, 2, 2, 2), floats(3, 7)));
  }

  @Test
  void aConvolutionIsFollowedByItsBias() {
    ConvolutionGeometry geometry = PADDED;
    // 2 x 3 x 4 x 4 sums of four bytes take 384 bytes.
    assertEquals(
        List.of("call in0+0 in1+0 scratch+0 scratch+512", "finish"),
        run(
            new Convolution(geometry, true, Activation.NONE),
            floats(2, 5, 4, 4),
            floats(3, 5, 3, 3),
            floats(3)));
    assertTrue(asked().startsWith("ConvolutionProblem"), this::asked);
    assertEquals(1, libraries.asked.size());
  }

  @Test
  void aConvolutionOfSinglePixelsIsAProductToo() {
    ConvolutionGeometry geometry = ConvolutionGeometry.PLAIN;
    run(new Convolution(geometry, false, Activation.NONE), floats(2, 5, 4, 4), floats(3, 5, 1, 1));
    assertEquals(product(32, 3, 5, false, true), libraries.asked.get(1));
    libraries.asked.clear();
    libraries.offers.clear();
    run(
        new ConvolutionBackwardData(geometry, new Size2d(4, 4)),
        floats(2, 3, 4, 4),
        floats(3, 5, 1, 1));
    assertEquals(product(32, 5, 3, false, false), libraries.asked.get(1));
  }

  @Test
  void theGradientsOfAConvolutionAreTheLibrarysAndThatOfItsBiasOurs() {
    ConvolutionGeometry geometry = PADDED;
    assertEquals(
        List.of("call in0+0 in1+0 out0+0 scratch+0"),
        run(
            new ConvolutionBackwardData(geometry, new Size2d(4, 4)),
            floats(2, 3, 4, 4),
            floats(3, 5, 3, 3)));
    libraries.offers.clear();
    List<String> weights =
        run(
            new ConvolutionBackwardWeights(geometry, new Size2d(3, 3), true),
            floats(2, 5, 4, 4),
            floats(2, 3, 4, 4));
    assertEquals(List.of("call in0+0 in1+0 out0+0 scratch+0", "reduce_columns"), weights);
  }

  @Test
  void averagePoolingIsTheLibrarys() {
    Window2d window = Window2d.of(2);
    assertEquals(
        List.of("call in0+0 out0+0 scratch+0"),
        run(new AveragePooling(window, true), floats(2, 3, 4, 4)));
    libraries.offers.clear();
    assertEquals(
        List.of("call in0+0 out0+0 scratch+0"),
        run(new AveragePoolingBackward(window, true, new Size2d(4, 4)), floats(2, 3, 2, 2)));
  }

  @Test
  void theVarianceOfABatchIsMadeTheBiasedOne() {
    TensorType c = floats(3);
    List<String> ran = run(new BatchNormTraining(1e-5, Activation.NONE), floats(2, 3, 2, 2), c, c);
    assertEquals(
        List.of(
            "call in0+0 in1+0 in2+0 out0+0 out1+0 scratch+0 scratch+512 scratch+1024 scratch+1536",
            "fill",
            "affine"),
        ran);
    // Of 8 values per channel, 7/8 of the unbiased variance is the biased one.
    String affine = device.ran.get(1);
    assertTrue(affine.endsWith(", 3, 0.875, 0.0]"), affine);
    // What is mixed into the statistics is 0 before: three channels behind 128 others, both rows.
    assertTrue(device.ran.get(0).endsWith("+512, 131, 0]"), device.ran.get(0));
  }

  @Test
  void theGradientOfABatchTakesTheInverseDeviation() {
    TensorType x = floats(2, 3, 2, 2);
    TensorType c = floats(3);
    assertEquals(
        List.of(
            "call in0+0 in1+0 in3+0 in4+0 scratch+0 out0+0 out1+0 out2+0 scratch+512",
            "affine",
            "unary_sqrt",
            "unary_reciprocal"),
        run(new BatchNormBackward(0.25, Activation.NONE), x, x, x, c, c, c, Opaque.NONE));
    assertTrue(device.ran.get(0).endsWith(", 3, 1.0, 0.25]"), device.ran.get(0));
  }

  @Test
  void aNormalisationWithItsActivationOrWithGivenStatisticsIsOurs() {
    libraries.offer("lib", "call", 0, 4);
    TensorType x = floats(2, 3, 2, 2);
    TensorType c = floats(3);
    List<Kernel> all =
        List.of(
            (Kernel)
                backend.prepare(new BatchNormTraining(1e-5, Activation.RELU), List.of(x, c, c)),
            (Kernel)
                backend.prepare(
                    new BatchNormBackward(1e-5, Activation.RELU),
                    List.of(x, x, x, c, c, c, Opaque.NONE)),
            (Kernel)
                backend.prepare(
                    new BatchNormInference(1e-5, Activation.NONE), List.of(x, c, c, c, c)),
            (Kernel)
                backend.prepare(
                    new BatchNormInference(1e-5, Activation.RELU), List.of(x, c, c, c, c)));
    all.forEach(kernel -> assertFalse(kernel instanceof VendorBackedKernel));
    all.forEach(Kernel::close);
    assertEquals(List.of(), libraries.asked);
  }

  @Test
  void whatNoGradientReadsIsNotKept() {
    TensorType x = floats(2, 3, 2, 2);
    TensorType c = floats(3);
    try (Kernel plain =
            (Kernel)
                backend.prepare(new BatchNormTraining(1e-5, Activation.NONE), List.of(x, c, c));
        Kernel rectified =
            (Kernel)
                backend.prepare(new BatchNormTraining(1e-5, Activation.RELU), List.of(x, c, c))) {
      assertEquals(Opaque.NONE, plain.cache(3));
      assertEquals(new NormScales(DType.FLOAT32, 3), rectified.cache(3));
    }
  }

  @Test
  void theWorkingMemoryIsEnoughForBoth() {
    libraries.offer("lib", "call", 2, 4).workspace = 1 << 12;
    try (Kernel kernel =
        (Kernel) backend.prepare(new MatMul(false, false), List.of(floats(2, 2), floats(2, 2)))) {
      assertEquals(1 << 12, kernel.scratchBytes());
    }
  }
}
