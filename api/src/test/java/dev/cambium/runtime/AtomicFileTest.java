package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void createsAndReplacesAFile() throws IOException {
    Path target = folder.resolve("a.txt");
    AtomicFile.write(target, text("first, longer"));
    AtomicFile.write(target, text("second"));
    assertEquals("second", Files.readString(target));
    assertEquals(List.of("a.txt"), names());
  }

  @Test
  void keepsTheOldFileWhenTheContentFails() throws IOException {
    Path target = folder.resolve("a.txt");
    AtomicFile.write(target, text("old"));
    IllegalStateException failure = new IllegalStateException("no content");
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                AtomicFile.write(
                    target,
                    channel -> {
                      text("half").writeTo(channel);
                      throw failure;
                    }));
    assertSame(failure, thrown);
    assertEquals("old", Files.readString(target));
    assertEquals(List.of("a.txt"), names());
  }

  @Test
  void keepsTheOldFileOnAFullDiskAndSaysSo() throws IOException {
    Path target = folder.resolve("a.txt");
    AtomicFile.write(target, text("old"));
    IOException failure =
        assertThrows(
            IOException.class,
            () -> AtomicFile.write(target, text("newer"), disk -> new FullDisk(3).over(disk)));
    assertEquals(
        target + ": could not be written (No space left on device); the file there is unchanged",
        failure.getMessage());
    assertNotNull(failure.getCause());
    assertEquals("old", Files.readString(target));
    assertEquals(List.of("a.txt"), names());
  }

  @Test
  void leavesNothingWhenTheFirstWriteFails() throws IOException {
    Path target = folder.resolve("a.txt");
    IOException failure =
        assertThrows(
            IOException.class,
            () -> AtomicFile.write(target, text("newer"), disk -> new FullDisk(0).over(disk)));
    assertTrue(failure.getMessage().endsWith("nothing was left there"), failure.getMessage());
    assertEquals(List.of(), names());
  }

  @Test
  void keepsAFolderThatStandsInTheWay() throws IOException {
    Path target = Files.createDirectory(folder.resolve("a"));
    assertThrows(IOException.class, () -> AtomicFile.write(target, text("x")));
    assertTrue(Files.isDirectory(target));
    assertEquals(List.of("a"), names());
  }

  @Test
  void namesTheTargetWhenItsFolderIsMissingOrAFile() throws IOException {
    Path below = folder.resolve("missing").resolve("a.txt");
    IOException missing = assertThrows(IOException.class, () -> AtomicFile.write(below, text("x")));
    assertTrue(missing.getMessage().startsWith(below + ": could not be written (no such file or"));

    Path file = Files.writeString(folder.resolve("file"), "x");
    IOException notAFolder =
        assertThrows(IOException.class, () -> AtomicFile.write(file.resolve("a.txt"), text("x")));
    assertTrue(
        notAFolder.getMessage().startsWith(file.resolve("a.txt") + ": could not be written ("));
    assertFalse(Files.isDirectory(file));
  }

  @Test
  void putsBareFileExceptionsIntoWords() {
    assertEquals("permission denied: x", AtomicFile.reason(new AccessDeniedException("x")));
    assertEquals("no such file or folder: x", AtomicFile.reason(new NoSuchFileException("x")));
    assertEquals(
        "a file stands where a folder is needed: x",
        AtomicFile.reason(new FileAlreadyExistsException("x")));
    assertEquals("disk on fire", AtomicFile.reason(new IOException("disk on fire")));
    assertEquals("IOException", AtomicFile.reason(new IOException()));
  }

  private static AtomicFile.Content text(String text) {
    return channel -> {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    };
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
