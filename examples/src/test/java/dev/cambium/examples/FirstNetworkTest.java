package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.Backend;
import dev.cambium.spi.Backends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstNetworkTest {
  @TempDir Path folder;

  @Test
  void trainsSavesLoadsAndPredicts() throws IOException {
    Path file = folder.resolve("digits.safetensors");
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (Backend backend = Backends.discover().open()) {
      PrintStream out = new PrintStream(text, true, StandardCharsets.UTF_8);
      double accuracy = new FirstNetwork(backend).run(1, file, out);
      assertTrue(accuracy > 0.8, "accuracy " + accuracy);
    }
    assertTrue(Files.size(file) > 0);
    String printed = text.toString(StandardCharsets.UTF_8);
    assertTrue(printed.contains("Conv2d"), printed);
    assertTrue(printed.contains("the first digit is a 0"), printed); // digit i is of class i % 10
  }
}
