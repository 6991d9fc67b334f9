package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.op.Reshape;
import dev.cambium.spi.View;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CpuReshapeTest extends OpenBackend {
  @ParameterizedTest
  @EnumSource(DType.class)
  void elementsKeepTheirRowMajorIndex(DType dtype) {
    List<List<Shape>> pairs =
        List.of(
            List.of(Shape.of(2, 3, 4, 5), Shape.of(2, 60)),
            List.of(Shape.of(2, 60), Shape.of(2, 3, 4, 5)),
            List.of(Shape.of(2, 3, 4, 5), Shape.of(3, 2, 5, 4)),
            List.of(Shape.of(1, 65, 33, 37), Shape.of(65 * 33, 37)));
    for (List<Shape> pair : pairs) {
      HostArray x = HostArray.allocate(new TensorType(dtype, pair.get(0)));
      for (int i = 0; i < x.shape().intSize(); i++) {
        x.set(i, i % 251);
      }
      HostArray y = Agreement.kernel(backend(), new Reshape(pair.get(1)), x).get(0);
      assertEquals(x.bytes(), y.bytes(), pair.toString());
    }
  }

  @Test
  void whereTheOrderIsTheSameNothingRuns() {
    for (List<Shape> pair :
        List.of(
            List.of(Shape.of(6, 4), Shape.of(3, 8)),
            List.of(Shape.of(6), Shape.of(6)),
            List.of(Shape.of(2, 3, 4, 5), Shape.of(2, 3, 4, 5)),
            List.of(Shape.of(2, 1, 4, 5), Shape.of(2, 20)),
            List.of(Shape.of(2, 7, 1, 1), Shape.of(2, 7)),
            List.of(Shape.of(2, 7), Shape.of(2, 7, 1, 1)))) {
      TensorType x = new TensorType(DType.FLOAT32, pair.get(0));
      assertEquals(new View(0), backend().prepare(new Reshape(pair.get(1)), List.of(x)));
    }
  }
}
