package dev.cambium.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.nn.zoo.Zoo;
import dev.cambium.tensor.Shape;
import org.junit.jupiter.api.Test;

class SummaryTest {
  /**
   * By hand: convolution 6 (25 + 1) = 156 parameters, 28^2 6 25 = 117,600 products; 16 (150 + 1) =
   * 2,416, 10^2 16 150 = 240,000; linear 120 (400 + 1), 84 (120 + 1), 10 (84 + 1).
   */
  @Test
  void lenetIsTheTableThatIsCountedByHand() {
    assertEquals(
        """
        layer         kind       output           parameters  multiply-adds
        (input)                  [1, 1, 28, 28]
        features.0    Conv2d     [1, 6, 28, 28]          156        117,600
        features.1    ReLU       [1, 6, 28, 28]            0              0
        features.2    MaxPool2d  [1, 6, 14, 14]            0              0
        features.3    Conv2d     [1, 16, 10, 10]       2,416        240,000
        features.4    ReLU       [1, 16, 10, 10]           0              0
        features.5    MaxPool2d  [1, 16, 5, 5]             0              0
        classifier.0  Linear     [1, 120]             48,120         48,000
        classifier.1  ReLU       [1, 120]                  0              0
        classifier.2  Linear     [1, 84]              10,164         10,080
        classifier.3  ReLU       [1, 84]                   0              0
        classifier.4  Linear     [1, 10]                 850            840
        total                                         61,706        416,520
        """,
        Network.of(Zoo.lenet(10), Shape.of(1, 28, 28)).summary().toString());
  }

  @Test
  void multiplyAddsGrowWithTheBatchAndParametersDoNot() {
    Network network = Network.of(Zoo.lenet(10), Shape.of(1, 28, 28));
    Summary summary = network.summary(Shape.of(64, 1, 28, 28));
    assertEquals(64 * 416_520L, summary.multiplyAdds());
    assertEquals(61_706, summary.parameters());
  }

  /** A filter of a grouped convolution sums over the planes of its own group only. */
  @Test
  void groupsDivideTheMultiplyAdds() {
    Network network = Network.of(Conv2d.of(8, 3).groups(4).bias(false), Shape.of(4, 5, 5));
    assertEquals(8 * 3 * 3 * (1 * 9), network.summary().multiplyAdds());
    assertEquals(8 * 1 * 9, network.summary().parameters());
  }

  @Test
  void runningStatisticsAreUntrainedState() {
    Summary summary = Network.of(BatchNorm.of(), Shape.of(3, 4, 4)).summary();
    assertEquals(6, summary.parameters());
    assertEquals(
        """
        layer      kind       output        parameters  multiply-adds
        (input)               [1, 3, 4, 4]
        (network)  BatchNorm  [1, 3, 4, 4]           6              0
        total                                        6              0
        untrained state: 7 elements
        """,
        summary.toString());
  }
}
