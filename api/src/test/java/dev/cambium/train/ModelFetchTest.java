package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.nn.Linear;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.init.Literal;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelFetchTest {
  private static final HostArray INPUT = HostArray.of(Shape.of(1, 2), 3f, 5f);

  @Test
  void givesWhatLiesBetweenFusedLayersAndTheScores() {
    try (Backend backend = new ReferenceProvider().open(BackendConfig.defaults());
        Model model = Model.create(spec(), 1, backend)) {
      Map<String, HostArray> values =
          model.fetch(INPUT, Set.of("0.output", "1.output", Model.SCORES));
      // x W^T with W = [[1, -1], [0, 2]]; then max(0, .); then the same again.
      assertArrayEquals(new float[] {-2, 10}, values.get("0.output").toFloats());
      assertArrayEquals(new float[] {0, 10}, values.get("1.output").toFloats());
      assertArrayEquals(new float[] {-10, 20}, values.get(Model.SCORES).toFloats());
      assertEquals(3, values.size());
    }
  }

  @Test
  void namesWhatThereIsWhenAnotherIsAskedFor() {
    try (Backend backend = new ReferenceProvider().open(BackendConfig.defaults());
        Model model = Model.create(spec(), 1, backend)) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> model.fetch(INPUT, Set.of("7.output")))
              .getMessage();
      assertTrue(message.contains("'7.output'") && message.contains("0.output"), message);
    }
  }

  private static ModelSpec spec() {
    Linear linear = Linear.of(2).initializer(new Literal(List.of(1.0, -1.0, 0.0, 2.0)));
    return ModelSpec.of(
        Sequential.of(linear, ReLU.of(), linear), Shape.of(2), List.of("left", "right"));
  }
}
