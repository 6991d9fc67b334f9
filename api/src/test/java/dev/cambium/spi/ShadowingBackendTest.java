package dev.cambium.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Op;
import dev.cambium.op.Reduce;
import dev.cambium.op.Softmax;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShadowingBackendTest {
  private static final TensorType TYPE = TensorType.float32(4);
  private static final Op ADD = new BinaryMath(BinaryMath.Function.ADD);

  private final List<Backend> opened = new ArrayList<>();
  private final List<Divergence> divergences = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(Backend::close);
  }

  private static Backend reference() {
    return new ReferenceProvider().open(BackendConfig.defaults());
  }

  /** A kernel that changes one element of its output after it has run. */
  private static Kernel wrong(Backend on, Kernel right, int element, DoubleUnaryOperator change) {
    return (inputs, outputs, scratch) -> {
      right.run(inputs, outputs, scratch);
      HostArray array = HostArray.allocate((TensorType) outputs[0].type());
      on.download(outputs[0], array.bytes());
      array.set(element, change.applyAsDouble(array.get(element)));
      on.upload(array.bytes(), outputs[0]);
    };
  }

  /** The reference with another kernel for operations of that name. */
  private static Backend wrong(String name, int element, double more) {
    return wrong(name, element, value -> value + more);
  }

  private static Backend wrong(String name, int element, DoubleUnaryOperator change) {
    Backend[] backend = new Backend[1];
    BiFunction<Op, Kernel, Kernel> replace =
        (op, kernel) ->
            op.name().equals(name) ? wrong(backend[0], kernel, element, change) : kernel;
    backend[0] = ReplacedKernels.of(replace);
    return backend[0];
  }

  private Backend throwing(Backend first) {
    return open(new ShadowingBackend(first, reference()));
  }

  private Backend listening(Backend first, ShadowTolerance tolerance) {
    return open(new ShadowingBackend(first, reference(), tolerance, divergences::add));
  }

  private Backend listening(Backend first) {
    return listening(first, ShadowingBackend.DEFAULT_TOLERANCE);
  }

  private Backend open(Backend backend) {
    opened.add(backend);
    return backend;
  }

  private static Buffer upload(Backend on, HostArray value) {
    Buffer buffer = on.bind(on.allocate(on.bytes(value.type())), value.type());
    on.upload(value.bytes(), buffer);
    return buffer;
  }

  private static HostArray download(Backend on, Buffer buffer) {
    HostArray array = HostArray.allocate((TensorType) buffer.type());
    on.download(buffer, array.bytes());
    return array;
  }

  private static Launch launch(Backend on, String label, Op op, Buffer output, Buffer... inputs) {
    List<ValueType> types = new ArrayList<>();
    for (Buffer input : inputs) {
      types.add(input.type());
    }
    Kernel kernel = (Kernel) on.prepare(op, types);
    return new Launch(label, kernel, inputs, new Buffer[] {output}, null);
  }

  private static void run(Backend on, String label, Op op, Buffer output, Buffer... inputs) {
    on.sequence(List.of(launch(on, label, op, output, inputs))).run();
  }

  @Test
  void theWrongKernelIsNamedAndNotWhatComesAfterIt() {
    Backend backend = throwing(wrong("Softmax", 2, 0.25));
    Buffer x = upload(backend, HostArray.of(Shape.of(1, 4), 0f, 0f, 0f, 0f));
    Buffer y = upload(backend, HostArray.of(Shape.of(1, 4), 1f, 2f, 3f, 4f));
    List<Launch> launches =
        List.of(
            launch(backend, "before", ADD, x, x, x),
            launch(backend, "Softmax (head)", new Softmax(), y, x),
            launch(backend, "after", ADD, x, y, y));
    IllegalStateException e =
        assertThrows(IllegalStateException.class, backend.sequence(launches)::run);
    assertEquals(
        "Softmax (head): output 0, FLOAT32[1, 4], differs in 1 element; the worst is element 2,"
            + " expected 0.25, got 0.5, bound 2.5E-4 (Softmax[]): reference beside reference",
        e.getMessage());
  }

  @Test
  void rightKernelsPassAndComputeTheSameBits() {
    Backend backend = throwing(reference());
    Buffer x = upload(backend, HostArray.of(Shape.of(4), 1f, Float.NaN, -0f, 1e30f));
    run(backend, "in place", new Affine(3, 1), x, x);
    assertArrayEquals(
        new double[] {4, Double.NaN, 1, 3e30}, download(backend, x).toDoubles(), 1e24);
  }

  @Test
  void inputsAreThoseBeforeARunThatOverwritesThem() {
    Backend backend = throwing(wrong("Affine", 0, 1));
    Buffer x = upload(backend, HostArray.of(Shape.of(4), 1f, 2f, 3f, 4f));
    Launch twice = launch(backend, "twice", new Affine(2, 0), x, x);
    String message = assertThrows(IllegalStateException.class, twice::run).getMessage();
    assertTrue(message.contains("element 0, expected 2.0, got 3.0"), message);
  }

  @Test
  void eachKernelIsReportedOnce() {
    Backend backend = listening(wrong("Affine", 3, 1));
    Buffer x = upload(backend, HostArray.of(Shape.of(4), 1f, 2f, 3f, 4f));
    Buffer y = upload(backend, HostArray.allocate(TYPE));
    Launch first = launch(backend, "first", new Affine(2, 0), y, x);
    Launch second = launch(backend, "second", new Affine(4, 0), y, x);
    List<Launch> all = List.of(first, first, second, second);
    backend.sequence(all).run();
    assertEquals(List.of("first", "second"), divergences.stream().map(Divergence::label).toList());
    assertEquals(
        new Divergence("second", new Affine(4, 0), 0, TYPE, 1, 3, 16, 17, 0.016),
        divergences.get(1));
  }

  @Test
  void theToleranceDecides() {
    for (double more : new double[] {0.9e-3, 1.1e-3}) {
      Backend backend = listening(wrong("Affine", 0, more));
      Buffer x = upload(backend, HostArray.of(Shape.of(4), 0f, 0.5f, 1f, -1f));
      run(backend, "" + more, new Affine(1, 0), x, x);
      Backend exact = listening(wrong("Affine", 0, more), ShadowTolerance.relative(0));
      x = upload(exact, HostArray.of(Shape.of(4), 0f, 0.5f, 1f, -1f));
      run(exact, "exact " + more, new Affine(1, 0), x, x);
    }
    assertEquals(
        List.of("exact 9.0E-4", "0.0011", "exact 0.0011"),
        divergences.stream().map(Divergence::label).toList());
    assertThrows(IllegalArgumentException.class, () -> ShadowTolerance.relative(-1));
    assertThrows(IllegalArgumentException.class, () -> ShadowTolerance.relative(Double.NaN));
  }

  @Test
  void integersMustBeEqual() {
    Backend backend = listening(wrong("BinaryMath", 1, 1));
    Buffer x = upload(backend, HostArray.of(Shape.of(2), 1_000_000, 1_000_000));
    run(backend, "sum", ADD, x, x, x);
    assertEquals(1, divergences.size());
    assertEquals(2_000_001, divergences.get(0).got());
  }

  @Test
  void aSumThatCancelsMayBeOffByTheRoundingsOfItsTerms() {
    for (double more : new double[] {1e-7, 1e-4}) {
      Backend backend = listening(wrong("Reduce", 0, more));
      Buffer x = upload(backend, HostArray.of(Shape.of(4), 1f, -1f, 0.5f, -0.5f));
      Buffer y = upload(backend, HostArray.allocate(TensorType.float32()));
      run(backend, "" + more, new Reduce(Reduce.Function.SUM, List.of(0), false), y, x);
    }
    assertEquals(List.of("1.0E-4"), divergences.stream().map(Divergence::label).toList());
  }

  @Test
  void aNaNWhereTheSecondHasANumberIsTheWorst() {
    Backend backend = listening(wrong("Affine", 1, Double.NaN));
    Buffer x = upload(backend, HostArray.of(Shape.of(4), 1f, 2f, 3f, 4f));
    run(backend, "nan", new Affine(2, 0), x, x);
    assertEquals(1, divergences.get(0).index());
    assertTrue(Double.isNaN(divergences.get(0).got()));
  }

  @Test
  void aBackendThatStatesItDropsNaNMayDropIt() {
    for (NanBehaviour.Rule rule : NanBehaviour.Rule.values()) {
      Backend dropping = wrong("Activate", 0, value -> 0);
      Backend stating =
          new ForwardingBackend(dropping) {
            @Override
            public NanBehaviour nanBehaviour() {
              return new NanBehaviour(rule, NanBehaviour.Rule.PROPAGATED);
            }
          };
      Backend backend = listening(stating);
      assertEquals(rule, backend.nanBehaviour().rectifier());
      Buffer x = upload(backend, HostArray.of(Shape.of(4), Float.NaN, -2f, 3f, 4f));
      Buffer y = upload(backend, HostArray.allocate(TYPE));
      run(backend, rule.name(), new Activate(Activation.RELU), y, x);
    }
    assertEquals(List.of("PROPAGATED"), divergences.stream().map(Divergence::label).toList());
  }

  @Test
  void whatTheSecondDeclinesItsHostFunctionComputes() {
    ForwardingBackend declining =
        new ForwardingBackend(reference()) {
          @Override
          public Prepared prepare(Op op, List<ValueType> inputs) {
            return new Declined("not here");
          }
        };
    Backend backend =
        open(
            new ShadowingBackend(
                wrong("Affine", 0, 1),
                declining,
                ShadowingBackend.DEFAULT_TOLERANCE,
                divergences::add));
    Buffer x = upload(backend, HostArray.of(Shape.of(2), 1, 2));
    run(backend, "wrong", new Affine(2, 0), x, x);
    run(backend, "right", ADD, x, x, x);
    assertEquals(List.of("wrong"), divergences.stream().map(Divergence::label).toList());
    assertEquals(2, divergences.get(0).expected());
  }

  @Test
  void aPackedInputThatNobodyPackedIsRefused() {
    record Blocked(long bytes) implements Opaque {}
    Packer packer = new Packer((inputs, outputs, scratch) -> {}, new Blocked(32));
    Backend backend = throwing(ReplacedKernels.of((op, kernel) -> new WithPacker(kernel, packer)));
    Kernel kernel = (Kernel) backend.prepare(new Affine(1, 0), List.of(TYPE));
    Buffer packed = backend.bind(backend.allocate(32), new Blocked(32));
    Buffer y = upload(backend, HostArray.allocate(TYPE));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> kernel.run(new Buffer[] {packed}, new Buffer[] {y}, null))
            .getMessage();
    assertTrue(message.startsWith("Affine: input 0 is packed, but not by"), message);
  }

  @Test
  void memoryIsThatOfTheFirstAndBothAreClosed() {
    Backend first = reference();
    Backend second = reference();
    Backend backend = new ShadowingBackend(first, second);
    Memory memory = backend.allocate(2 * Backend.ALIGNMENT);
    Buffer x = backend.bind(memory, Backend.ALIGNMENT, TYPE);
    backend.fill(x, 2);
    run(backend, "twice", new Affine(2, 0), x, x);
    assertArrayEquals(new double[] {4, 4, 4, 4}, download(backend, x).toDoubles());
    assertEquals(first.memory(), backend.memory());
    assertEquals(0, second.memory().allocations());
    assertTrue(second.memory().totalAllocations() > 0);
    memory.close();
    assertEquals(0, first.memory().allocations());
    Buffer foreign = upload(second, HostArray.allocate(TYPE));
    assertThrows(IllegalArgumentException.class, () -> backend.fill(foreign, 0));
    backend.close();
    assertThrows(IllegalStateException.class, first::synchronize);
    assertThrows(IllegalStateException.class, second::synchronize);
  }

  @Test
  void settingsAskForCheckingAndShadowing() {
    StubProvider faulty = StubProvider.available("faulty", () -> wrong("Affine", 0, 1), 10);
    Backends backends = Backends.of(List.of(faulty, new ReferenceProvider()));
    Map<String, String> settings = Map.of("shadow", "reference", "check", "true");
    Backend backend = open(backends.open("faulty", settings));
    Buffer x = upload(backend, HostArray.of(Shape.of(4), 1f, 2f, 3f, 4f));
    Sequence affine = backend.sequence(List.of(launch(backend, "wrong", new Affine(2, 0), x, x)));
    String message = assertThrows(IllegalStateException.class, affine::run).getMessage();
    assertTrue(message.startsWith("wrong: output 0"), message);
    Buffer other = upload(backend, HostArray.allocate(TensorType.of(DType.INT32, 4)));
    assertThrows(IllegalArgumentException.class, () -> backend.copy(x, other));
  }

  @Test
  void wrongSettingsAreRefusedAndNothingStaysOpen() {
    Backend first = reference();
    Backends backends = Backends.of(List.of(StubProvider.available("cpu", () -> first, 10)));
    BackendUnavailableException e =
        assertThrows(
            BackendUnavailableException.class,
            () -> backends.open("cpu", Map.of("shadow", "refrence")));
    assertTrue(
        e.getMessage().startsWith("cambium.shadow: backend 'refrence' is not known"),
        e.getMessage());
    assertThrows(IllegalStateException.class, first::synchronize);
    assertEquals(
        "cambium.check must be true or false, got 'yes'",
        assertThrows(
                IllegalArgumentException.class, () -> backends.open("cpu", Map.of("check", "yes")))
            .getMessage());
  }
}
