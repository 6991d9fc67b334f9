package dev.cambium.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.op.Reshape;
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
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckingBackendTest {
  private static final TensorType TYPE = TensorType.float32(2, 2);
  private static final Op ADD = new BinaryMath(BinaryMath.Function.ADD);

  private final List<Backend> opened = new ArrayList<>();
  private final Backend backend =
      checking(new ReferenceProvider().open(BackendConfig.defaults()), false);

  private Backend checking(Backend inner, boolean poison) {
    Backend checking = new CheckingBackend(inner, poison);
    opened.add(checking);
    return checking;
  }

  @AfterEach
  void close() {
    opened.forEach(Backend::close);
  }

  private static Buffer buffer(Backend on, TensorType type) {
    return on.bind(on.allocate(on.bytes(type)), type);
  }

  private Buffer buffer() {
    return buffer(backend, TYPE);
  }

  private static Kernel prepare(Backend on, Op op, ValueType... types) {
    return (Kernel) on.prepare(op, List.of(types));
  }

  private static void run(Kernel kernel, Buffer output, Buffer... inputs) {
    kernel.run(inputs, new Buffer[] {output}, null);
  }

  private static double[] elements(Backend on, Buffer buffer) {
    HostArray array = HostArray.allocate((TensorType) buffer.type());
    on.download(buffer, array.bytes());
    return array.toDoubles();
  }

  private static void refused(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }

  private static void closed(String part, Runnable action) {
    String message = assertThrows(IllegalStateException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void correctUseComputesTheSame(boolean poison) {
    Backend checked = checking(new ReferenceProvider().open(BackendConfig.defaults()), poison);
    Buffer x = buffer(checked, TYPE);
    Buffer y = buffer(checked, TYPE);
    checked.upload(HostArray.of(Shape.of(2, 2), 1f, 2f, 3f, 4f).bytes(), x);
    Kernel add = prepare(checked, ADD, TYPE, TYPE);
    Kernel twice = prepare(checked, new Affine(2, 1), TYPE);
    Sequence sequence =
        checked.sequence(
            List.of(
                new Launch("add", add, new Buffer[] {x, x}, new Buffer[] {y}, null),
                new Launch("twice", twice, new Buffer[] {y}, new Buffer[] {y}, null)));
    sequence.run();
    sequence.run();
    assertArrayEquals(new double[] {5, 9, 13, 17}, elements(checked, y));
    checked.copy(y, x);
    checked.synchronize();
    assertArrayEquals(new double[] {5, 9, 13, 17}, elements(checked, x));
    sequence.close();
    closed("sequence", sequence::run);
    assertEquals(new View(0), checked.prepare(new Reshape(Shape.of(4)), List.of(TYPE)));
  }

  @Test
  void otherTypesThanPreparedAreRefused() {
    Kernel add = prepare(backend, ADD, TYPE, TYPE);
    Buffer other = buffer(backend, TensorType.float32(4));
    refused(
        "input 1 was FLOAT32[4], prepared for FLOAT32[2, 2]",
        () -> run(add, buffer(), buffer(), other));
    refused("output 0 was FLOAT32[4]", () -> run(add, other, buffer(), buffer()));
    refused("has 2 inputs, got 1", () -> run(add, buffer(), buffer()));
    refused("a buffer of this backend", () -> run(add, buffer(), buffer(), (Buffer) null));
    refused("a buffer of this backend", () -> run(add, buffer(), buffer(), () -> TYPE));
    Launch wrong = new Launch("l", add, new Buffer[] {other, other}, new Buffer[] {buffer()}, null);
    refused("input 0 was FLOAT32[4]", () -> backend.sequence(List.of(wrong)));
  }

  @Test
  void memoryIsSharedOnlyWhereTheOperationAllowsIt() {
    Buffer x = buffer();
    Kernel softmax = prepare(backend, new Softmax(), TYPE);
    refused("output 0 must not share memory with input 0", () -> run(softmax, x, x));
    run(prepare(backend, new Affine(2, 1), TYPE), x, x);
    TensorType row = TensorType.float32(2);
    Memory large = backend.allocate(backend.bytes(TYPE));
    Kernel stretched = prepare(backend, ADD, TYPE, row);
    refused(
        "output 0 must not share memory with input 1",
        () -> run(stretched, backend.bind(large, TYPE), x, backend.bind(large, row)));
  }

  @Test
  void useAfterCloseIsRefused() {
    Memory memory = backend.allocate(backend.bytes(TYPE));
    Buffer gone = backend.bind(memory, TYPE);
    Buffer x = buffer();
    Kernel add = prepare(backend, ADD, TYPE, TYPE);
    Launch launch = new Launch("l", add, new Buffer[] {gone, x}, new Buffer[] {x}, null);
    Sequence sequence = backend.sequence(List.of(launch));
    memory.close();
    HostArray array = HostArray.allocate(TYPE);
    closed("memory of 32 bytes", () -> backend.bind(memory, TYPE));
    closed("memory of 32 bytes", () -> backend.upload(array.bytes(), gone));
    closed("memory of 32 bytes", () -> backend.download(gone, array.bytes()));
    closed("memory of 32 bytes", () -> backend.fill(gone, 0));
    closed("memory of 32 bytes", () -> run(add, x, gone, x));
    closed("memory of 32 bytes", sequence::run);
    add.close();
    closed("kernel BinaryMath was closed", () -> run(add, x, x, x));
    backend.close();
    closed("backend reference was closed", () -> backend.allocate(8));
    closed("backend reference was closed", () -> backend.prepare(ADD, List.of(TYPE, TYPE)));
    closed("backend reference was closed", () -> backend.fill(x, 0));
    closed("backend reference was closed", backend::synchronize);
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    Memory small = backend.allocate(8);
    refused("slot has 8 bytes", () -> backend.bind(small, TYPE));
    HostArray array = HostArray.allocate(TensorType.float32(3));
    refused("has 12 bytes", () -> backend.upload(array.bytes(), buffer()));
    refused("has 12 bytes", () -> backend.download(buffer(), array.bytes()));
    refused("at least 0", () -> backend.allocate(-1));
    refused("same type", () -> backend.copy(buffer(), buffer(backend, TensorType.float32(4))));
    refused("slot must be memory of this backend", () -> backend.bind(null, TYPE));
    Backend other = checking(new ReferenceProvider().open(BackendConfig.defaults()), false);
    refused("a buffer of this backend", () -> backend.fill(buffer(other, TYPE), 0));
  }

  @Test
  void poisonShowsAnElementThatAKernelForgets() {
    Kernel nothing = (inputs, outputs, scratch) -> {};
    for (boolean poison : new boolean[] {false, true}) {
      Backend forgetful = checking(ReplacedKernels.of((op, kernel) -> nothing), poison);
      Buffer x = buffer(forgetful, TYPE);
      Buffer y = buffer(forgetful, TYPE);
      forgetful.fill(x, 1);
      forgetful.fill(y, 7);
      run(prepare(forgetful, new Affine(1, 0), TYPE), y, x);
      double expected = poison ? Double.NaN : 7;
      assertArrayEquals(
          new double[] {expected, expected, expected, expected}, elements(forgetful, y));
    }
  }

  @Test
  void poisonReachesIntegersButNotWhatIsUpdatedInPlace() {
    Kernel nothing = (inputs, outputs, scratch) -> {};
    Backend forgetful = checking(ReplacedKernels.of((op, kernel) -> nothing), true);
    TensorType type = TensorType.of(DType.INT32, 2);
    Buffer x = buffer(forgetful, type);
    Buffer y = buffer(forgetful, type);
    forgetful.fill(x, 5);
    run(prepare(forgetful, new Affine(1, 0), type), y, x);
    assertEquals(Integer.MIN_VALUE, elements(forgetful, y)[1]);
    run(prepare(forgetful, new Affine(1, 0), type), x, x);
    assertArrayEquals(new double[] {5, 5}, elements(forgetful, x));
  }

  /** Adds up its scratch without ever having written to it. */
  private record ReadsScratch(Backend inner) implements Kernel {
    @Override
    public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      inner.copy(scratch, outputs[0]);
    }

    @Override
    public long scratchBytes() {
      return 32;
    }
  }

  @Test
  void scratchIsRequiredAndPoisoned() {
    Backend[] inner = new Backend[1];
    inner[0] = ReplacedKernels.of((op, kernel) -> new ReadsScratch(inner[0]));
    Backend checked = checking(inner[0], true);
    Kernel kernel = prepare(checked, new Affine(1, 0), TYPE);
    Buffer x = buffer(checked, TYPE);
    Buffer y = buffer(checked, TYPE);
    Buffer scratch = buffer(checked, TYPE);
    checked.fill(scratch, 3);
    Buffer[] inputs = {x};
    Buffer[] outputs = {y};
    kernel.run(inputs, outputs, scratch);
    assertTrue(Double.isNaN(elements(checked, y)[3]));
    refused("needs scratch, got none", () -> kernel.run(inputs, outputs, null));
    refused("output 0 is the scratch", () -> kernel.run(inputs, outputs, y));
    refused("input 0 is the scratch", () -> kernel.run(inputs, outputs, x));
    Buffer small = buffer(checked, TensorType.float32(1));
    refused("32 bytes of scratch, got 8", () -> kernel.run(inputs, outputs, small));
  }

  @Test
  void aPackedInputTakesThePlaceOfTheTypedOne() {
    record Blocked(long bytes) implements Opaque {}
    Opaque packed = new Blocked(0);
    Packer packer = new Packer((inputs, outputs, scratch) -> {}, packed);
    Backend checked =
        checking(ReplacedKernels.of((op, kernel) -> new WithPacker(kernel, packer)), false);
    Kernel kernel = prepare(checked, new Affine(1, 0), TYPE);
    Packer wrapped = kernel.packer(0).orElseThrow();
    Buffer x = buffer(checked, TYPE);
    Buffer y = buffer(checked, TYPE);
    Buffer blocked = checked.bind(checked.allocate(0), packed);
    run(wrapped.kernel(), blocked, x);
    refused("input 0 was FLOAT32[2, 2], prepared for Blocked", () -> run(kernel, y, x));
    refused("input 0 was Blocked", () -> run(wrapped.kernel(), blocked, blocked));
  }

  @Test
  void anOutputMayNotBeWrittenTwice() {
    Op twins =
        new Op() {
          @Override
          public List<ValueType> infer(List<ValueType> inputs) {
            return List.of(TYPE, TYPE);
          }

          @Override
          public Optional<HostFunction> host() {
            return Optional.of((inputs, outputs) -> {});
          }
        };
    Kernel kernel = prepare(backend, twins, TYPE);
    Buffer y = buffer();
    Buffer[] both = {y, y};
    refused("outputs 0 and 1 share memory", () -> kernel.run(new Buffer[] {buffer()}, both, null));
  }

  /** Fills its output and looks at no input. */
  private record ReadsNothing(Backend inner) implements Kernel {
    @Override
    public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      inner.fill(outputs[0], 4);
    }

    @Override
    public boolean reads(int input) {
      return false;
    }
  }

  @Test
  void theMemoryOfAnInputThatIsNotReadMayBeMissingOrReused() {
    Backend[] inner = new Backend[1];
    inner[0] = ReplacedKernels.of((op, kernel) -> new ReadsNothing(inner[0]));
    Backend checked = checking(inner[0], true);
    Kernel kernel = prepare(checked, new Softmax(), TYPE);
    Buffer y = buffer(checked, TYPE);
    run(kernel, y, y);
    run(kernel, y, (Buffer) null);
    assertArrayEquals(new double[] {4, 4, 4, 4}, elements(checked, y));
  }
}
