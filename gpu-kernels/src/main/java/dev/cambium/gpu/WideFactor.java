package dev.cambium.gpu;

/**
 * A factor of a product as it lies in memory.
 *
 * @param memory where
 * @param panel elements from one panel of its outer index (rows of A, columns of B) to the next; 0
 *     for a row-major A
 * @param step elements from one k to the next in a panel; in a row-major A, from row to row
 * @param matrix elements from one matrix to the next
 */
record WideFactor(Argument memory, long panel, long step, long matrix) {
  /** Row-major A, whose rows are of {@code inner} elements. */
  static WideFactor rows(Argument memory, int rows, int inner) {
    return new WideFactor(memory, 0, inner, (long) rows * inner);
  }

  /** A factor in panels. */
  static WideFactor panels(Argument memory, WidePanels panels) {
    return new WideFactor(memory, panels.panelElements(), panels.width(), panels.matrixElements());
  }

  /**
   * A row-major matrix [inner, outer], whose rows are read where they lie: without a last, narrower
   * panel.
   */
  static WideFactor direct(WideLaunches launches, Argument memory, int inner, int outer) {
    return new WideFactor(memory, launches.width(), outer, (long) inner * outer);
  }

  /** Whether this is a row-major A. */
  boolean isRows() {
    return panel == 0;
  }
}
