package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class SystemLibraryTest {
  private static final String NAME = "libnobody-has-this.so.1";

  @TempDir Path folder;

  /** A file that begins as a library does, for 64 bits (2) or for 32 (1). */
  private Path library(String place, int bits) throws IOException {
    Path file = Files.createDirectories(folder.resolve(place)).resolve(NAME);
    return Files.write(file, new byte[] {0x7f, 'E', 'L', 'F', (byte) bits, 1, 1, 0});
  }

  private SystemLibrary searchedIn(String... places) {
    StringBuilder folders = new StringBuilder();
    for (String place : places) {
      folders.append(folders.isEmpty() ? "" : ":").append(folder.resolve(place));
    }
    return new SystemLibrary(List.of(NAME, "libnobody-has-this.so"), folders.toString());
  }

  @Test
  void theFirstFolderWins() throws IOException {
    Path first = library("first", 2);
    library("second", 2);
    assertEquals(Optional.of(first), searchedIn("none", "first", "second").find());
  }

  @Test
  void aLibraryFor32BitsIsPassedOver() throws IOException {
    library("lib32", 1);
    Path wanted = library("lib64", 2);
    assertEquals(Optional.of(wanted), searchedIn("lib32", "lib64").find());
    SystemLibrary alone = searchedIn("lib32");
    assertEquals(Optional.empty(), alone.find());
    assertEquals("there is no " + NAME, alone.absence());
  }

  @Test
  void whatIsNoLibraryIsNamed() throws IOException {
    Path text = Files.writeString(library("first", 2), "no library");
    SystemLibrary broken = searchedIn("first");
    assertEquals(Optional.empty(), broken.find());
    assertEquals(text + " is no library", broken.absence());
    assertEquals(Optional.empty(), searchedIn("none").find());
  }

  @Test
  void theOtherNameCounts() throws IOException {
    Path other = library("first", 2);
    Path renamed = Files.move(other, other.resolveSibling("libnobody-has-this.so"));
    assertEquals(Optional.of(renamed), searchedIn("first").find());
  }

  @Test
  void theSystemsOwnLibrariesAreFound() {
    // Java itself needs it; musl has no list of libraries, but the file.
    SystemLibrary libc = new SystemLibrary(List.of("libc.so.6", "libc.musl-x86_64.so.1"), "");
    assertTrue(libc.find().isPresent(), libc.absence());
  }
}
