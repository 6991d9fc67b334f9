package dev.cambium.op;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** What an operation's shape inference says about inputs that do not fit. */
record InferenceErrors(Op op) {
  /** Fails unless these inputs are refused with a message that names the op and contains this. */
  void says(String expected, ValueType... inputs) {
    List<ValueType> types = List.of(inputs);
    String message =
        assertThrows(IllegalArgumentException.class, () -> op.infer(types)).getMessage();
    assertTrue(message.contains(op.name()), message);
    assertTrue(message.contains(expected), message);
  }

  static TensorType int32(int... dimensions) {
    return TensorType.of(DType.INT32, dimensions);
  }

  static TensorType float64(int... dimensions) {
    return TensorType.of(DType.FLOAT64, dimensions);
  }
}
