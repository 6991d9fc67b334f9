package dev.cambium.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.Op;
import dev.cambium.op.Window2d;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.factory.Nd4j;

/** Memory that ND4J allocates, and kernels on it. */
class Nd4jBackendTest {
  private static final TensorType SIX = TensorType.float32(2, 3);

  private final Backend backend = new Nd4jProvider().open(BackendConfig.defaults());

  @AfterEach
  void close() {
    backend.close();
  }

  private HostArray download(Buffer buffer) {
    HostArray host = HostArray.allocate((TensorType) buffer.type());
    backend.download(buffer, host.bytes());
    return host;
  }

  private Buffer uploaded(HostArray host) {
    Buffer buffer = backend.bind(backend.allocate(host.type().bytes()), host.type());
    backend.upload(host.bytes(), buffer);
    return buffer;
  }

  @Test
  void theBooksFollowEachAllocationAndClose() {
    Memory first = backend.allocate(100);
    Memory second = backend.allocate(28);
    assertEquals(new MemoryStatistics(128, 2, 128, 2), backend.memory());
    first.close();
    first.close();
    assertEquals(new MemoryStatistics(28, 1, 128, 2), backend.memory());
    second.close();
    assertEquals(new MemoryStatistics(0, 0, 128, 2), backend.memory());
  }

  @Test
  void memoryBeyondTheLimitIsRefusedAndNothingIsLost() {
    BackendConfig limited = new BackendConfig("", Map.of("nd4j.memoryLimit", "1000"));
    try (Backend small = new Nd4jProvider().open(limited)) {
      Memory memory = small.allocate(900);
      OutOfMemoryException refused =
          assertThrows(OutOfMemoryException.class, () -> small.allocate(101));
      assertTrue(refused.getMessage().contains("of 1000 (nd4j.memoryLimit)"));
      assertEquals(900, small.memory().bytes());
      memory.close();
      small.allocate(1000).close();
    }
  }

  @Test
  void whatTheSystemRefusesIsRefusedWithItsReason() {
    OutOfMemoryException refused =
        assertThrows(OutOfMemoryException.class, () -> backend.allocate(1L << 50));
    assertTrue(refused.getMessage().contains("cannot allocate " + (1L << 50) + " bytes"));
    assertTrue(refused.getCause() != null);
    assertEquals(0, backend.memory().bytes());
  }

  @Test
  void closedMemoryCannotBeUsed() {
    Memory memory = backend.allocate(SIX.bytes());
    Buffer buffer = backend.bind(memory, SIX);
    backend.fill(buffer, 3);
    memory.close();
    assertThrows(IllegalStateException.class, () -> download(buffer));
    assertThrows(IllegalStateException.class, () -> backend.bind(memory, SIX));
  }

  @Test
  void aValueBeginsAtItsOffsetAndTouchesNothingElse() {
    Memory memory = backend.allocate(3 * Backend.ALIGNMENT);
    Buffer all = backend.bind(memory, TensorType.float32(3 * Backend.ALIGNMENT / 4));
    backend.fill(all, 1);
    Buffer inner = backend.bind(memory, Backend.ALIGNMENT, SIX);
    Kernel add = kernel(new BinaryMath(BinaryMath.Function.ADD), SIX, SIX);
    add.run(new Buffer[] {inner, inner}, new Buffer[] {inner}, null);
    float[] values = download(all).toFloats();
    for (int i = 0; i < values.length; i++) {
      int from = Backend.ALIGNMENT / 4;
      assertEquals(i >= from && i < from + 6 ? 2 : 1, values[i], "element " + i);
    }
  }

  private Kernel kernel(Op op, ValueType... inputs) {
    return assertInstanceOf(Kernel.class, backend.prepare(op, List.of(inputs)));
  }

  @Test
  void aWorkspaceThatTheCallerHasOpenHoldsNothingOfTheBackends() {
    WorkspaceConfiguration configuration =
        WorkspaceConfiguration.builder().initialSize(1 << 16).build();
    Buffer x;
    Buffer y;
    try (MemoryWorkspace workspace =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(configuration, "CALLER")) {
      assertTrue(workspace.isScopeActive());
      x = uploaded(HostArray.of(SIX.shape(), -1f, 2f, -3f, 4f, -5f, 6f));
      y = backend.bind(backend.allocate(SIX.bytes()), SIX);
      kernel(new Activate(Activation.RELU), SIX).run(new Buffer[] {x}, new Buffer[] {y}, null);
    }
    assertArrayEquals(new float[] {0, 2, 0, 4, 0, 6}, download(y).toFloats());
    assertArrayEquals(new float[] {-1, 2, -3, 4, -5, 6}, download(x).toFloats());
  }

  @Test
  void whatNd4jComputesOtherwiseIsDeclinedWithTheReason() {
    Declined tanh =
        assertInstanceOf(
            Declined.class, backend.prepare(new Activate(new Activation.Tanh()), List.of(SIX)));
    assertTrue(tanh.reason().contains("near 0"), tanh.reason());
  }

  /** By hand: ND4J's search for a maximum begins at a finite number and would give that. */
  @Test
  void theMaximumOfNothingButMinusInfinityIsMinusInfinity() {
    float low = Float.NEGATIVE_INFINITY;
    HostArray x =
        HostArray.of(Shape.of(1, 1, 2, 4), low, low, -Float.MAX_VALUE, low, low, low, low, low);
    MaxPooling op = new MaxPooling(Window2d.of(2));
    Kernel kernel = kernel(op, x.type());
    Buffer y = backend.bind(backend.allocate(8), TensorType.float32(1, 1, 1, 2));
    Buffer scratch =
        backend.bind(
            backend.allocate(kernel.scratchBytes()),
            TensorType.float32((int) kernel.scratchBytes() / 4));
    kernel.run(new Buffer[] {uploaded(x)}, new Buffer[] {y, null}, scratch);
    assertArrayEquals(new float[] {low, -Float.MAX_VALUE}, download(y).toFloats());
  }

  @Test
  void aClosedBackendCannotBeUsedAndHoldsNoMemory() {
    backend.allocate(64);
    backend.close();
    backend.close();
    assertEquals(0, backend.memory().bytes());
    assertThrows(IllegalStateException.class, () -> backend.allocate(1));
    assertThrows(IllegalStateException.class, backend::synchronize);
  }
}
