package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Window2d;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What gradients read, with a cache of our own and without. */
class GpuCachesTest {
  private static final TensorType X = TensorType.float32(2, 3, 8, 6);
  private static final TensorType HALF = TensorType.float32(2, 3, 4, 3);
  private static final TensorType CHANNELS = TensorType.float32(3);

  private final GpuBackend backend =
      new GpuBackend(new HeapContext(1 << 20), BackendConfig.defaults());

  @AfterEach
  void close() {
    backend.close();
  }

  private Kernel prepare(Op op, ValueType... inputs) {
    return assertInstanceOf(Kernel.class, backend.prepare(op, List.of(inputs)));
  }

  @Test
  void theGradientOfMaxPoolingReadsTheChosenPixelsInsteadOfX() {
    Window2d window = Window2d.of(2);
    Opaque chosen = prepare(new MaxPooling(window), X).cache(1);
    assertEquals(HALF.shape().size(), chosen.bytes());

    Kernel gradient = prepare(new MaxPoolingBackward(window), HALF, X, chosen);
    assertTrue(gradient.reads(2));
    assertFalse(gradient.reads(1));
    assertEquals(0, gradient.scratchBytes());
  }

  @Test
  void theGradientOfMaxPoolingChoosesAgainWhereTheCacheIsOfAnotherWindow() {
    Opaque others = prepare(new MaxPooling(Window2d.of(1)), X).cache(1);
    Kernel gradient = prepare(new MaxPoolingBackward(Window2d.of(2)), HALF, X, others);
    assertTrue(gradient.reads(1));
    assertFalse(gradient.reads(2));
    assertEquals(HALF.shape().size(), gradient.scratchBytes());
  }

  @Test
  void theGradientOfBatchNormFindsTheReluFromXWhereTheScalesWereLeft() {
    BatchNormTraining forward = new BatchNormTraining(1e-5, Activation.RELU);
    Opaque scales = prepare(forward, X, CHANNELS, CHANNELS).cache(3);
    BatchNormBackward op = new BatchNormBackward(1e-5, Activation.RELU);

    Kernel ours = prepare(op, X, X, X, CHANNELS, CHANNELS, CHANNELS, scales);
    assertFalse(ours.reads(2));
    assertTrue(ours.reads(6));

    Kernel others = prepare(op, X, X, X, CHANNELS, CHANNELS, CHANNELS, Opaque.NONE);
    assertTrue(others.reads(2));
    assertFalse(others.reads(6));
  }

  @Test
  void theGradientOfBatchNormAloneReadsNeitherYNorTheCache() {
    BatchNormBackward op = new BatchNormBackward(1e-5, Activation.NONE);
    Kernel gradient = prepare(op, X, X, X, CHANNELS, CHANNELS, CHANNELS, Opaque.NONE);
    assertFalse(gradient.reads(2));
    assertFalse(gradient.reads(6));
  }

  @Test
  void imagesOfMoreThan31BitsAreDeclined() {
    TensorType image = TensorType.float32(1, 2, 1 << 15, 1 << 15);
    Declined declined =
        assertInstanceOf(
            Declined.class, backend.prepare(new MaxPooling(Window2d.of(2)), List.of(image)));
    assertTrue(declined.reason().contains("2^31"), declined.reason());
  }
}
