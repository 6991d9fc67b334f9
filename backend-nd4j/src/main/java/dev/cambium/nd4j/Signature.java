package dev.cambium.nd4j;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * What a kernel is prepared for.
 *
 * @param thread where kernels run
 * @param inputs the types of the inputs
 * @param outputs the types of the outputs
 */
record Signature(Nd4jThread thread, List<ValueType> inputs, List<ValueType> outputs) {
  /** The type of an input that is a tensor. */
  TensorType input(int index) {
    return (TensorType) inputs.get(index);
  }

  /** The type of an output that is a tensor. */
  TensorType output(int index) {
    return (TensorType) outputs.get(index);
  }

  /** The element type of the first output. */
  DType dtype() {
    return output(0).dtype();
  }

  /** The first output's dimensions in ND4J's form. */
  long[] dimensions() {
    return Nd4jTypes.dimensions(output(0).shape());
  }

  /** The number of elements of the first output. */
  long size() {
    return output(0).shape().size();
  }

  /** The shape of an input. */
  Shape shape(int input) {
    return input(input).shape();
  }

  /** The bytes of so many elements of the first output's type. */
  long bytes(long elements) {
    return elements * dtype().bytes();
  }

  /** Whether nothing has to be computed. */
  boolean isEmpty() {
    return outputs.stream()
        .allMatch(type -> !(type instanceof TensorType tensor) || tensor.shape().size() == 0);
  }

  /** A kernel without working memory. */
  Nd4jKernel kernel(Nd4jKernel.Body body) {
    return new Nd4jKernel(thread, 0, body);
  }

  /** A kernel with working memory. */
  Nd4jKernel kernel(long scratchBytes, Nd4jKernel.Body body) {
    return new Nd4jKernel(thread, scratchBytes, body);
  }
}
