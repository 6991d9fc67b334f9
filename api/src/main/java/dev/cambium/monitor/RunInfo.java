package dev.cambium.monitor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Predicate;

/**
 * What {@code run.json} says of a run: everything that it takes to start the same one again.
 *
 * @param config the settings by name, in the order given: texts, whole and decimal numbers,
 *     booleans, nulls, and lists and maps of these. Whole numbers become {@link Long}, others
 *     {@link Double}
 * @param seed the seed of everything random
 * @param backend the backend's name
 * @param device the device's description
 * @param versions of Cambium ({@code cambium}), Java ({@code java}) and the system ({@code os})
 * @param started when it started, to the millisecond
 */
public record RunInfo(
    Map<String, Object> config,
    long seed,
    String backend,
    String device,
    Map<String, String> versions,
    Instant started) {
  /** The version of the folder's format that is written, and the newest that is read. */
  public static final int FORMAT_VERSION = 1;

  private static final String PROJECT = "version.properties";
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Checks that the configuration can be written as JSON, and copies it. */
  public RunInfo {
    config = copy("config", Objects.requireNonNull(config, "config"));
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(device, "device");
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
    started = started.truncatedTo(ChronoUnit.MILLIS);
  }

  /** A run that starts now, in this version on this machine. */
  public static RunInfo now(Map<String, Object> config, long seed, String backend, String device) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("cambium", cambiumVersion());
    versions.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    versions.put(
        "os",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    return new RunInfo(config, seed, backend, device, versions, Instant.now());
  }

  /** The version of Cambium that runs, as its build wrote it down. */
  public static String cambiumVersion() {
    try (InputStream in = RunInfo.class.getResourceAsStream(PROJECT)) {
      Properties properties = new Properties();
      properties.load(Objects.requireNonNull(in, PROJECT));
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> copy(String path, Map<?, ?> map) {
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          if (!(key instanceof String name)) {
            throw new IllegalArgumentException(path + " needs texts as keys, got " + key);
          }
          copy.put(name, copyValue(path + "." + name, value));
        });
    return Collections.unmodifiableMap(copy);
  }

  private static Object copyValue(String path, Object value) {
    if (value == null || value instanceof String || value instanceof Boolean) {
      return value;
    } else if (value instanceof Long || value instanceof Integer || value instanceof Short) {
      return ((Number) value).longValue();
    } else if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      if (Double.isFinite(number)) {
        return number;
      }
    } else if (value instanceof Map<?, ?> map) {
      return copy(path, map);
    } else if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(element -> copy.add(copyValue(path + "[" + copy.size() + "]", element)));
      return Collections.unmodifiableList(copy);
    }
    throw new IllegalArgumentException(
        path
            + " must be a text, a finite number, a boolean, null, a list or a map, got "
            + value
            + " ("
            + value.getClass().getName()
            + ")");
  }

  /** The content of {@code run.json}. */
  byte[] toJson() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("formatVersion", FORMAT_VERSION);
    fields.put("started", started.toString());
    fields.put("seed", seed);
    fields.put("backend", backend);
    fields.put("device", device);
    fields.put("versions", versions);
    fields.put("config", config);
    try {
      return JSON.writeValueAsBytes(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a checked configuration was no JSON", e);
    }
  }

  /**
   * Reads {@code run.json}.
   *
   * @param name of the file, for messages
   * @throws RunFolderException when it is damaged or of a newer version
   */
  static RunInfo parse(String name, byte[] bytes) throws RunFolderException {
    try {
      JsonNode root = JSON.readTree(bytes);
      int version = field(name, root, "formatVersion", JsonNode::isInt).intValue();
      if (version > FORMAT_VERSION || version < 1) {
        throw new RunFolderException(
            name
                + " has formatVersion "
                + version
                + ", this version of Cambium reads 1 to "
                + FORMAT_VERSION
                + ": use the version that wrote it, or a newer one");
      }
      Map<String, String> versions = new LinkedHashMap<>();
      field(name, root, "versions", JsonNode::isObject)
          .properties()
          .forEach(entry -> versions.put(entry.getKey(), entry.getValue().asText()));
      return new RunInfo(
          copy(
              "config",
              JSON.convertValue(field(name, root, "config", JsonNode::isObject), Map.class)),
          field(name, root, "seed", JsonNode::canConvertToLong).longValue(),
          field(name, root, "backend", JsonNode::isTextual).textValue(),
          field(name, root, "device", JsonNode::isTextual).textValue(),
          versions,
          Instant.parse(field(name, root, "started", JsonNode::isTextual).textValue()));
    } catch (JsonProcessingException e) {
      throw damaged(name, e.getOriginalMessage(), e);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw damaged(name, e.getMessage(), e);
    } catch (RunFolderException e) {
      throw e;
    } catch (IOException e) {
      throw damaged(name, String.valueOf(e.getMessage()), e);
    }
  }

  private static RunFolderException damaged(String name, String reason, Exception cause) {
    return new RunFolderException(name + " is damaged: " + reason, cause);
  }

  private static JsonNode field(String name, JsonNode root, String field, Predicate<JsonNode> kind)
      throws RunFolderException {
    JsonNode node = root.path(field);
    if (!kind.test(node)) {
      throw new RunFolderException(
          name
              + " is damaged: its "
              + field
              + (node.isMissingNode() ? " is missing" : " is " + node));
    }
    return node;
  }
}
