package dev.cambium.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Maven module of this build as the tests see it: its folder, its compiled classes and its
 * sources.
 */
record Module(String name, Path folder, JavaClasses classes) {

  /**
   * Modules whose classes lie on the class path, as folders of classes or as jars in a target
   * folder.
   */
  static final List<Module> ALL = onClassPath();

  private static List<Module> onClassPath() {
    Path root = Path.of("").toAbsolutePath().getParent();
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().normalize())
        .filter(entry -> entry.startsWith(root) && entry.getParent().endsWith("target"))
        .filter(entry -> !entry.endsWith("test-classes"))
        .map(Module::of)
        .toList();
  }

  private static Module of(Path classesOrJar) {
    Path folder = classesOrJar.getParent().getParent();
    return new Module(folder.getFileName().toString(), folder, read(classesOrJar));
  }

  private static JavaClasses read(Path classesOrJar) {
    ClassFileImporter importer = new ClassFileImporter();
    if (!classesOrJar.toString().endsWith(".jar")) {
      return importer.importPath(classesOrJar);
    }
    try (JarFile jar = new JarFile(classesOrJar.toFile())) {
      return importer.importJar(jar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Module named(String name) {
    return ALL.stream()
        .filter(module -> module.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("module " + name + " is not on the test class path"));
  }

  /** Packages with compiled classes; descriptions of packages and modules do not count. */
  Set<String> compiledPackages() {
    return classes.stream()
        .filter(type -> !type.getSimpleName().endsWith("-info"))
        .map(JavaClass::getPackageName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Packages with source files; descriptions of packages and modules do not count. */
  Set<String> sourcePackages() {
    Path sources = folder.resolve("src/main/java");
    if (!Files.isDirectory(sources)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.getFileName().toString().endsWith("-info.java"))
          .map(file -> sources.relativize(file.getParent()).toString())
          .map(path -> path.replace('/', '.').replace('\\', '.'))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
