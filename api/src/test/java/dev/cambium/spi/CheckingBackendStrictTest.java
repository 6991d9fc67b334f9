package dev.cambium.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Op;
import dev.cambium.spi.ScribblingBackend.Scribble;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What kernels do to memory that is not theirs to write. On reference an element has 8 bytes. */
class CheckingBackendStrictTest {
  private static final TensorType TYPE = TensorType.float32(3);
  private static final Op ADD = new BinaryMath(BinaryMath.Function.ADD);
  private static final int SCRATCH = 24;

  private final ScribblingBackend inner =
      new ScribblingBackend(new ReferenceProvider().open(BackendConfig.defaults()), SCRATCH);
  private final Backend backend = new CheckingBackend(inner, true);

  @AfterEach
  void close() {
    backend.close();
  }

  private Buffer buffer(long spare) {
    return backend.bind(backend.allocate(backend.bytes(TYPE) + spare), TYPE);
  }

  private Buffer ones(Buffer buffer) {
    backend.fill(buffer, 1);
    return buffer;
  }

  private static IllegalStateException violation(Runnable action) {
    return assertThrows(IllegalStateException.class, action::run);
  }

  static Stream<Arguments> scribbles() {
    return Stream.of(
        scribble(
            (b, in, out, s) -> b.write(out[0], -8, 8), OUTPUT, "bytes 1 to 8 before its beginning"),
        scribble(
            (b, in, out, s) -> b.write(out[0], -512, 1), OUTPUT, "byte 512 before its beginning"),
        scribble((b, in, out, s) -> b.write(out[0], 24, 8), OUTPUT, "bytes 1 to 8 after its end"),
        scribble((b, in, out, s) -> b.write(out[0], 24, 1), OUTPUT, "byte 1 after its end"),
        scribble(
            (b, in, out, s) -> b.write(out[0], 24 + 700, 4),
            OUTPUT,
            "bytes 701 to 704 after its end"),
        scribble(
            (b, in, out, s) -> b.write(s, SCRATCH, 4),
            "the scratch of 24 bytes",
            "bytes 1 to 4 after its end"),
        scribble(
            (b, in, out, s) -> b.write(s, -1, 1),
            "the scratch of 24 bytes",
            "byte 1 before its beginning"),
        scribble((b, in, out, s) -> b.write(in[1], 24, 8), INPUT, "bytes 1 to 8 after its end"),
        scribble(
            (b, in, out, s) -> b.write(in[1], -4, 4), INPUT, "bytes 1 to 4 before its beginning"));
  }

  private static final String OUTPUT = "output 0, FLOAT32[3]";
  private static final String INPUT = "input 1, FLOAT32[3]";

  private static Arguments scribble(Scribble what, String role, String where) {
    return Arguments.of(what, role, where);
  }

  @ParameterizedTest
  @MethodSource("scribbles")
  void aWriteOutsideOfABufferNamesTheKernelAndThePlace(Scribble what, String role, String where) {
    for (long spare : new long[] {0, 4, 8, 512, 10_000}) {
      Buffer x = ones(buffer(spare));
      Buffer w = ones(buffer(spare));
      Buffer y = buffer(spare);
      Buffer scratch = buffer(spare);
      Kernel add = (Kernel) backend.prepare(ADD, List.of(TYPE, TYPE));
      Launch launch =
          new Launch("add (layer)", add, new Buffer[] {x, w}, new Buffer[] {y}, scratch);
      Sequence sequence = backend.sequence(List.of(launch));
      inner.scribble(what);
      assertEquals(
          "add (layer) wrote outside of " + role + ": it changed " + where,
          violation(sequence::run).getMessage());
      inner.scribble((b, in, out, s) -> {});
      sequence.run();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 8, bytes 1 to 8", "16, 8, bytes 17 to 24", "23, 1, byte 24"})
  void anInputMustComeBackUnchanged(long at, int count, String where) {
    Buffer x = ones(buffer(0));
    Buffer w = ones(buffer(0));
    Buffer y = buffer(0);
    Kernel add = (Kernel) backend.prepare(ADD, List.of(TYPE, TYPE));
    inner.scribble((b, in, out, s) -> b.write(in[1], at, count));
    Buffer[] inputs = {x, w};
    assertEquals(
        "BinaryMath changed input 1, FLOAT32[3]: it changed " + where + " of it",
        violation(() -> add.run(inputs, new Buffer[] {y}, buffer(0))).getMessage());
    add.run(new Buffer[] {w, x}, new Buffer[] {x}, buffer(0));
  }

  @Test
  void aNeighbourInTheSameMemoryMustStayAsItIs() {
    Memory memory = backend.allocate(3 * Backend.ALIGNMENT);
    Buffer before = ones(backend.bind(memory, 0, TYPE));
    Buffer y = backend.bind(memory, Backend.ALIGNMENT, TYPE);
    Buffer after = ones(backend.bind(memory, 2 * Backend.ALIGNMENT, TYPE));
    Kernel add = (Kernel) backend.prepare(ADD, List.of(TYPE, TYPE));
    Buffer[] inputs = {before, after};
    add.run(inputs, new Buffer[] {y}, buffer(0));
    HostArray sum = HostArray.allocate(TYPE);
    backend.download(y, sum.bytes());
    assertArrayEquals(new double[] {2, 2, 2}, sum.toDoubles());
    inner.scribble((b, in, out, s) -> b.write(out[0], 512 + 8, 8));
    assertEquals(
        "BinaryMath changed input 1, FLOAT32[3]: it changed bytes 9 to 16 of it",
        violation(() -> add.run(inputs, new Buffer[] {y}, buffer(0))).getMessage());
    inner.scribble((b, in, out, s) -> b.write(out[0], -8, 8));
    assertEquals(
        "BinaryMath wrote outside of output 0, FLOAT32[3]: it changed bytes 1 to 8 before its"
            + " beginning",
        violation(() -> add.run(inputs, new Buffer[] {y}, buffer(0))).getMessage());
  }

  @Test
  void buffersOfOneMemoryMustNotOverlapPartly() {
    TensorType row = TensorType.of(DType.FLOAT64, 100);
    Memory memory = backend.allocate(4 * Backend.ALIGNMENT);
    Buffer x = backend.bind(memory, 0, row);
    backend.fill(x, 1);
    Buffer shifted = backend.bind(memory, Backend.ALIGNMENT, row);
    Kernel affine = (Kernel) backend.prepare(new Affine(2, 1), List.of(row));
    Buffer[] inputs = {x};
    affine.run(inputs, new Buffer[] {x}, buffer(0));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> affine.run(inputs, new Buffer[] {shifted}, buffer(0)))
            .getMessage();
    assertEquals("Affine: output 0 must not share memory with input 0", message);
  }

  @Test
  void aTransferThatWritesTooMuchIsNamed() {
    ForwardingBackend wrong =
        new ForwardingBackend(inner) {
          @Override
          public void fill(Buffer buffer, double value) {
            super.fill(buffer, value);
            inner.writeLast(24, 2);
          }
        };
    try (Backend checked = new CheckingBackend(wrong, true)) {
      Buffer x = checked.bind(checked.allocate(24), TYPE);
      assertEquals(
          "the fill of FLOAT32[3] wrote outside of a memory of 24 bytes: it changed bytes 1 to 2"
              + " after its end",
          violation(() -> checked.fill(x, 1)).getMessage());
    }
  }

  @Test
  void guardsAreComparedWhenMemoryIsClosedAndItIsFreedAllTheSame() {
    Memory memory = backend.allocate(24);
    backend.bind(memory, TYPE);
    inner.writeLast(-2, 2);
    String message = violation(memory::close).getMessage();
    assertTrue(message.endsWith("bytes 1 to 2 before its beginning"), message);
    memory.close();
    assertEquals(0, backend.memory().allocations());
  }

  @Test
  void memoryThatNobodyWroteHoldsNaN() {
    HostArray array = HostArray.allocate(TYPE);
    backend.download(buffer(0), array.bytes());
    assertArrayEquals(new double[] {Double.NaN, Double.NaN, Double.NaN}, array.toDoubles());
  }

  @Test
  void whatIsLargerThanAPieceOfTheTransferIsComparedToTheEnd() {
    TensorType large = TensorType.of(DType.FLOAT64, 300_001);
    HostArray sent = HostArray.allocate(large);
    for (int i = 0; i < 300_001; i++) {
      sent.set(i, i);
    }
    Buffer x = backend.bind(backend.allocate(backend.bytes(large)), large);
    Buffer y = backend.bind(backend.allocate(backend.bytes(large)), large);
    backend.upload(sent.bytes(), x);
    Kernel affine = (Kernel) backend.prepare(new Affine(1, 0), List.of(large));
    affine.run(new Buffer[] {x}, new Buffer[] {y}, buffer(0));
    HostArray got = HostArray.allocate(large);
    backend.download(y, got.bytes());
    assertEquals(sent.bytes(), got.bytes());
    inner.scribble((b, in, out, s) -> b.write(in[0], 8 * 300_000, 8));
    assertEquals(
        "Affine changed input 0, FLOAT64[300001]: it changed bytes 2400001 to 2400008 of it",
        violation(() -> affine.run(new Buffer[] {x}, new Buffer[] {y}, buffer(0))).getMessage());
  }

  @Test
  void theStatisticsAreThoseOfTheBackendBelow() {
    Memory memory = backend.allocate(100);
    assertEquals(100, memory.bytes());
    assertEquals(3 * Backend.ALIGNMENT, backend.memory().bytes());
    assertEquals(1, backend.memory().allocations());
    memory.close();
    assertEquals(0, backend.memory().bytes());
    assertThrows(OutOfMemoryException.class, () -> backend.allocate(Long.MAX_VALUE));
  }
}
