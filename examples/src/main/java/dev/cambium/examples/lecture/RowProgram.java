package dev.cambium.examples.lecture;

import java.io.IOException;
import java.util.List;

/** The small program of a row. */
@FunctionalInterface
public interface RowProgram {
  /**
   * Computes the row's figures.
   *
   * @return each figure beside the lecture's, with the verdict; at least one
   */
  List<Check> run(Laboratory laboratory) throws IOException;
}
