package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowBlocksTest {
  @ParameterizedTest
  @CsvSource({
    // rows, wanted, least -> each, count
    "1000, 8, 64, 125, 8",
    "1001, 8, 64, 126, 8",
    "100, 8, 64, 64, 2",
    "64, 8, 64, 64, 1",
    "1, 8, 64, 64, 1",
    "0, 8, 64, 64, 0",
    "10, 0, 1, 10, 1",
    // The second axis of a grid takes no more than 65535 groups.
    "10000000, 1000000, 1, 153, 65360",
  })
  void rowsAreSharedOut(long rows, long wanted, long least, long each, int count) {
    RowBlocks blocks = RowBlocks.of(rows, wanted, least);
    assertEquals(each, blocks.each());
    assertEquals(count, blocks.count());
  }
}
