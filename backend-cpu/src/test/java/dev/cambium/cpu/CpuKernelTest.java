package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activation;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Linear;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Sequence;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CpuKernelTest extends OpenBackend {
  private static final Linear LINEAR = new Linear(true, Activation.RELU);
  private static final List<TensorType> TYPES =
      List.of(TensorType.float32(4, 48), TensorType.float32(64, 48), TensorType.float32(64));

  @Test
  void unpackedWeightsAreRefusedWhereAPackerWasOffered() {
    Convolution op = new Convolution(ConvolutionGeometry.PLAIN, false, Activation.NONE);
    List<TensorType> types =
        List.of(TensorType.float32(2, 32, 8, 8), TensorType.float32(64, 32, 3, 3));
    try (OpRun run = new OpRun(backend(), op, types);
        OpRun other = new OpRun(backend(), op, types)) {
      assertTrue(run.kernel().packer(1).isPresent());
      Buffer[] unpacked = {run.launch().inputs()[0], other.packings().get(0).inputs()[0]};
      Kernel kernel = run.kernel();
      Buffer[] outputs = run.launch().outputs();
      Buffer scratch = run.launch().scratch();
      assertThrows(IllegalArgumentException.class, () -> kernel.run(unpacked, outputs, scratch));
    }
  }

  @Test
  void aClosedKernelAndClosedMemoryCannotRun() {
    OpRun run = new OpRun(backend(), LINEAR, TYPES);
    run.run();
    run.close();
    Launch launch = run.launch();
    assertThrows(IllegalStateException.class, launch::run);
  }

  @Test
  void closingTheBackendFreesKernelsThatWereNotClosed() {
    CpuPlatform platform = new CpuPlatform(1, Long.MAX_VALUE, false);
    Backend other = new CpuBackend(platform);
    OpRun run = new OpRun(other, LINEAR, TYPES);
    assertTrue(platform.openKernels() > 0);
    other.close();
    assertEquals(0, other.memory().bytes());
    run.close();
  }

  @Test
  void anyNumberOfThreadsGivesTheSameLinearLayer() {
    HostArray x = Agreement.integers(1, 8, 4, 48);
    HostArray w = Agreement.integers(2, 8, 64, 48);
    HostArray b = Agreement.integers(3, 8, 64);
    HostArray expected = Agreement.kernel(backend(), LINEAR, x, w, b).get(0);
    for (String threads : List.of("1", "3")) {
      BackendConfig config = new BackendConfig("", Map.of("cpu.threads", threads));
      try (Backend other = new CpuProvider().open(config)) {
        assertEquals(expected.bytes(), Agreement.kernel(other, LINEAR, x, w, b).get(0).bytes());
      }
    }
  }

  @Test
  void aSteadySequenceAllocatesNextToNothing() {
    try (OpRun run = new OpRun(backend(), LINEAR, TYPES)) {
      run.run();
      try (Sequence sequence = backend().sequence(List.of(run.launch(), run.launch()))) {
        for (int i = 0; i < 1_000; i++) {
          sequence.run();
        }
        long before = allocatedOnSubmissionThread();
        for (int i = 0; i < 1_000; i++) {
          sequence.run();
        }
        // Two thousand launches; reading the counter itself takes a few objects.
        assertTrue(allocatedOnSubmissionThread() - before < 16_384);
      }
    }
  }

  private static long allocatedOnSubmissionThread() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = platform().thread().call(() -> Thread.currentThread().getId());
    return threads.getThreadAllocatedBytes(id);
  }
}
