package dev.cambium.cuda;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds a library of a version that is known here.
 *
 * @param name as people know it
 * @param stem its file's name without {@code .so.MAJOR}
 * @param known the major versions that are known, newest first
 * @param mostMajor the newest that the driver runs
 * @param load loads a file
 * @param version the major, minor and patch version of what was loaded
 * @param refusal why one of a version that is known is not used all the same; empty when it is
 */
record LibrarySearch<T>(
    String name,
    String stem,
    List<Integer> known,
    int mostMajor,
    Function<Path, T> load,
    Function<T, int[]> version,
    Function<T, String> refusal) {

  /** The first that can be used, or why there is none. */
  FoundLibrary<T> in(LibraryFolders folders) {
    List<Integer> majors = known.stream().filter(major -> major <= mostMajor).toList();
    List<String> reasons = new ArrayList<>();
    for (Path file : folders.files(stem, majors)) {
      try {
        T functions = load.apply(file);
        int[] found = version.apply(functions);
        String why = majors.contains(found[0]) ? refusal.apply(functions) : wanted(majors);
        if (why.isEmpty()) {
          return FoundLibrary.of(name, functions, words(found), file);
        }
        reasons.add(file + " is version " + words(found) + ", " + why);
      } catch (LinkageError broken) {
        reasons.add(file + " does not load: " + broken.getMessage());
      }
    }
    IntStream near = IntStream.rangeClosed(known.get(known.size() - 1) - 1, known.get(0) + 1);
    folders
        .others(stem, majors, near)
        .forEach((major, file) -> reasons.add(file + " is not used: " + refusal(major, majors)));
    return FoundLibrary.missing(name, reasons.isEmpty() ? "" : reasons.get(0));
  }

  private String refusal(int major, List<Integer> majors) {
    return known.contains(major)
        ? "version " + major + " needs a driver for CUDA " + major
        : wanted(majors);
  }

  private String wanted(List<Integer> majors) {
    return "versions "
        + majors.stream().sorted().map(String::valueOf).collect(Collectors.joining(" and "))
        + " can be used";
  }

  private static String words(int[] version) {
    return version[0] + "." + version[1] + "." + version[2];
  }
}
