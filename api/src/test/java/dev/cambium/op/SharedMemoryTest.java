package dev.cambium.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where an operation allows an output to share an input's memory, the result is the same. */
class SharedMemoryTest {
  static Stream<Arguments> operations() {
    Value x = HostEmitter.spaced("x", 2, 3);
    Value y = HostEmitter.spaced("y", 2, 3);
    Value rng = HostEmitter.tensor(DType.INT32, Shape.of(4), 1, 2, 3, 4);
    Value confusion = HostEmitter.tensor(DType.INT32, Shape.of(3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9);
    Value labels = HostEmitter.tensor(DType.INT32, Shape.of(2), 0, 2);
    Stream.Builder<Arguments> cases = Stream.builder();
    cases.add(Arguments.of(new Activate(new Activation.Tanh()), List.of(x)));
    cases.add(Arguments.of(new ActivateGradient(new Activation.Tanh()), List.of(x, y)));
    cases.add(Arguments.of(new UnaryMath(UnaryMath.Function.EXP), List.of(x)));
    cases.add(Arguments.of(new BinaryMath(BinaryMath.Function.DIVIDE), List.of(x, y)));
    Value row = HostEmitter.spaced("row", 3);
    cases.add(Arguments.of(new BinaryMath(BinaryMath.Function.SUBTRACT), List.of(x, row)));
    cases.add(Arguments.of(new Affine(2, 1), List.of(x)));
    cases.add(Arguments.of(new Dropout(0.5, 1), List.of(x, rng)));
    cases.add(Arguments.of(new ConfusionUpdate(), List.of(confusion, x, labels)));
    List<UpdateOptions> options = List.of(new UpdateOptions(1, 0.1, false), UpdateOptions.PLAIN);
    for (ParameterUpdate update : ParameterUpdateTest.updates(options)) {
      cases.add(
          Arguments.of(
              update, ParameterUpdateTest.inputs(update, new int[] {2, 3}, new int[] {4})));
    }
    return cases.build();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void theResultIsTheSame(Op op, List<Value> inputs) {
    List<Value> outputs = new HostEmitter().emit(op, inputs);
    for (int first = 0; first < inputs.size(); first++) {
      if (op.mayAlias(0, first) && inputs.get(first).type().equals(outputs.get(0).type())) {
        compare(op, inputs, outputs, first);
      }
    }
  }

  /** Output 0 replaces input {@code first}; every other output the first input that it may. */
  private static void compare(Op op, List<Value> inputs, List<Value> outputs, int first) {
    List<DoubleArray> in = new ArrayList<>();
    for (Value input : inputs) {
      DoubleArray array = HostEmitter.array(input);
      in.add(new DoubleArray(array.shape(), array.values().clone()));
    }
    List<DoubleArray> out = new ArrayList<>();
    for (int o = 0; o < outputs.size(); o++) {
      out.add(in.get(o == 0 ? first : replaced(op, o, inputs.size())));
    }
    op.host().orElseThrow().apply(in, out);
    for (int o = 0; o < outputs.size(); o++) {
      assertArrayEquals(
          HostEmitter.elements(outputs.get(o)),
          out.get(o).values(),
          op + ": output " + o + " over " + Arrays.toString(out.get(o).shape().toArray()));
    }
  }

  private static int replaced(Op op, int output, int inputs) {
    return Stream.iterate(0, i -> i < inputs, i -> i + 1)
        .filter(i -> op.mayAlias(output, i))
        .findFirst()
        .orElseThrow();
  }
}
