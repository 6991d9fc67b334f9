package dev.cambium.opencl;

import dev.cambium.runtime.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a folder that several processes fill from growing without a bound. */
final class CacheFolder {
  private static final Logger LOG = LoggerFactory.getLogger(CacheFolder.class);
  private static final long MILLISECONDS_OF_DAY = 86_400_000;

  private CacheFolder() {}

  private record Entry(Path file, long bytes, FileTime time) {}

  /**
   * Deletes the oldest entries beyond a bound, and the temporary files that killed processes left.
   *
   * @param folder the folder; files that are none of its entries stay
   * @param suffix how the names of entries end
   * @param mostBytes what all entries may have together
   */
  static void dropOldest(Path folder, String suffix, long mostBytes) throws IOException {
    List<Entry> entries = entries(folder, suffix);
    long bytes = entries.stream().mapToLong(Entry::bytes).sum();
    long yesterday = System.currentTimeMillis() - MILLISECONDS_OF_DAY;
    for (Entry entry : entries) {
      boolean isTemporary = !entry.file().toString().endsWith(suffix);
      if (isTemporary ? entry.time().toMillis() < yesterday : bytes > mostBytes) {
        Files.deleteIfExists(entry.file());
        bytes -= entry.bytes();
      }
    }
  }

  /** Entries and temporary files, the oldest first. */
  private static List<Entry> entries(Path folder, String suffix) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.endsWith(suffix) || name.contains(suffix) && name.endsWith(AtomicFile.SUFFIX)) {
          try {
            entries.add(new Entry(file, Files.size(file), Files.getLastModifiedTime(file)));
          } catch (NoSuchFileException gone) {
            LOG.debug("{} was removed by another process", gone.getFile());
          }
        }
      }
    }
    entries.sort(Comparator.comparing(Entry::time));
    return entries;
  }
}
