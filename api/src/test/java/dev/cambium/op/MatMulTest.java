package dev.cambium.op;

import static dev.cambium.op.HostEmitter.counting;
import static dev.cambium.op.HostEmitter.random;
import static dev.cambium.op.HostEmitter.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The literal is [1 2 3; 4 5 6] times [1 0; 0 1; 10 100], by hand, in all four layouts. */
class MatMulTest {
  private final HostEmitter host = new HostEmitter();

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void multipliesWhicheverInputsAreTransposed(boolean transposeA, boolean transposeB) {
    Value a = transposeA ? tensor(Shape.of(3, 2), 1, 4, 2, 5, 3, 6) : counting(2, 3);
    Value b =
        transposeB
            ? tensor(Shape.of(2, 3), 1, 0, 10, 0, 1, 100)
            : tensor(Shape.of(3, 2), 1, 0, 0, 1, 10, 100);
    assertArrayEquals(
        new double[] {31, 302, 64, 605}, host.compute(new MatMul(transposeA, transposeB), a, b));
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void gradientEqualsCentralDifferences(boolean transposeA, boolean transposeB) {
    Value a = transposeA ? random("a", 4, 2) : random("a", 2, 4);
    Value b = transposeB ? random("b", 3, 4) : random("b", 4, 3);
    OpGradientCheck.of(new MatMul(transposeA, transposeB), a, b).verify();
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void aSumOverNothingIsZero(boolean transposeA, boolean transposeB) {
    Value a = transposeA ? counting(0, 2) : counting(2, 0);
    Value b = transposeB ? counting(3, 0) : counting(0, 3);
    assertArrayEquals(new double[6], host.compute(new MatMul(transposeA, transposeB), a, b));
    assertEquals(
        Shape.of(0, 0),
        host.emit(new MatMul(false, false), counting(0, 2), counting(2, 0)).shape());
  }

  @ParameterizedTest
  @CsvSource({
    "false,false,'FLOAT32[3, J] (a is FLOAT32[2, 3])'",
    "true,false,'FLOAT32[2, J] (a is FLOAT32[2, 3], transposed)'",
    "false,true,'FLOAT32[J, 3] (a is FLOAT32[2, 3])'"
  })
  void inferenceNamesTheInputThatDoesNotFit(boolean transposeA, boolean transposeB, String what) {
    InferenceErrors errors = new InferenceErrors(new MatMul(transposeA, transposeB));
    TensorType a = TensorType.float32(2, 3);
    errors.says("input b was FLOAT32[5, 5], expected " + what, a, TensorType.float32(5, 5));
    errors.says("input a was FLOAT32[2], expected rank 2", TensorType.float32(2), a);
  }
}
