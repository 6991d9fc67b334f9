package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.tensor.Philox4x32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxBlockTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0, 0, 0, 512",
    "-1, -1, -1, -1, -1, -1, 512",
    "-1540531200, 305419896, 2147483600, 7, -8, 123456789, 511",
    "1, 2, -3, 65535, 65536, -65536, 1",
    "1, 2, 3, 4, 5, 6, 0"
  })
  void givesTheWordsOfConsecutiveCounters(
      int key0, int key1, int first, int c1, int c2, int c3, int n) {
    PhiloxBlock block = new PhiloxBlock();
    block.generate(9, 8, 7, 6, 5, 4, PhiloxBlock.SIZE);
    block.generate(key0, key1, first, c1, c2, c3, n);
    int[] expected = new int[4];
    for (int i = 0; i < n; i++) {
      Philox4x32.block(key0, key1, first + i, c1, c2, c3, expected, 0);
      for (int word = 0; word < 4; word++) {
        assertEquals(expected[word], block.words(word)[i], "word " + word + " of counter " + i);
      }
    }
  }
}
