package dev.cambium.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.data.Batch;
import dev.cambium.data.BatchTransform;
import dev.cambium.data.DataLoader;
import dev.cambium.data.Dataset;
import dev.cambium.data.Digits;
import dev.cambium.data.Preprocessing;
import dev.cambium.data.TensorDataset;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mixtures as the loader makes them. */
@Timeout(60)
class MixedLoaderTest {
  private static final Dataset DATA = Digits.open(1, 53, 1).train();
  private static final RandomMix MIX =
      RandomMix.of(MixUp.of(0.4).probability(0.8), CutMix.of(1).probability(0.8));

  private static DataLoader.Builder loader(int threads) {
    return DataLoader.builder(DATA, 8).threads(threads).shuffle(9).mix(MIX, 4);
  }

  /** Everything that a batch holds, in one line each. */
  private static List<String> contents(Iterable<Batch> batches) {
    List<String> lines = new ArrayList<>();
    for (Batch batch : batches) {
      lines.add(
          "%s %s %08x %s"
              .formatted(
                  Arrays.toString(batch.indices()),
                  Arrays.toString(batch.labels().toInts()),
                  Arrays.hashCode(batch.images().toFloats()),
                  Arrays.toString(batch.softTargets().orElseThrow().toFloats())));
    }
    return lines;
  }

  @Test
  void whatComesDoesNotDependOnThreadsOrOnWhereAnEpochIsTakenUp() {
    List<String> first;
    List<String> second;
    try (DataLoader loader = loader(1).build()) {
      first = contents(loader.epoch(0));
      second = contents(loader.epoch(1));
    }
    assertEquals(7, first.size());
    for (int threads : new int[] {0, 4}) {
      try (DataLoader loader = loader(threads).build()) {
        assertEquals(first, contents(loader.epoch(0)));
        assertEquals(second, contents(loader.epoch(1)));
        assertEquals(second.subList(3, 7), contents(loader.epoch(1, 3)));
      }
    }
  }

  /** Without shuffling, so that only the mixtures can differ. */
  @Test
  void everySeedEpochAndBatchHasItsOwnMixture() {
    List<String> lambdas = new ArrayList<>();
    for (long seed : new long[] {1, 2}) {
      try (DataLoader loader =
          DataLoader.builder(DATA, 13).mix(MixUp.of(1), seed).threads(0).build()) {
        for (int epoch = 0; epoch < 2; epoch++) {
          loader.epoch(epoch).forEachRemaining(batch -> lambdas.add(lambda(batch)));
        }
      }
    }
    assertEquals(2 * 2 * 5, lambdas.size());
    assertEquals(4, lambdas.stream().filter("1.0"::equals).count(), "the batch of one sample");
    assertEquals(16 + 1, lambdas.stream().distinct().count());
  }

  /** The share of the first sample, whose label is not that of the last but in batches of one. */
  private static String lambda(Batch batch) {
    return Float.toString(batch.softTargets().orElseThrow().toFloats()[batch.labels().toInts()[0]]);
  }

  @Test
  void labelsStayThoseOfTheSamplesAndTargetsAreDistributions() {
    try (DataLoader loader = loader(2).build()) {
      for (Batch batch : loader.epoch(0)) {
        HostArray targets = batch.softTargets().orElseThrow();
        assertEquals(TensorType.float32(batch.size(), 10), targets.type());
        float[] shares = targets.toFloats();
        for (int i = 0; i < batch.size(); i++) {
          int label = DATA.label(batch.indices()[i]);
          assertEquals(label, (int) batch.labels().get(i));
          double sum = 0;
          for (int c = 0; c < 10; c++) {
            assertTrue(shares[10 * i + c] >= 0);
            sum += shares[10 * i + c];
          }
          assertEquals(1, sum, 1e-6);
        }
      }
    }
  }

  @Test
  void aTransformSeesPreprocessedSamplesAndOneHotTargets() {
    Preprocessing shifted =
        new Preprocessing() {
          @Override
          public void apply(float[] from, int at, float[] to, int toOffset, Shape shape) {
            Arrays.fill(to, toOffset, toOffset + shape.intSize(), -3);
          }

          @Override
          public ObjectNode toJson() {
            return Preprocessing.NONE.toJson();
          }
        };
    List<Float> seen = new ArrayList<>();
    BatchTransform look =
        (images, targets, random) -> {
          seen.add(images.toFloats()[0]);
          float[] rows = targets.toFloats();
          for (int i = 0; i < targets.shape().dim(0); i++) {
            float[] row = Arrays.copyOfRange(rows, 10 * i, 10 * i + 10);
            Arrays.sort(row);
            assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, row);
          }
        };
    try (DataLoader loader =
        DataLoader.builder(DATA, 20).threads(0).preprocessing(shifted).mix(look, 1).build()) {
      assertEquals(3, contents(loader.epoch(0)).size());
    }
    assertEquals(List.of(-3f, -3f, -3f), seen);
  }

  @Test
  void theTargetsOfASlotAreUsedAgain() {
    try (DataLoader loader = DataLoader.builder(DATA, 10).threads(0).mix(MIX, 1).build()) {
      var epoch = loader.epoch(0);
      HostArray first = epoch.next().softTargets().orElseThrow();
      assertSame(first, epoch.next().softTargets().orElseThrow());
    }
  }

  @Test
  void withoutAMixtureThereAreNoSoftTargets() {
    try (DataLoader loader = DataLoader.builder(DATA, 10).build()) {
      assertTrue(loader.epoch(0).next().softTargets().isEmpty());
    }
  }

  @Test
  void cutMixOfSamplesThatAreNoImagesIsRefusedWhenTheLoaderIsBuilt() {
    TensorDataset rows =
        TensorDataset.of(
            HostArray.of(Shape.of(2, 2), 1f, 2f, 3f, 4f),
            HostArray.of(Shape.of(2), 0, 1),
            List.of("a", "b"));
    for (BatchTransform mix : List.of(CutMix.of(1), RandomMix.of(MixUp.of(1), CutMix.of(1)))) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> DataLoader.builder(rows, 2).mix(mix, 1).build())
              .getMessage();
      assertTrue(message.startsWith("CutMix needs images [C, H, W]"), message);
      assertTrue(message.contains("[2]"), message);
    }
    try (DataLoader loader = DataLoader.builder(rows, 2).mix(MixUp.of(1), 1).build()) {
      Batch batch = loader.epoch(0).next();
      assertNotEquals(1f, batch.images().toFloats()[0]);
    }
  }
}
