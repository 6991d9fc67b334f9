package dev.cambium.examples;

import dev.cambium.monitor.RunFolder;
import dev.cambium.monitor.RunFolderException;
import dev.cambium.monitor.RunInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The folder of a run that has not begun yet: whatever goes wrong before its first step, {@link
 * #discard} takes away what was made, and nothing else.
 */
final class NewRun {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Path path;
  private final Set<Path> before;
  private final List<Path> missing = new ArrayList<>();

  /** A run in {@code path}, which need not be there yet. */
  NewRun(Path path) {
    this.path = path;
    this.before = new HashSet<>(files());
    Path folder = path.toAbsolutePath();
    while (folder != null && !Files.exists(folder)) {
      missing.add(folder);
      folder = folder.getParent();
    }
  }

  /** A fresh folder under {@code runs}, named by the time, the data and the model. */
  static Path freshPath(String data, String model) {
    String kind = data.split(":", 2)[0];
    String name = LocalDateTime.now().format(TIME) + "-" + kind + "-" + model;
    Path path = Path.of("runs", name);
    for (int i = 2; Files.exists(path); i++) {
      path = Path.of("runs", name + "-" + i);
    }
    return path;
  }

  /** Makes the folder and writes {@code run.json}. */
  RunFolder create(RunInfo info) throws RunFolderException {
    return RunFolder.create(path, info);
  }

  /** Removes what was made since. */
  void discard() throws IOException {
    for (Path file : files()) {
      if (!before.contains(file)) {
        Files.deleteIfExists(file);
      }
    }
    for (Path folder : missing) {
      if (!isEmpty(folder)) {
        return;
      }
      Files.deleteIfExists(folder);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  /** What a run consists of, files before their folders. */
  private List<Path> files() {
    Path checkpoints = path.resolve("checkpoints");
    List<Path> files = new ArrayList<>(list(checkpoints, file -> true));
    files.addAll(
        list(
            path,
            file -> {
              String name = file.getFileName().toString();
              return name.equals("run.json")
                  || name.equals("metrics.jsonl")
                  || name.equals("checkpoints")
                  || name.startsWith("events.out.tfevents.");
            }));
    files.sort(Comparator.comparing(Path::getNameCount).reversed());
    return files;
  }

  private static List<Path> list(Path folder, Predicate<Path> filter) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(filter).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
