package dev.cambium.cuda;

import dev.cambium.gpu.SystemLibrary;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where NVIDIA's libraries may lie: in the folders that the setting {@code cuda.libraries.path}
 * names; where the system's loader looks; in the folders of CUDA's toolkit; and where Python's
 * packages have them, as on machines on which PyTorch was installed.
 */
final class LibraryFolders {
  private static final Logger LOG = LoggerFactory.getLogger(LibraryFolders.class);

  /** Its name, without {@code cambium.}. */
  static final String SETTING = "cuda.libraries.path";

  private static final String[] TOOLKIT = {"lib64", "lib", "targets/*-linux/lib"};
  private static final String PACKAGES = "lib/python3*/*-packages/nvidia/*/lib";

  private final List<Path> named = new ArrayList<>();
  private final Set<Path> usual = new LinkedHashSet<>();
  private final boolean asksLoader;

  /**
   * The folders of this machine.
   *
   * @param path the setting, folders with {@code :} between; may be empty
   * @throws IllegalArgumentException when it cannot be folders
   */
  static LibraryFolders of(String path) {
    return new LibraryFolders(
        path, System.getenv(), Path.of("/"), Path.of(System.getProperty("user.home")), true);
  }

  /**
   * With another machine's folders.
   *
   * @param root above all usual folders
   * @param asksLoader whether the system's loader is asked too
   */
  LibraryFolders(
      String path, Map<String, String> environment, Path root, Path home, boolean asksLoader) {
    this.asksLoader = asksLoader;
    for (String folder : path.split(File.pathSeparator)) {
      if (!folder.isBlank()) {
        named.add(folder(folder.strip()));
      }
    }
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      addToolkit(environment.getOrDefault(variable, ""));
    }
    addToolkit(root.resolve("usr/local/cuda").toString());
    newestFirst(expand(root.resolve("usr/local"), "cuda-*"))
        .forEach(folder -> addToolkit(folder.toString()));
    addToolkit(root.resolve("opt/cuda").toString());
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      addPython(environment.getOrDefault(variable, ""));
    }
    addPython(root.resolve("opt/conda").toString());
    addPython(home.resolve(".local").toString());
    addPython(root.resolve("usr/local").toString());
    addPython(root.resolve("usr").toString());
  }

  private static Path folder(String text) {
    try {
      return Path.of(text).toAbsolutePath();
    } catch (InvalidPathException wrong) {
      throw new IllegalArgumentException(
          SETTING
              + " must be folders with '"
              + File.pathSeparator
              + "' between them, got '"
              + text
              + "'",
          wrong);
    }
  }

  private void addToolkit(String folder) {
    if (!folder.isBlank()) {
      for (String below : TOOLKIT) {
        usual.addAll(expand(Path.of(folder), below));
      }
    }
  }

  private void addPython(String prefix) {
    if (!prefix.isBlank()) {
      usual.addAll(expand(Path.of(prefix), PACKAGES));
      usual.addAll(expand(Path.of(prefix), "lib"));
    }
  }

  private static List<Path> newestFirst(List<Path> folders) {
    return folders.stream().sorted(Comparator.reverseOrder()).toList();
  }

  /** The folders below {@code from} that a pattern names, {@code *} for any part of a name. */
  private static List<Path> expand(Path from, String pattern) {
    List<Path> found = List.of(from);
    for (String part : pattern.split("/")) {
      List<Path> next = new ArrayList<>();
      found.forEach(folder -> next.addAll(children(folder, part)));
      found = next;
    }
    return found;
  }

  private static List<Path> children(Path folder, String name) {
    List<Path> children =
        name.contains("*") ? matching(folder, name) : List.of(folder.resolve(name));
    return children.stream().filter(Files::isDirectory).toList();
  }

  /** What lies in a folder under such a name, in order. */
  private static List<Path> matching(Path folder, String name) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, name)) {
        all.forEach(found::add);
      } catch (IOException | DirectoryIteratorException unreadable) {
        LOG.debug("{} is passed over, as this user cannot read it", folder, unreadable);
        return List.of();
      }
      found.sort(Comparator.naturalOrder());
    }
    return found;
  }

  /** The files of a library, the most wanted version first, the first of each place. */
  Set<Path> files(String stem, List<Integer> majors) {
    Set<Path> files = new LinkedHashSet<>();
    add(files, named, stem, majors);
    if (asksLoader) {
      majors.forEach(
          major -> new SystemLibrary(stem + ".so." + major).find().ifPresent(files::add));
    }
    add(files, usual, stem, majors);
    return files;
  }

  private static void add(
      Set<Path> files, Iterable<Path> folders, String stem, List<Integer> majors) {
    for (int major : majors) {
      for (Path folder : folders) {
        Path file = folder.resolve(stem + ".so." + major);
        if (Files.exists(file)) {
          files.add(file);
        }
      }
    }
  }

  /**
   * A file of each other version that lies in one of the folders, by its version.
   *
   * @param asked the versions for which the system's loader is asked
   */
  Map<Integer, Path> others(String stem, List<Integer> majors, IntStream asked) {
    Pattern name = Pattern.compile(Pattern.quote(stem) + "\\.so\\.(\\d{1,3})");
    Map<Integer, Path> others = new TreeMap<>();
    if (asksLoader) {
      asked
          .filter(major -> !majors.contains(major))
          .forEach(
              major ->
                  new SystemLibrary(stem + ".so." + major)
                      .find()
                      .ifPresent(file -> others.put(major, file)));
    }
    List<Path> all = new ArrayList<>(named);
    all.addAll(usual);
    for (Path folder : all) {
      for (Path file : matching(folder, stem + ".so.*")) {
        Matcher version = name.matcher(file.getFileName().toString());
        if (version.matches() && !majors.contains(Integer.valueOf(version.group(1)))) {
          others.putIfAbsent(Integer.valueOf(version.group(1)), file);
        }
      }
    }
    return others;
  }
}
