package dev.cambium.train;

import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import org.ojalgo.matrix.store.R064Store;
import org.ojalgo.matrix.store.RawStore;

/**
 * The weights of one layer from what it takes, before they are scaled.
 *
 * @param weight the weights
 * @param fromData how many outputs got theirs from the data; the others are random
 */
record LayerFilters(HostArray weight, int fromData) {
  /** More patches than these tell little more about a layer's input. */
  private static final int PATCHES = 4096;

  /** Gaussian weights. */
  static LayerFilters random(WeightedLayer layer, RandomStream random) {
    HostArray weight = HostArray.allocate(layer.weight().type());
    double scale = 1 / Math.sqrt(layer.inputs());
    for (int i = 0; i < weight.shape().intSize(); i++) {
      weight.set(i, scale * random.nextGaussian());
    }
    return new LayerFilters(weight, 0);
  }

  /** Weights of the given kind, each group of outputs from the patches that it sees. */
  static LayerFilters of(
      DataDependentInit.Filters kind, WeightedLayer layer, HostArray input, RandomStream random) {
    LayerFilters filters = random(layer, random);
    if (kind == DataDependentInit.Filters.RANDOM) {
      return filters;
    }
    Patches patches = new Patches(layer, input);
    int outputs = layer.outputs() / patches.groups();
    int fromData = 0;
    for (int group = 0; group < patches.groups(); group++) {
      PatchComponents components = PatchComponents.of(patches.draw(group, PATCHES, random));
      double[][] rows =
          kind == DataDependentInit.Filters.PCA
              ? components.directions()
              : clusters(components, outputs, random);
      int count = Math.min(outputs, rows.length);
      for (int o = 0; o < count; o++) {
        for (int i = 0; i < layer.inputs(); i++) {
          filters.weight.set((group * outputs + o) * layer.inputs() + i, rows[o][i]);
        }
      }
      fromData += count;
    }
    return new LayerFilters(filters.weight, fromData);
  }

  /** Filters whose answer to a patch is the product of the whitened patch with a centre. */
  private static double[][] clusters(PatchComponents components, int count, RandomStream random) {
    if (components.variances().length == 0) {
      return new double[0][];
    }
    R064Store whitening = components.whitening();
    double[][] whitened = components.centred().multiply(whitening.transpose()).toRawCopy2D();
    double[][] centres = new SphericalKMeans(whitened).centres(count, random);
    return centres.length == 0 ? centres : RawStore.wrap(centres).multiply(whitening).toRawCopy2D();
  }
}
