package dev.cambium.gpu;

import dev.cambium.tensor.DType;

/**
 * Y = f(alpha A B + beta Y + bias) for processors. A work-item computes some rows x two vectors of
 * columns at a time; a work-group the rows of one panel of B, so that the panel stays in the cache.
 *
 * <p>A product with few results and long sums is split along k into parts that are added up by a
 * second launch in a fixed order. How often it is split depends on the sizes and the {@link
 * WideTile} alone.
 */
final class WideProduct {
  private static final int GROUPS = 64;
  private static final int FEW_TILES = 16;
  private static final int DEPTH_OF_SPLIT = 512;
  private static final int FEW_ROWS = 64;
  private static final int FEWEST_ROWS = 4;
  private static final int DOTS = 8;
  private static final int NEAR_DEPTH = 4096;
  private static final long MOST_PARTS = 4 << 20;
  private static final long NEAR_BYTES = 256 << 10;

  private final WideLaunches launches;
  private final WideTile tile;
  private final MatrixProduct sizes;
  private final GpuActivation activation;
  private final Argument bias;

  /**
   * A product.
   *
   * @param bias n elements, or null
   */
  WideProduct(WideLaunches launches, MatrixProduct sizes, Argument bias, GpuActivation activation) {
    this.launches = launches;
    this.tile = launches.tile();
    this.sizes = sizes;
    this.bias = bias;
    this.activation = activation;
  }

  /** A product of factors as {@link MatrixProduct} has them; lays into panels what has to be. */
  void launch(Argument a, Argument b, Argument y) {
    if (isDots()) {
      dots(a, b, y);
    } else {
      launch(rowFactor(a), columnFactor(b), y);
    }
  }

  /** Whether k is adjacent in both factors, and A has too few rows to repay packing B. */
  private boolean isDots() {
    boolean adjacentInA = !sizes.transposeA() || sizes.m() == 1;
    boolean adjacentInB = sizes.transposeB() || sizes.n() == 1;
    return sizes.batch() == 1 && sizes.m() <= FEWEST_ROWS && adjacentInA && adjacentInB;
  }

  private void dots(Argument a, Argument b, Argument y) {
    DType dtype = sizes.dtype();
    launches.launch(
        "wide_product",
        "wide_dots",
        Grid.line(sizes.m() == 0 ? 0 : Grid.groups(sizes.n(), DOTS), 1),
        a,
        b,
        y,
        bias != null ? bias : y,
        Argument.of(sizes.m()),
        Argument.of(sizes.n()),
        Argument.of(sizes.k()),
        Argument.of((long) sizes.k()),
        Argument.of((long) sizes.k()),
        Argument.of((long) sizes.n()),
        Argument.of(bias != null ? 1 : 0),
        Argument.of(activation.code()),
        Argument.real(dtype, activation.slope()),
        Argument.real(dtype, sizes.alpha()),
        Argument.real(dtype, sizes.beta()));
  }

  /** A as stored; its transpose only when its rows are near each other, or else in panels. */
  WideFactor rowFactor(Argument a) {
    if (!sizes.transposeA()) {
      return WideFactor.rows(a, sizes.m(), sizes.k());
    }
    DType dtype = sizes.dtype();
    long bytes = (long) sizes.m() * sizes.k() * dtype.bytes();
    if (sizes.m() % tile.rows() == 0 && (bytes <= NEAR_BYTES || sizes.m() <= FEW_ROWS)) {
      return WideFactor.direct(launches, a, sizes.k(), sizes.m());
    }
    WidePanels panels =
        WidePanels.of(tile, dtype, sizes.k(), sizes.m())
            .batched(sizes.batch(), (long) sizes.k() * sizes.m());
    return WideFactor.panels(launches.pack(panels, a), panels);
  }

  /** B in panels; as stored where few rows of A would not repay the packing. */
  private WideFactor columnFactor(Argument b) {
    DType dtype = sizes.dtype();
    if (!sizes.transposeB() && sizes.n() % tile.lanes(dtype) == 0 && sizes.m() <= FEW_ROWS) {
      return WideFactor.direct(launches, b, sizes.k(), sizes.n());
    }
    WidePanels panels =
        (sizes.transposeB()
                ? WidePanels.ofTransposed(tile, dtype, sizes.k(), sizes.n())
                : WidePanels.of(tile, dtype, sizes.k(), sizes.n()))
            .batched(sizes.batch(), (long) sizes.k() * sizes.n());
    return WideFactor.panels(launches.pack(panels, b), panels);
  }

  /** A product of factors that lie as they have to. */
  void launch(WideFactor a, WideFactor b, Argument y) {
    int splits = splits();
    if (splits == 1) {
      product(a, b, y, 1, true);
      return;
    }
    Argument parts = launches.scratch(splits * sizes.results());
    product(a, b, parts, splits, false);
    finish(parts, y, splits);
  }

  private int panels() {
    return (int) Grid.groups(sizes.n(), launches.width());
  }

  private int splits() {
    long tiles = Grid.groups(sizes.m(), tile.rows()) * panels() * sizes.batch();
    if (tiles == 0) {
      return 1;
    }
    long forCores = Math.min(FEW_TILES / tiles, sizes.k() / DEPTH_OF_SPLIT);
    long forCaches = Math.min(sizes.k() / NEAR_DEPTH, MOST_PARTS / sizes.results());
    long most = Grid.MOST / sizes.batch();
    return (int) Math.max(1, Math.min(most, Math.max(forCores, forCaches)));
  }

  /** Rows of a group, so that there are some groups for each core, of whole tiles. */
  private int rowsOfGroup(int splits) {
    long others = Math.max(1, (long) panels() * sizes.batch() * splits);
    long rowGroups = Math.max(1, GROUPS / others);
    return (int) Grid.groups(Grid.groups(sizes.m(), rowGroups), tile.rows()) * tile.rows();
  }

  private void product(WideFactor a, WideFactor b, Argument y, int splits, boolean last) {
    DType dtype = sizes.dtype();
    int rowsOfGroup = rowsOfGroup(splits);
    int rowGroups = (int) Grid.groups(sizes.m(), Math.max(1, rowsOfGroup));
    launches.launch(
        "wide_product",
        a.isRows() ? "wide_product_rows" : "wide_product_panels",
        new Grid((long) rowGroups * panels(), 1, (long) sizes.batch() * splits, 1, 1),
        a.memory(),
        b.memory(),
        y,
        last && bias != null ? bias : y,
        Argument.of(sizes.m()),
        Argument.of(sizes.n()),
        Argument.of(sizes.k()),
        Argument.of(a.panel()),
        Argument.of(a.step()),
        Argument.of(b.panel()),
        Argument.of(b.step()),
        Argument.of((long) sizes.n()),
        Argument.of(a.matrix()),
        Argument.of(b.matrix()),
        Argument.of((long) sizes.m() * sizes.n()),
        Argument.of(rowsOfGroup),
        Argument.of(rowGroups),
        Argument.of(splits),
        Argument.of(last && bias != null ? 1 : 0),
        Argument.of(last ? activation.code() : 0),
        Argument.real(dtype, activation.slope()),
        Argument.real(dtype, last ? sizes.alpha() : 1),
        Argument.real(dtype, last ? sizes.beta() : 0));
  }

  private void finish(Argument parts, Argument y, int splits) {
    DType dtype = sizes.dtype();
    int rowsOfGroup = rowsOfGroup(1);
    int rowGroups = (int) Grid.groups(sizes.m(), Math.max(1, rowsOfGroup));
    launches.launch(
        "wide_product",
        "wide_finish",
        new Grid((long) rowGroups * panels(), 1, sizes.batch(), 1, 1),
        parts,
        y,
        bias != null ? bias : y,
        Argument.of(sizes.m()),
        Argument.of(sizes.n()),
        Argument.of((long) sizes.n()),
        Argument.of((long) sizes.m() * sizes.n()),
        Argument.of(rowsOfGroup),
        Argument.of(rowGroups),
        Argument.of(splits),
        Argument.of(bias != null ? 1 : 0),
        Argument.of(activation.code()),
        Argument.real(dtype, activation.slope()),
        Argument.real(dtype, sizes.alpha()),
        Argument.real(dtype, sizes.beta()));
  }
}
