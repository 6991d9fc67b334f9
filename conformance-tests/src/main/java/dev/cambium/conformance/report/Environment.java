package dev.cambium.conformance.report;

import dev.cambium.monitor.RunInfo;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a run of the suite ran in.
 *
 * @param cambium the version of Cambium
 * @param java the virtual machine and its version
 * @param os the operating system with its version, and the architecture
 * @param settings the system properties that set something of Cambium, as in {@link #settings}
 */
public record Environment(String cambium, String java, String os, Map<String, String> settings) {
  private static final String PREFIX = "cambium.";

  /** What commands say in other words, and where files go. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "cambium.home",
          "cambium.backend",
          "cambium.conformance.only",
          "cambium.conformance.report");

  /** Copies the settings. */
  public Environment {
    Objects.requireNonNull(cambium, "cambium");
    Objects.requireNonNull(java, "java");
    Objects.requireNonNull(os, "os");
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /** That of this process. */
  public static Environment current() {
    return new Environment(
        RunInfo.cambiumVersion(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        processSettings());
  }

  /**
   * The system properties of this process that begin with {@code cambium.}, by name, without those
   * that choose backend, cases and folders.
   */
  static Map<String, String> processSettings() {
    Map<String, String> settings = new TreeMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith(PREFIX) && !ELSEWHERE.contains(name)) {
        settings.put(name, System.getProperty(name));
      }
    }
    return settings;
  }
}
