package dev.cambium.train;

import dev.cambium.data.Dataset;
import dev.cambium.image.Image;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The noise of batch normalisation: the statistics of random batches of training samples, a batch
 * for each draw.
 *
 * @param training the samples
 * @param batch how many make a batch
 * @param draws how many batches
 * @param seed decides which samples, and what random layers draw meanwhile
 */
record BatchNoise(Dataset training, int batch, int draws, long seed) {
  BatchNoise {
    if (draws < 1) {
      throw new IllegalArgumentException("draws of batchNoise must be at least 1, got " + draws);
    }
    if (batch < 2 || batch > training.size()) {
      throw new IllegalArgumentException(
          "batch of batchNoise must be of 2 to the number of training samples, "
              + training.size()
              + ", got "
              + batch);
    }
  }

  /** The statistics of each draw, by name. */
  List<Map<String, HostArray>> statistics(Model model, NoisyNetwork network) {
    List<Map<String, HostArray>> all = new ArrayList<>();
    for (int draw = 0; draw < draws; draw++) {
      all.add(network.statistics(model.prepared(images(draw)), seed, draw));
    }
    return all;
  }

  private List<Image> images(int draw) {
    int[] order = new int[training.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    new RandomStream(seed, "batch noise/" + draw).shuffle(order);
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      images.add(training.image(order[i]));
    }
    return images;
  }
}
