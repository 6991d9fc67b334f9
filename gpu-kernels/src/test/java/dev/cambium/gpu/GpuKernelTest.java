package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.op.Activation;
import dev.cambium.op.Affine;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.op.Op;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Sequence;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GpuKernelTest {
  private static final TensorType TYPE = TensorType.of(DType.FLOAT32, 10);

  private final HeapContext device = new HeapContext(1 << 16);
  private final GpuBackend backend = new GpuBackend(device, BackendConfig.defaults());
  private final Memory memory = backend.allocate(4096);

  @AfterEach
  void close() {
    backend.close();
  }

  private Kernel kernel() {
    return (Kernel) backend.prepare(new Affine(2, 1), List.of(TYPE));
  }

  private Buffer[] at(long offset) {
    return new Buffer[] {backend.bind(memory, offset, TYPE)};
  }

  @Test
  void argumentsAreSetAgainOnlyWhereTheyChange() {
    try (Kernel kernel = kernel()) {
      device.calls.clear();
      kernel.run(at(0), at(512), null);
      kernel.run(at(0), at(512), null);
      kernel.run(at(0), at(1024), null);
      assertEquals(
          List.of(
              "set 0 to byte 0 of 4096",
              "set 1 to byte 512 of 4096",
              "launch affine",
              "launch affine",
              "set 1 to byte 1024 of 4096",
              "launch affine"),
          device.calls.stream().filter(call -> !call.startsWith("allocate")).toList());
    }
  }

  @Test
  void anEmptyTensorLaunchesNothing() {
    TensorType empty = TensorType.of(DType.FLOAT32, 0);
    try (Kernel kernel = (Kernel) backend.prepare(new Affine(2, 1), List.of(empty))) {
      device.calls.clear();
      Buffer[] nothing = {backend.bind(memory, empty)};
      kernel.run(nothing, nothing, null);
      assertEquals(List.of(), device.calls);
    }
  }

  @Test
  void closingAKernelFreesItsFunctionsOnce() {
    int before = device.openFunctions;
    Kernel kernel = kernel();
    kernel.close();
    kernel.close();
    assertEquals(before, device.openFunctions);
    assertThrows(IllegalStateException.class, () -> kernel.run(at(0), at(512), null));
  }

  @Test
  void memoryThatWasClosedIsNotUsed() {
    try (Kernel kernel = kernel()) {
      Memory other = backend.allocate(512);
      Buffer[] closed = {backend.bind(other, TYPE)};
      other.close();
      device.calls.clear();
      assertThrows(IllegalStateException.class, () -> kernel.run(at(0), closed, null));
      assertEquals(List.of(), device.calls.stream().filter("launch affine"::equals).toList());
    }
  }

  @Test
  void aBufferOfAnotherBackendIsRefused() {
    try (Kernel kernel = kernel()) {
      Buffer foreign = () -> TYPE;
      assertThrows(
          IllegalArgumentException.class, () -> kernel.run(new Buffer[] {foreign}, at(512), null));
    }
  }

  @Test
  void anErrorInASequenceNamesTheLayerAndKeepsItsKind() {
    DeviceLostException lost = new DeviceLostException("the fake device does not answer");
    Kernel failing =
        (inputs, outputs, scratch) -> {
          throw lost;
        };
    try (Sequence sequence =
        backend.sequence(List.of(new Launch("conv1/Convolution", failing, at(0), at(512), null)))) {
      DeviceLostException thrown = assertThrows(DeviceLostException.class, sequence::run);
      assertEquals("conv1/Convolution: the fake device does not answer", thrown.getMessage());
      assertSame(lost, thrown.getCause());
    }
  }

  /** Kernels of several launches, or of launches and a packer, in both forms. */
  private static Stream<Arguments> preparations() {
    TensorType image = TensorType.of(DType.FLOAT32, 64, 3, 5, 5);
    TensorType weights = TensorType.of(DType.FLOAT32, 8, 75);
    TensorType filters = TensorType.of(DType.FLOAT32, 8, 3, 3, 3);
    TensorType dy = TensorType.of(DType.FLOAT32, 64, 8);
    TensorType wide = TensorType.of(DType.FLOAT32, 8, 20000);
    TensorType high = TensorType.of(DType.FLOAT32, 20000, 8);
    ConvolutionGeometry geometry =
        new ConvolutionGeometry(Size2d.ONE, Padding2d.NONE, Size2d.ONE, 1);
    return Stream.of("wide", "tiled")
        .flatMap(
            kernels ->
                Stream.of(
                    Arguments.of(
                        kernels, new Linear(false, Activation.NONE), List.of(image, weights)),
                    Arguments.of(kernels, new LinearBackwardWeights(true), List.of(image, dy)),
                    Arguments.of(
                        kernels,
                        new Convolution(geometry, false, Activation.NONE),
                        List.of(image, filters)),
                    Arguments.of(kernels, new MatMul(false, false), List.of(wide, high))));
  }

  @ParameterizedTest
  @MethodSource("preparations")
  void aPreparationThatFailsLeavesNoFunctionsOpen(String kernels, Op op, List<ValueType> inputs) {
    HeapContext counting = new HeapContext(1 << 16);
    BackendConfig config =
        new BackendConfig("", Map.of("fake.kernels", kernels, "fake.tuning", "off"));
    try (GpuBackend other = new GpuBackend(counting, config)) {
      int before = counting.openFunctions;
      Kernel whole = (Kernel) other.prepare(op, inputs);
      int functions = counting.openFunctions - before;
      whole.close();
      for (int input = 0; input < inputs.size(); input++) {
        whole.packer(input).ifPresent(packer -> packer.kernel().close());
      }
      assertEquals(before, counting.openFunctions);
      for (int made = 0; made < functions; made++) {
        counting.functionsLeft = made;
        assertThrows(KernelBuildException.class, () -> other.prepare(op, inputs));
        assertEquals(before, counting.openFunctions, "after " + made + " functions");
      }
    }
  }
}
