package dev.cambium.gpu;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Where something is kept that can be made again: what was compiled, what was measured. */
public final class CacheLocation {
  private CacheLocation() {}

  /**
   * The folder that a setting names; without one, {@code cambium/NAME} in {@code $XDG_CACHE_HOME}
   * or {@code ~/.cache}.
   *
   * @param setting the setting, for the message
   * @param value its value: a folder, {@code off}, or blank
   * @param name the folder's name among those of this user
   * @return the folder, which need not exist; empty when the setting is {@code off}
   * @throws IllegalArgumentException when the value cannot be a folder
   */
  public static Optional<Path> of(String setting, String value, String name) {
    String text = value.strip();
    if (text.equals("off")) {
      return Optional.empty();
    }
    try {
      Path folder = text.isEmpty() ? ofUser().resolve(name) : Path.of(text);
      return Optional.of(folder.toAbsolutePath());
    } catch (InvalidPathException wrong) {
      throw new IllegalArgumentException(
          setting + " must be a folder or off, got '" + text + "'", wrong);
    }
  }

  private static Path ofUser() {
    String caches = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    Path base =
        caches.startsWith("/")
            ? Path.of(caches)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("cambium");
  }
}
