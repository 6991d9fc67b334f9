package dev.cambium.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.tensor.HostArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contestants do the same work: from the same weights, without dropout, whose masks differ,
 * they give the same losses, the same weights after some steps, and the same scores.
 */
class ContestantsAgreeTest {
  private static final int STEPS = 3;

  /**
   * Both sum in single precision, in another order: up to 4,096 products, so that a sum may be off
   * by 4,096 x 2^-24 = 2.4e-4 of its terms.
   */
  private static final double BOUND = 4096 * 0x1p-24;

  /**
   * A sum within rounding of 0 passes a ReLU in one library and not in the other. On random images
   * a gradient is a sum of terms of either sign, so one term more or less is some thousandths of
   * it; another momentum, learning rate or rule would be tenths.
   */
  private static final double KINKS = 0.02;

  private final Workload workload = Workload.random(3);
  private final CambiumContestant ours = new CambiumContestant(workload, 1, convnet());
  private final DjlContestant theirs = new DjlContestant(workload, 0);

  private static Layer convnet() {
    List<Layer> layers = new ArrayList<>();
    for (int channels : new int[] {32, 64}) {
      for (int i = 0; i < 2; i++) {
        layers.add(Conv2d.of(channels, 3).padding(1).bias(false));
        layers.add(BatchNorm.of());
        layers.add(ReLU.of());
      }
      layers.add(MaxPool2d.of(2));
    }
    layers.addAll(List.of(Linear.of(256), ReLU.of(), Linear.of(Workload.CLASSES)));
    return Sequential.of(layers.toArray(Layer[]::new));
  }

  @BeforeEach
  void startFromTheSameWeights() {
    List<Parameter> parameters = theirParameters();
    List<HostArray> weights = ourWeights();
    assertEquals(weights.size(), parameters.size());
    for (int i = 0; i < weights.size(); i++) {
      ByteBuffer values = weights.get(i).bytes().order(ByteOrder.nativeOrder());
      assertEquals(weights.get(i).shape().size(), parameters.get(i).getArray().size());
      parameters.get(i).getArray().set(values);
    }
  }

  @AfterEach
  void close() {
    ours.close();
    theirs.close();
  }

  private List<Parameter> theirParameters() {
    return theirs.model().getBlock().getParameters().stream().map(Pair::getValue).toList();
  }

  /** In the order of the layers; DJL does not count batches. */
  private List<HostArray> ourWeights() {
    return ours.model().weights().entrySet().stream()
        .filter(entry -> !entry.getKey().endsWith("num_batches_tracked"))
        .map(Map.Entry::getValue)
        .toList();
  }

  @Test
  void lossesOfTheFirstStepsAgree() {
    for (int step = 0; step < STEPS; step++) {
      assertEquals(theirs.train(1), ours.train(1), BOUND, "step " + step);
    }
  }

  @Test
  void weightsAndRunningStatisticsAgreeAfterSomeSteps() {
    List<HostArray> before = ourWeights();
    ours.train(STEPS);
    theirs.train(STEPS);
    List<HostArray> after = ourWeights();
    List<Parameter> parameters = theirParameters();
    for (int i = 0; i < after.size(); i++) {
      float[] expected = parameters.get(i).getArray().toFloatArray();
      double distance = 0;
      double way = 0;
      for (int j = 0; j < expected.length; j++) {
        distance = Math.max(distance, Math.abs(after.get(i).get(j) - expected[j]));
        way = Math.max(way, Math.abs(after.get(i).get(j) - before.get(i).get(j)));
      }
      String name = parameters.get(i).getName() + " " + after.get(i).shape();
      assertTrue(way > 0, name + " did not change");
      assertTrue(distance < KINKS * way, name + ": " + distance + " apart after a way of " + way);
    }
  }

  @Test
  void scoresAgree() {
    assertEquals(theirs.infer(1), ours.infer(1), BOUND);
  }
}
