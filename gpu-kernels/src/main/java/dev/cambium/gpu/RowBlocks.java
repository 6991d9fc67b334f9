package dev.cambium.gpu;

/**
 * A matrix's rows in blocks of {@code each} adjacent ones; the last block has what is left.
 *
 * @param rows how many there are
 * @param each how many a block has, at least 1
 */
record RowBlocks(long rows, long each) {
  /**
   * About as many blocks as are wanted.
   *
   * @param wanted how many blocks there should be
   * @param least how many rows a block should have at least, so that its work is worth its cost
   */
  static RowBlocks of(long rows, long wanted, long least) {
    long count = Math.max(1, Math.min(wanted, Grid.MOST));
    return new RowBlocks(rows, Math.max(least, Grid.groups(rows, count)));
  }

  /** The number of blocks: 0 where there are no rows. */
  int count() {
    return (int) Grid.groups(rows, each);
  }
}
