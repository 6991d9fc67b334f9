package dev.cambium.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.nn.zoo.Zoo;
import dev.cambium.runtime.Tensor;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Backends;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The element at an index keeps its index, on the way there and on the way back. */
class Nd4jArraysTest {
  /** 0, 1, 2, ... in row-major order. */
  private static INDArray counted(long... shape) {
    INDArray array = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, i);
    }
    return array;
  }

  /** Arrays that lie in memory in other ways than their elements are counted. */
  static Stream<INDArray> arraysOfManyLayouts() {
    return Stream.of(
        counted(3, 4),
        counted(3, 4).dup('f'),
        counted(3, 4).transpose(),
        counted(2, 3, 4, 5).permute(2, 0, 3, 1),
        counted(3, 4).getColumn(1),
        counted(4, 6).get(NDArrayIndex.interval(1, 3), NDArrayIndex.interval(0, 2, 6)),
        counted(2, 3, 4).slice(1),
        counted(3, 1).broadcast(3, 4),
        counted(5),
        counted(1, 1, 1),
        Nd4j.scalar(2.5f));
  }

  @ParameterizedTest
  @MethodSource("arraysOfManyLayouts")
  void elementsKeepTheirIndexWhateverTheLayout(INDArray array) {
    HostArray host = Nd4jArrays.toHost(array);
    assertArrayEquals(array.shape(), Nd4jTypes.dimensions(host.shape()));
    long[] strides = host.shape().strides();
    for (int i = 0; i < host.shape().intSize(); i++) {
      long[] index = new long[strides.length];
      for (int axis = 0; axis < index.length; axis++) {
        index[axis] = i / strides[axis] % host.shape().dim(axis);
      }
      double expected = index.length == 0 ? array.getDouble(0) : array.getDouble(index);
      assertEquals(expected, host.get(i), "element " + i + " of " + host.shape());
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void everyElementTypeComesBackWithItsBits(DType dtype) {
    double[] values = {0, 1, 2, 100, 255};
    HostArray host = HostArray.of(new TensorType(dtype, Shape.of(5, 1)), values);
    try (INDArray array = Nd4jArrays.of(host)) {
      assertEquals(100, array.getDouble(3, 0));
      assertEquals('c', array.ordering());
      assertEquals(host.bytes(), Nd4jArrays.toHost(array).bytes());
    }
  }

  @Test
  void nothingIsSharedAfterwards() {
    HostArray host = HostArray.of(Shape.of(2), 1f, 2f);
    INDArray array = Nd4jArrays.of(host);
    HostArray back = Nd4jArrays.toHost(array);
    array.assign(7);
    assertArrayEquals(new float[] {1, 2}, host.toFloats());
    assertArrayEquals(new float[] {1, 2}, back.toFloats());
    array.close();
  }

  @Test
  void emptyArraysKeepTheirShape() {
    INDArray array = Nd4jArrays.of(HostArray.allocate(TensorType.float32(0, 3)));
    assertTrue(array.isEmpty());
    assertArrayEquals(new long[] {0, 3}, array.shape());
    assertEquals(Shape.of(0, 3), Nd4jArrays.toHost(array).shape());
    assertEquals(Shape.of(0), Nd4jArrays.toHost(Nd4j.empty(DataType.INT32)).shape());
  }

  @Test
  void arraysInWorkspacesAreReadAndNewOnesLieOutside() {
    WorkspaceConfiguration configuration =
        WorkspaceConfiguration.builder().initialSize(1 << 16).build();
    INDArray made;
    try (MemoryWorkspace workspace =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(configuration, "ARRAYS")) {
      assertTrue(workspace.isScopeActive());
      INDArray inside = Nd4j.create(DataType.FLOAT, 2, 3).assign(4);
      assertTrue(inside.isAttached());
      made = Nd4jArrays.of(Nd4jArrays.toHost(inside));
    }
    assertFalse(made.isAttached());
    assertArrayEquals(new float[] {4, 4, 4, 4, 4, 4}, Nd4jArrays.toHost(made).toFloats());
    made.close();
  }

  @Test
  void tensorsOfAnyBackendComeAndGo() {
    for (String name : new String[] {"nd4j", "cpu", "reference"}) {
      try (Backend backend = Backends.discover().open(name, Map.of());
          INDArray array = counted(2, 3, 4, 5);
          Tensor tensor = Nd4jArrays.toTensor(backend, array.permute(0, 3, 1, 2));
          INDArray back = Nd4jArrays.of(tensor)) {
        assertEquals(TensorType.float32(2, 5, 3, 4), tensor.type());
        assertEquals(array.permute(0, 3, 1, 2), back, name);
      }
    }
  }

  @Test
  void otherElementTypesAreRefusedWithWhatToDo() {
    INDArray halves = Nd4j.create(DataType.FLOAT16, 2);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Nd4jArrays.toHost(halves));
    assertTrue(refused.getMessage().contains("convert it with castTo"));
  }

  @Test
  void aClosedArrayIsRefused() {
    INDArray array = Nd4j.create(DataType.FLOAT, 2, 3);
    array.close();
    assertThrows(IllegalStateException.class, () -> Nd4jArrays.toHost(array));
  }

  /** A model of Cambium's in a program whose data are arrays of ND4J's. */
  @Test
  void theExampleOfTheGuideRuns() {
    ModelSpec spec =
        ModelSpec.of(Zoo.MLP.create(3), Shape.of(1, 4, 4), List.of("circle", "square", "star"));
    try (Backend backend = Backends.discover().open("nd4j", Map.of());
        Model model = Model.create(spec, 1, backend)) {
      INDArray features = Nd4j.rand(DataType.FLOAT, 8, 1, 4, 4);
      HostArray probabilities = model.probabilities(Nd4jArrays.toHost(features));
      try (INDArray classes = Nd4jArrays.of(probabilities)) {
        assertArrayEquals(new long[] {8, 3}, classes.shape());
        assertEquals(8, classes.sumNumber().doubleValue(), 1e-5);
      }
    }
  }
}
