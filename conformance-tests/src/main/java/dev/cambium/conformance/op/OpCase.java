package dev.cambium.conformance.op;

import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.op.Emitter;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import dev.cambium.tensor.HostArray;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * A row of a table: an operation on data.
 *
 * @param id of the case: {@code OP/WHAT/DATA}
 * @param op the operation that is examined
 * @param operands what the description begins with; the inputs of the operation, as a rule
 * @param description emits the operation and whatever it needs before it (the forward operation
 *     that leaves a cache); what it returns is compared, caches excepted
 * @param tolerance how far the outputs of the operation may be from the exact ones
 * @param mayBeZero whether an answer of almost nothing but zeros is right; else the case is
 *     mistrusted
 */
record OpCase(
    String id,
    Op op,
    List<Operand> operands,
    Description description,
    Tolerance tolerance,
    boolean mayBeZero) {
  /** What is computed. */
  @FunctionalInterface
  interface Description {
    /** Emits everything; the outputs of the examined operation. */
    List<Value> emit(Emitter emitter, List<Value> inputs);
  }

  OpCase {
    operands = List.copyOf(operands);
  }

  /**
   * The operation alone, on its inputs.
   *
   * @param what shapes and settings, for the id
   * @param data which kind of data, for the id
   */
  static OpCase of(Op op, String what, String data, Tolerance tolerance, Operand... operands) {
    return new OpCase(
        op.name() + "/" + what + "/" + data,
        op,
        List.of(operands),
        (emitter, inputs) -> emitter.emit(op, inputs),
        tolerance,
        false);
  }

  /** The same with other operations before or around. */
  OpCase described(Description other) {
    return new OpCase(id, op, operands, other, tolerance, mayBeZero);
  }

  /** The same where zeros are the right answer. */
  OpCase zeros() {
    return new OpCase(id, op, operands, description, tolerance, true);
  }

  /** The inputs' values: the hash of the id is their seed. */
  List<HostArray> values() {
    return values(random());
  }

  /** Other values for the same inputs, as far as their numbers are drawn. */
  List<HostArray> otherValues() {
    return values(1);
  }

  /** The values of a draw: the first, number 0, gives {@link #values()}. */
  List<HostArray> values(int draw) {
    SplittableRandom random = random();
    for (int i = 0; i < draw; i++) {
      values(random);
    }
    return values(random);
  }

  private List<HostArray> values(SplittableRandom random) {
    return operands.stream().map(operand -> operand.value(random)).toList();
  }

  /** Random numbers of this case's own. */
  SplittableRandom random() {
    byte[] name = id.getBytes(StandardCharsets.UTF_8);
    return new SplittableRandom(UUID.nameUUIDFromBytes(name).getMostSignificantBits());
  }

  /**
   * The case, and where an output may take the place of an input, the case once more with that
   * done.
   */
  List<ConformanceCase> cases() {
    List<ConformanceCase> cases = new ArrayList<>();
    cases.add(new ConformanceCase(id, op.name(), backend -> new OpRun(this).check(backend)));
    String where = ", in place";
    for (InPlaceRun run : InPlaceRun.of(this)) {
      cases.add(new ConformanceCase(id + where, op.name(), run::check));
      where = ", in place of the last";
    }
    return cases;
  }
}
