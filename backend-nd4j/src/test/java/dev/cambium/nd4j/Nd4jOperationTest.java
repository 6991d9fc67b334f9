package dev.cambium.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Sequence;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J's operations by name. */
class Nd4jOperationTest {
  private final INDArray matrix = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}});
  private final INDArray square = Nd4j.create(DataType.FLOAT, 2, 2);

  @Test
  void aFailureSaysWhichOperationAndShapesAndDoesNotSpoilTheNextRun() {
    Nd4jOperation product = Nd4jMatMul.product(false, true, false);
    INDArray wrong = Nd4j.create(DataType.FLOAT, 2, 5);
    Nd4jException failed =
        assertThrows(Nd4jException.class, () -> product.run(matrix, wrong, square));
    assertTrue(failed.getMessage().startsWith("ND4J's matmul failed"), failed.getMessage());
    assertTrue(failed.getMessage().contains("FLOAT[2, 5]"), failed.getMessage());
    product.run(matrix, matrix, square);
    assertArrayEquals(new float[] {14, 32, 32, 77}, square.dup('c').data().asFloat());
  }

  @Test
  void aFailureInASequenceNamesTheLaunch() {
    try (Backend backend = new Nd4jProvider().open(BackendConfig.defaults())) {
      Kernel failing =
          (Buffer[] inputs, Buffer[] outputs, Buffer scratch) ->
              Nd4jMatMul.product(false, false, false).run(matrix, matrix, square);
      Sequence sequence =
          backend.sequence(
              List.of(new Launch("layer 3", failing, new Buffer[0], new Buffer[0], null)));
      Nd4jException failed = assertThrows(Nd4jException.class, sequence::run);
      assertTrue(failed.getMessage().startsWith("layer 3: ND4J's matmul"), failed.getMessage());
    }
  }
}
