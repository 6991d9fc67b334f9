package dev.cambium.nd4j;

import dev.cambium.spi.BackendUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.nd4j.common.config.ND4JSystemProperties;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/** ND4J, loaded once for the whole JVM. */
final class Nd4jLibrary {
  private static final String VERSION = "/META-INF/maven/org.nd4j/nd4j-api/pom.properties";

  private static String description;

  private Nd4jLibrary() {}

  /**
   * Loads ND4J and its natives, without the lines that it logs at start-up unless somebody asked
   * for them.
   *
   * @return what was loaded, for people
   * @throws BackendUnavailableException when this is not ND4J's backend for processors
   * @throws LinkageError when ND4J, its natives or a backend of it is missing
   */
  static synchronized String load() {
    if (description == null) {
      description = start();
    }
    return description;
  }

  private static String start() {
    if (System.getProperty(ND4JSystemProperties.LOG_INITIALIZATION) == null) {
      System.setProperty(ND4JSystemProperties.LOG_INITIALIZATION, "false");
    }
    Nd4jBackend backend = Nd4j.getBackend();
    if (backend == null) {
      throw new BackendUnavailableException(Nd4jProvider.NO_BACKEND);
    }
    if (!backend.getClass().getName().endsWith(".CpuBackend")) {
      throw new BackendUnavailableException(
          "ND4J chose "
              + backend.getClass().getName()
              + ", but this adapter works on memory of the processor; leave org.nd4j:nd4j-native"
              + " alone on the class path, or set BACKEND_PRIORITY_CPU above BACKEND_PRIORITY_GPU");
    }
    return System.getProperty("os.arch") + ", ND4J" + version();
  }

  private static String version() {
    try (InputStream file = Nd4j.class.getResourceAsStream(VERSION)) {
      Properties properties = new Properties();
      if (file != null) {
        properties.load(file);
      }
      return properties.isEmpty() ? "" : " " + properties.getProperty("version");
    } catch (IOException unreadable) {
      return " (" + unreadable.getMessage() + ")";
    }
  }
}
