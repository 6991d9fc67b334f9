package dev.cambium.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

/** Known answers of philox4x32 with 10 rounds from the file {@code kat_vectors} of Random123. */
class Philox4x32Test {
  private static int[] block(int key0, int key1, int c0, int c1, int c2, int c3) {
    int[] words = new int[6];
    Philox4x32.block(key0, key1, c0, c1, c2, c3, words, 1);
    assertEquals(0, words[0] | words[5], "only four words are written");
    return new int[] {words[1], words[2], words[3], words[4]};
  }

  @Test
  void zerosGiveTheKnownAnswer() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, block(0, 0, 0, 0, 0, 0));
  }

  @Test
  void onesGiveTheKnownAnswer() {
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, block(-1, -1, -1, -1, -1, -1));
  }

  @Test
  void theDigitsOfPiGiveTheKnownAnswer() {
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        block(0xa4093822, 0x299f31d0, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344));
  }

  @Test
  void namesBecomeStreamsByTheirHash() {
    // FNV-1a, 32 bits, of no bytes, and of the bytes 61 00, from the algorithm's definition
    assertEquals(0x811c9dc5, Philox4x32.stream(""));
    int afterA = (0x811c9dc5 ^ 0x61) * 16777619;
    assertEquals(afterA * 16777619, Philox4x32.stream("a"));
    assertNotEquals(Philox4x32.stream("dropout1"), Philox4x32.stream("dropout2"));
  }
}
