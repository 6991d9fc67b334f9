package dev.cambium.spi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backends on the class path, and the choice among them: the system property {@code
 * cambium.backend} = {@code NAME[:DEVICE]}, else the environment variable {@code CAMBIUM_BACKEND},
 * else the device with the highest {@link Device#speed}. One broken provider never hides another.
 *
 * <pre>{@code
 * try (Backend backend = Backends.discover().open()) { ... }
 * }</pre>
 *
 * <p>Two settings look for wrong kernels in any program, at the cost of speed. {@code
 * -Dcambium.check=true} opens every backend under a strict {@link CheckingBackend}; {@code
 * -Dcambium.shadow=NAME[:DEVICE]} runs each kernel on that backend too and stops at the first that
 * computes something else ({@link ShadowingBackend}).
 */
public final class Backends {
  /** The system property with the choice. */
  public static final String PROPERTY = "cambium.backend";

  /** The environment variable with the choice. */
  public static final String VARIABLE = "CAMBIUM_BACKEND";

  /** The setting, {@code true} or {@code false}, for strict checking of every call. */
  public static final String CHECK = "check";

  /** The setting with the backend that every kernel runs on, too: {@code NAME[:DEVICE]}. */
  public static final String SHADOW = "shadow";

  private static final Logger LOG = LoggerFactory.getLogger(Backends.class);
  private static final int MOST_BROKEN_FILES = 100;

  private final List<FoundProvider> providers;

  private Backends(List<FoundProvider> providers) {
    this.providers = List.copyOf(providers);
  }

  /** The providers that {@link ServiceLoader} finds from the thread's context class loader. */
  public static Backends discover() {
    List<FoundProvider> found = new ArrayList<>();
    Iterator<ServiceLoader.Provider<BackendProvider>> services =
        ServiceLoader.load(BackendProvider.class).stream().iterator();
    int broken = 0;
    while (broken < MOST_BROKEN_FILES) {
      try {
        if (!services.hasNext()) {
          break;
        }
        ServiceLoader.Provider<BackendProvider> service = services.next();
        found.add(FoundProvider.of(service.type().getName(), service));
      } catch (ServiceConfigurationError | LinkageError e) {
        broken++;
        found.add(FoundProvider.broken("provider " + broken, e));
      }
    }
    return new Backends(found);
  }

  /** Exactly these providers. */
  public static Backends of(List<? extends BackendProvider> providers) {
    return new Backends(
        providers.stream()
            .map(provider -> FoundProvider.of(provider.getClass().getName(), () -> provider))
            .toList());
  }

  /** What was chosen outside of the program: {@code NAME[:DEVICE]}, or empty for the best. */
  public static String selection() {
    String property = System.getProperty(PROPERTY, "").trim();
    String variable = System.getenv().getOrDefault(VARIABLE, "").trim();
    return property.isEmpty() ? variable : property;
  }

  /** Every provider found, and which one {@link #selection} opens. */
  public List<BackendStatus> list() {
    return list(selection());
  }

  /**
   * Every provider found.
   *
   * @param selection {@code NAME[:DEVICE]}, or empty for the best; marks the one that it opens, or
   *     none when it cannot be opened
   */
  public List<BackendStatus> list(String selection) {
    Optional<Candidate> chosen = candidates(selection).stream().findFirst();
    return providers.stream()
        .map(
            found ->
                new BackendStatus(
                    found.name(),
                    found.probe(),
                    chosen
                        .filter(candidate -> candidate.found() == found)
                        .map(candidate -> candidate.device().id())
                        .orElse("")))
        .toList();
  }

  /** Opens what {@link #selection} says, without settings. */
  public Backend open() {
    return open(selection(), Map.of());
  }

  /**
   * What a selection means, without opening it.
   *
   * @param selection {@code NAME[:DEVICE]}, or empty for the best available device; {@code DEVICE}
   *     is an id or a part of a description, of which the first device is meant
   * @throws BackendUnavailableException when nothing of that name is there; the message lists every
   *     provider found, and for each why it is or is not available
   */
  public BackendChoice choose(String selection) {
    return candidates(selection).stream()
        .findFirst()
        .map(chosen -> new BackendChoice(chosen.found().provider().orElseThrow(), chosen.device()))
        .orElseThrow(() -> nothingToOpen(selection));
  }

  /**
   * Opens a device, under the decorators that the settings {@link #CHECK} and {@link #SHADOW} ask
   * for.
   *
   * @param selection {@code NAME[:DEVICE]}, or empty for the best available device; then one that
   *     fails to open is passed over with a warning
   * @param properties settings, see {@link BackendConfig}
   * @throws BackendUnavailableException when nothing of that name is there, or it cannot be opened;
   *     the message lists every provider found, and for each why it is or is not available
   * @throws IllegalArgumentException when a setting is wrong
   */
  public Backend open(String selection, Map<String, String> properties) {
    BackendConfig config = new BackendConfig("", properties);
    boolean check = check(config);
    String shadow = config.property(SHADOW).orElse("").strip();
    Backend backend = openPlain(selection, properties);
    if (!shadow.isEmpty()) {
      backend = shadowed(backend, shadow, properties);
    }
    if (check) {
      LOG.warn("every call to backend {} is checked, which takes time", backend.name());
    }
    return check ? new CheckingBackend(backend, true) : backend;
  }

  private static boolean check(BackendConfig config) {
    String value = config.property(CHECK).orElse("false").strip();
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException(
          "cambium." + CHECK + " must be true or false, got '" + value + "'");
    }
    return value.equals("true");
  }

  private Backend shadowed(Backend backend, String shadow, Map<String, String> properties) {
    try {
      Backend second = openPlain(shadow, properties);
      LOG.warn(
          "every kernel of backend {} runs on {} too, which takes time",
          backend.name(),
          second.name());
      return new ShadowingBackend(backend, second);
    } catch (BackendUnavailableException e) {
      backend.close();
      throw new BackendUnavailableException("cambium." + SHADOW + ": " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      backend.close();
      throw e;
    }
  }

  private Backend openPlain(String selection, Map<String, String> properties) {
    List<Candidate> candidates = candidates(selection);
    if (!selection.isBlank()) {
      if (candidates.isEmpty()) {
        throw nothingToOpen(selection);
      }
      return open(candidates.get(0), properties);
    }
    for (Candidate candidate : candidates) {
      try {
        Backend backend = open(candidate, properties);
        warnIfSlow(candidate);
        return backend;
      } catch (BackendUnavailableException e) {
        LOG.warn("{}", e.getMessage());
      }
    }
    throw nothingToOpen(selection);
  }

  private BackendUnavailableException nothingToOpen(String selection) {
    String why = selection.isBlank() ? "no backend is available" : whyNot(selection);
    return new BackendUnavailableException(why + "; " + inventory());
  }

  private record Candidate(FoundProvider found, Device device) {}

  /** What the selection may open, the best first. */
  private List<Candidate> candidates(String selection) {
    List<Candidate> candidates = new ArrayList<>();
    for (FoundProvider found : providers) {
      // Who names a backend does not wait for the drivers of the others.
      if (selection.isBlank() || found.name().equals(name(selection))) {
        found.probe().devices().forEach(device -> candidates.add(new Candidate(found, device)));
      }
    }
    if (selection.isBlank()) {
      candidates.sort(Comparator.comparingInt(c -> -c.device().speed()));
      return candidates;
    }
    String device = device(selection);
    if (candidates.stream().anyMatch(candidate -> candidate.device().id().equals(device))) {
      candidates.removeIf(candidate -> !candidate.device().id().equals(device));
    } else {
      candidates.removeIf(candidate -> !candidate.device().isDescribedBy(device));
    }
    return candidates;
  }

  private Backend open(Candidate candidate, Map<String, String> properties) {
    String what = candidate.found().name() + ":" + candidate.device().id();
    BackendConfig config = new BackendConfig(candidate.device().id(), properties);
    try {
      return candidate.found().provider().orElseThrow().open(config);
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (BackendUnavailableException e) {
      throw cannotOpen(what, e.getMessage(), e);
    } catch (RuntimeException | LinkageError e) {
      throw cannotOpen(what, FoundProvider.reason(e), e);
    }
  }

  private BackendUnavailableException cannotOpen(String what, String why, Throwable cause) {
    return new BackendUnavailableException(
        "backend " + what + " cannot be opened: " + why + "; " + inventory(), cause);
  }

  private String whyNot(String selection) {
    Optional<FoundProvider> named =
        providers.stream().filter(found -> found.name().equals(name(selection))).findFirst();
    if (named.isEmpty()) {
      return "backend '" + name(selection) + "' is not known";
    }
    if (!named.get().probe().isAvailable()) {
      return "backend '" + name(selection) + "' is not available: " + named.get().probe().reason();
    }
    return "backend '" + name(selection) + "' has no device '" + device(selection) + "'";
  }

  private String inventory() {
    return providers.isEmpty()
        ? "no provider was found; put a backend's jar on the class path"
        : "found: "
            + providers.stream().map(FoundProvider::describe).collect(Collectors.joining("; "))
            + "; choose with -D"
            + PROPERTY
            + "=NAME[:DEVICE] or the environment variable "
            + VARIABLE;
  }

  private void warnIfSlow(Candidate candidate) {
    if (candidate.device().speed() == 0) {
      LOG.warn(
          "running on backend {}, plain Java in double precision, as nothing faster is available; {}",
          candidate.found().name(),
          inventory());
    }
  }

  private static String name(String selection) {
    return selection.trim().split(":", 2)[0].toLowerCase(Locale.ROOT);
  }

  private static String device(String selection) {
    String[] parts = selection.trim().split(":", 2);
    return parts.length == 2 ? parts[1] : "";
  }
}
