package dev.cambium.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendConfigTest {
  private static long limit(Map<String, String> properties) {
    return new BackendConfig("", properties).memoryLimit("mine");
  }

  @Test
  void memoryIsWithoutALimitUnlessOneIsSet() {
    assertEquals(Long.MAX_VALUE, limit(Map.of("other.memoryLimit", "7")));
    assertEquals(0, limit(Map.of("mine.memoryLimit", "0")));
    assertEquals(8_000_000_000L, limit(Map.of("mine.memoryLimit", " 8000000000 ")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1e9", "8 GB", "9999999999999999999"})
  void anotherLimitThanANumberOfBytesIsRefused(String text) {
    Map<String, String> wrong = Map.of("mine.memoryLimit", text);
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> limit(wrong));
    assertEquals(
        "mine.memoryLimit must be a number of bytes, at least 0, got '" + text + "'",
        e.getMessage());
  }
}
