package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundledLibraryTest {
  private static final String FILE = "libbundled-test.so";
  private static final String CONTENT = "stands for a native library\n";

  @TempDir Path parent;

  private Optional<Path> unpack(Path folder) throws IOException {
    return BundledLibrary.unpack(BundledLibraryTest.class, FILE, folder);
  }

  @Test
  void whatIsThereAlreadyIsLeftAlone() throws IOException {
    Path folder = parent.resolve("new");
    Path file = unpack(folder).orElseThrow();
    assertEquals(folder.resolve(FILE), file);
    assertEquals(CONTENT, Files.readString(file));
    FileTime old = FileTime.fromMillis(0);
    Files.setLastModifiedTime(file, old);
    assertEquals(Optional.of(file), unpack(folder));
    assertEquals(old, Files.getLastModifiedTime(file));
  }

  @Test
  void halfOfItFromAnotherProcessIsReplaced() throws IOException {
    Path file = Files.writeString(parent.resolve(FILE), CONTENT.substring(0, 9));
    assertEquals(Optional.of(file), unpack(parent));
    assertEquals(CONTENT, Files.readString(file));
    try (Stream<Path> files = Files.list(parent)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void whatNoJarHasIsNothing() throws IOException {
    assertEquals(
        Optional.empty(),
        BundledLibrary.unpack(BundledLibraryTest.class, "libnobody-has-this.so", parent));
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(parent.resolve("file"), "in the way");
    IOException failure = assertThrows(IOException.class, () -> unpack(file));
    assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
  }
}
