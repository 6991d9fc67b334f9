package dev.cambium.nd4j;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One of ND4J's operations by its name, with its arguments, ready to run. It writes into the arrays
 * that it is given: ND4J's own idea of the shape of a result is not asked for, as some of its
 * operations know paddings that are the same on both sides only, though their loops know others.
 */
final class Nd4jOperation {
  private static final double[] NO_REALS = {};

  private final CustomOp operation;
  private final OpContext context;

  private Nd4jOperation(String name, long[] integers, double[] reals) {
    operation = DynamicCustomOp.builder(name).build();
    context = Nd4j.getExecutioner().buildContext();
    context.shapeFunctionOverride(true);
    context.setIArguments(integers);
    context.setTArguments(reals);
  }

  /** An operation with integer arguments, in ND4J's order. */
  static Nd4jOperation of(String name, long... integers) {
    return new Nd4jOperation(name, integers, NO_REALS);
  }

  /** This operation's name and integers, with real arguments, too. */
  static Nd4jOperation of(String name, double[] reals, long... integers) {
    return new Nd4jOperation(name, integers, reals);
  }

  /** Computes {@code z} of one array. */
  void run(INDArray x, INDArray z) {
    context.setInputArray(0, x);
    execute(z);
  }

  /** Computes {@code z} of two arrays. */
  void run(INDArray x, INDArray y, INDArray z) {
    context.setInputArray(0, x);
    context.setInputArray(1, y);
    execute(z);
  }

  /** Computes any number of arrays of any number of others. */
  void run(INDArray[] inputs, INDArray... outputs) {
    for (int i = 0; i < inputs.length; i++) {
      context.setInputArray(i, inputs[i]);
    }
    execute(outputs);
  }

  /** The context keeps what was set until it is purged, native handles of each array included. */
  private void execute(INDArray... outputs) {
    try {
      for (int i = 0; i < outputs.length; i++) {
        context.setOutputArray(i, outputs[i]);
      }
      Nd4j.exec(operation, context);
    } catch (RuntimeException failed) {
      throw new Nd4jException(explain(outputs, failed), failed);
    } finally {
      context.purge();
    }
  }

  /** ND4J says what went wrong in the cause, if at all. */
  private String explain(INDArray[] outputs, RuntimeException failed) {
    String inputs = shapes(context.getInputArrays());
    String cause = failed.getCause() == null ? "" : ": " + failed.getCause().getMessage();
    return "ND4J's "
        + operation.opName()
        + " failed for inputs "
        + inputs
        + ", outputs "
        + shapes(List.of(outputs))
        + ": "
        + failed.getMessage()
        + cause;
  }

  private static String shapes(List<INDArray> arrays) {
    return arrays.stream()
        .map(array -> array.dataType() + Arrays.toString(array.shape()))
        .toList()
        .toString();
  }
}
