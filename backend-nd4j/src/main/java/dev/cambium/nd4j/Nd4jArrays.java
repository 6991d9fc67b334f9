package dev.cambium.nd4j;

import dev.cambium.runtime.Tensor;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.nio.ByteBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ND4J's arrays as Cambium's values and back, for programs that come from DL4J. The element at an
 * index keeps its index, whatever order, strides or offset an array has. Everything is copied, so
 * that neither side sees what the other does later. The element types are FLOAT, DOUBLE, INT32,
 * INT64 and UINT8; others have to be converted by {@link INDArray#castTo} first. The tensor may be
 * on any backend; ND4J is the one for processors.
 */
public final class Nd4jArrays {
  private Nd4jArrays() {}

  /**
   * A copy of an array in host memory, row-major. The array without shape and elements, {@link
   * Nd4j#empty(DataType)}, becomes one of shape [0].
   *
   * @throws IllegalArgumentException when the element type is another than those above
   * @throws IllegalStateException when the array was closed
   */
  public static HostArray toHost(INDArray array) {
    if (array.wasClosed()) {
      throw new IllegalStateException(
          "the INDArray of shape "
              + Nd4jTypes.shape(array.shape())
              + " was closed; convert it before that");
    }
    boolean shapeless = array.isEmpty() && array.rank() == 0;
    Shape shape = shapeless ? Shape.of(0) : Nd4jTypes.shape(array.shape());
    HostArray host = HostArray.allocate(new TensorType(Nd4jTypes.of(array.dataType()), shape));
    if (shape.size() > 0) {
      try (INDArray rowMajor = detached(host.type())) {
        rowMajor.assign(array);
        host.bytes().put(bytes(rowMajor, host.type()));
      }
    }
    return host;
  }

  /**
   * A copy of a host array as an array of ND4J's in order {@code c}, outside of all workspaces;
   * close it when it is no longer needed.
   */
  public static INDArray of(HostArray host) {
    INDArray array = detached(host.type());
    if (host.shape().size() > 0) {
      bytes(array, host.type()).put(host.bytes());
    }
    return array;
  }

  /** A copy of an array on a backend, to be closed when it is no longer needed. */
  public static Tensor toTensor(Backend backend, INDArray array) {
    return Tensor.of(backend, toHost(array));
  }

  /** A copy of a tensor, when its backend is done with it; to be closed as that of an array. */
  public static INDArray of(Tensor tensor) {
    return of(tensor.toHost());
  }

  private static INDArray detached(TensorType type) {
    long[] dimensions = Nd4jTypes.dimensions(type.shape());
    DataType element = Nd4jTypes.of(type.dtype());
    return type.shape().size() == 0
        ? Nd4j.create(element, dimensions)
        : Nd4j.createUninitializedDetached(element, 'c', dimensions);
  }

  private static ByteBuffer bytes(INDArray array, TensorType type) {
    return NativeAddress.bytes(array.data().address(), type.bytes());
  }
}
