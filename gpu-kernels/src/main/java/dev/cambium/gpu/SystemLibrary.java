package dev.cambium.gpu;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A library that Linux has or has not, looked for where the system's loader looks: in the folders
 * of {@code LD_LIBRARY_PATH}, in the loader's list {@code /etc/ld.so.cache}, in the usual folders.
 * Nothing is loaded, so that a library that is missing or broken can be told before whoever wants
 * to load it fails in its own way.
 */
public final class SystemLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(SystemLibrary.class);
  private static final Path LOADER_CACHE = Path.of("/etc/ld.so.cache");

  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  /** What follows in a library for 32 bits. */
  private static final byte FOR_32_BITS = 1;

  private final List<String> names;
  private final String folders;

  /** A library of any of these names, the most wanted first: {@code libOpenCL.so.1}. */
  public SystemLibrary(String... names) {
    this(List.of(names), System.getenv().getOrDefault("LD_LIBRARY_PATH", ""));
  }

  /** One for which these folders, with {@code :} between, are searched first. */
  SystemLibrary(List<String> names, String folders) {
    this.names = List.copyOf(names);
    this.folders = folders;
  }

  /** Its file; empty when there is none, or none that is a library. */
  public Optional<Path> find() {
    return candidates().stream().filter(SystemLibrary::isLibrary).findFirst();
  }

  /** Why {@link #find} finds nothing: there is no file of the name, or this one is no library. */
  public String absence() {
    return candidates().stream()
        .findFirst()
        .map(file -> file + " is no library")
        .orElse("there is no " + names.get(0));
  }

  private Set<Path> candidates() {
    Set<Path> found = new LinkedHashSet<>();
    if (!folders.isEmpty()) {
      for (String folder : folders.split(File.pathSeparator)) {
        addLibraries(folder.isEmpty() ? "." : folder, found);
      }
    }
    if (!found.isEmpty()) {
      // The loader takes the first that it finds, and does not go on when that one is broken.
      return found;
    }
    addCached(found);
    String machine = System.getProperty("os.arch").replace("amd64", "x86_64") + "-linux-gnu";
    for (String folder : new String[] {"/lib", "/usr/lib"}) {
      addLibraries(folder + "/" + machine, found);
      addLibraries(folder + "64", found);
      addLibraries(folder, found);
    }
    return found;
  }

  private void addLibraries(String folder, Set<Path> found) {
    for (String name : names) {
      File candidate = new File(folder, name);
      if (candidate.exists()) {
        add(candidate.toPath(), found);
      }
    }
  }

  /** The paths stand in the loader's list as they are, between bytes that no path has. */
  private void addCached(Set<Path> found) {
    Pattern entry =
        Pattern.compile(
            "/[ -~]*/("
                + names.stream().map(Pattern::quote).collect(Collectors.joining("|"))
                + ")(?![ -~])");
    try {
      Matcher entries = entry.matcher(Files.readString(LOADER_CACHE, StandardCharsets.ISO_8859_1));
      while (entries.find()) {
        add(Path.of(entries.group()), found);
      }
    } catch (IOException none) {
      LOG.debug("the list of the system's libraries cannot be read: {}", none.toString());
    }
  }

  /** The loader goes past libraries for 32 bits, and on with what comes after them. */
  private static void add(Path candidate, Set<Path> found) {
    byte[] beginning = beginning(candidate);
    if (beginning.length <= ELF.length || beginning[ELF.length] != FOR_32_BITS) {
      found.add(candidate);
    }
  }

  private static boolean isLibrary(Path candidate) {
    return Arrays.equals(Arrays.copyOf(beginning(candidate), ELF.length), ELF);
  }

  private static byte[] beginning(Path candidate) {
    try (InputStream in = Files.newInputStream(candidate)) {
      return in.readNBytes(ELF.length + 1);
    } catch (IOException unreadable) {
      LOG.debug("{} cannot be read: {}", candidate, unreadable.toString());
      return new byte[0];
    }
  }
}
