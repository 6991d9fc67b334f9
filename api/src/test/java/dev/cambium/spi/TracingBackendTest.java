package dev.cambium.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Affine;
import dev.cambium.op.MatMul;
import dev.cambium.op.Op;
import dev.cambium.op.Reshape;
import dev.cambium.op.UnaryMath;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TracingBackendTest {
  private static final TensorType TYPE = TensorType.float32(2, 2);

  private final Queue<Runnable> pending = new ArrayDeque<>();

  /** Works only when it is told to wait, and then 20 ms longer for Affine. */
  private final Backend lazy =
      ReplacedKernels.of(
          (op, kernel) ->
              (inputs, outputs, scratch) ->
                  pending.add(
                      () -> {
                        if (op instanceof Affine) {
                          sleep(20);
                        }
                        kernel.run(inputs, outputs, scratch);
                      }),
          () -> {
            while (!pending.isEmpty()) {
              pending.remove().run();
            }
          });

  private final TracingBackend backend = new TracingBackend(lazy);

  private static void sleep(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private Buffer buffer() {
    return backend.bind(backend.allocate(backend.bytes(TYPE)), TYPE);
  }

  private Launch launch(String label, Op op, Buffer output, Buffer... inputs) {
    Kernel kernel =
        (Kernel) backend.prepare(op, List.of(inputs).stream().map(Buffer::type).toList());
    return new Launch(label, kernel, inputs, new Buffer[] {output}, null);
  }

  @Test
  void timesBelongToTheKernelThatTookThem() {
    Buffer x = buffer();
    Buffer y = buffer();
    backend.upload(HostArray.of(Shape.of(2, 2), 1f, 2f, 3f, 4f).bytes(), x);
    Sequence sequence =
        backend.sequence(
            List.of(
                launch("first", new MatMul(false, false), y, x, x),
                launch("slow", new Affine(2, 0), y, y),
                launch("last", new UnaryMath(UnaryMath.Function.NEGATE), y, y)));
    sequence.run();
    sequence.run();
    HostArray result = HostArray.allocate(TYPE);
    backend.download(y, result.bytes());
    assertArrayEquals(new float[] {-14, -20, -30, -44}, result.toFloats());
    Map<String, KernelTrace.Row> rows = byName(backend.trace().byLabel());
    assertEquals(2, rows.get("slow").calls());
    assertTrue(rows.get("slow").nanoseconds() >= 40_000_000);
    assertTrue(rows.get("first").nanoseconds() < 40_000_000);
    assertTrue(rows.get("last").nanoseconds() < 40_000_000);
    assertEquals("slow", backend.trace().byLabel().get(0).name());
    assertEquals(2 * 2 * 8, rows.get("first").flops());
    assertEquals(2 * 3 * 16, rows.get("first").bytes());
    assertEquals(1, rows.get("upload").calls());
    assertEquals(16, rows.get("download").bytes());
  }

  @Test
  void launchesOfOneOperationAreAddedUp() {
    Buffer x = buffer();
    backend.fill(x, 1);
    launch("a", new Affine(2, 0), x, x).run();
    backend
        .sequence(
            List.of(
                launch("b", new Affine(3, 0), x, x),
                launch("c", new UnaryMath(UnaryMath.Function.ABS), x, x)))
        .run();
    Map<String, KernelTrace.Row> rows = byName(backend.trace().byOperation());
    assertEquals(2, rows.get("Affine").calls());
    assertEquals(1, rows.get("UnaryMath").calls());
    assertEquals(1, rows.get("fill").calls());
    assertEquals(
        rows.values().stream().mapToLong(KernelTrace.Row::nanoseconds).sum(),
        backend.trace().total().nanoseconds());
    backend.trace().reset();
    assertEquals(List.of(), backend.trace().byOperation());
    assertEquals(0, backend.trace().total().calls());
  }

  @Test
  void packersAreTracedUnderTheirOwnName() {
    Packer packer = new Packer((inputs, outputs, scratch) -> {}, () -> 100);
    Backend packing = ReplacedKernels.of((op, kernel) -> new WithPacker(kernel, packer));
    try (TracingBackend traced = new TracingBackend(packing)) {
      Kernel kernel = (Kernel) traced.prepare(new UnaryMath(UnaryMath.Function.ABS), List.of(TYPE));
      Packer wrapped = kernel.packer(0).orElseThrow();
      wrapped.kernel().run(new Buffer[1], new Buffer[1], null);
      assertEquals(packer.type(), wrapped.type());
      KernelTrace.Row row = byName(traced.trace().byOperation()).get("Pack");
      assertEquals(116, row.bytes());
    }
  }

  @Test
  void theTableHasRatesSharesAndATotal() {
    KernelTrace trace = new KernelTrace(KernelClock.HOST);
    trace.add("Convolution", "Convolution (features.0)", 3_000_000, new KernelCost(600_000_000, 0));
    trace.add("Convolution", "Convolution (features.3)", 3_000_000, new KernelCost(600_000_000, 0));
    trace.add("Affine", "Affine", 2_000_000, new KernelCost(0, 30_000_000));
    String[] lines = trace.table(trace.byOperation()).split("\\R");
    assertEquals("operation      calls         ms   share   GFLOP/s    GB/s", lines[0]);
    assertEquals("Convolution        2      6.000   75.0%     200.0       -", lines[1]);
    assertEquals("Affine             1      2.000   25.0%         -    15.0", lines[2]);
    assertEquals("total              3      8.000  100.0%     150.0     3.8", lines[3]);
    assertEquals(4, lines.length);
  }

  @Test
  void theCostliestKernelsAreNamedByLayerWithWhatTheyAchieve() {
    KernelTrace trace = new KernelTrace(KernelClock.DEVICE);
    KernelCost product = new KernelCost(600_000_000, 30_000_000);
    trace.add("Convolution", "Convolution (features.0)", 3_000_000, product);
    trace.add("Convolution", "Convolution (features.3)", 2_000_000, product);
    trace.add("Convolution", "Convolution (features.3)", 4_000_000, product);
    trace.add("Affine", "Affine", 500_000, new KernelCost(0, 6_000_000));
    trace.add("copy", "copy", 500_000, new KernelCost(0, 0));
    String[] lines = trace.costliest(3).split("\\R");
    assertEquals("the costliest kernels, by the device's own events:", lines[0]);
    assertEquals("kernel                      calls  ms a call   share       achieved", lines[1]);
    assertEquals("Convolution (features.3)        2      3.000   60.0%  200.0 GFLOP/s", lines[2]);
    assertEquals("Convolution (features.0)        1      3.000   30.0%  200.0 GFLOP/s", lines[3]);
    assertEquals("Affine                          1      0.500    5.0%      12.0 GB/s", lines[4]);
    assertEquals(5, lines.length);
    assertEquals(trace.costliest(5) + trace.table(trace.byOperation()), trace.report());
  }

  @Test
  void aBackendThatMeasuresItsDeviceAnswersForTheHostsClock() {
    Backend events =
        new ForwardingBackend(lazy) {
          @Override
          public long busyNanoseconds(Runnable work) {
            work.run();
            return 7;
          }

          @Override
          public KernelClock clock() {
            return KernelClock.DEVICE;
          }
        };
    for (Backend under : List.of(events, new CheckingBackend(events, false))) {
      TracingBackend traced = new TracingBackend(under);
      Buffer x = traced.bind(traced.allocate(traced.bytes(TYPE)), TYPE);
      traced.fill(x, 1);
      Kernel kernel = (Kernel) traced.prepare(new Affine(2, 0), List.of(TYPE));
      traced
          .sequence(
              List.of(
                  new Launch("slow", kernel, new Buffer[] {x}, new Buffer[] {x}, null),
                  new Launch("slow", kernel, new Buffer[] {x}, new Buffer[] {x}, null)))
          .run();
      assertEquals(KernelClock.DEVICE, traced.trace().clock());
      assertEquals(14, byName(traced.trace().byLabel()).get("slow").nanoseconds());
      assertEquals(21, traced.trace().total().nanoseconds());
    }
  }

  @Test
  void withoutADevicesClockWhatWasGivenBeforeDoesNotCount() {
    pending.add(() -> sleep(20));
    long nothing = lazy.busyNanoseconds(() -> {});
    assertTrue(pending.isEmpty());
    assertTrue(nothing < 20_000_000, "it took " + nothing);
    long waited = lazy.busyNanoseconds(() -> pending.add(() -> sleep(20)));
    assertTrue(waited >= 20_000_000, "it took " + waited);
    assertEquals(KernelClock.HOST, backend.trace().clock());
  }

  @Test
  void whatIsNotAKernelPassesThrough() {
    assertEquals(new View(0), backend.prepare(new Reshape(Shape.of(4)), List.of(TYPE)));
    assertEquals("reference", backend.name());
    Memory memory = backend.allocate(8);
    assertEquals(1, backend.memory().allocations());
    memory.close();
    backend.close();
    assertThrows(IllegalStateException.class, () -> backend.allocate(8));
  }

  private static Map<String, KernelTrace.Row> byName(List<KernelTrace.Row> rows) {
    return rows.stream().collect(Collectors.toMap(KernelTrace.Row::name, Function.identity()));
  }
}
