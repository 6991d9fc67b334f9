package dev.cambium.conformance.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.op.Op;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No operation is left out of the tables. */
class OpCasesTest {
  private static final String PACKAGE = Op.class.getPackageName();

  @Test
  void everyOperationIsComputed() throws Exception {
    Set<String> computed =
        OpCases.rows().stream().map(row -> row.op().name()).collect(Collectors.toSet());
    assertEquals(Set.of(), without(operations(), computed), "operations without a row");
  }

  @Test
  void everyOperationRunsInASequence() throws Exception {
    Set<String> run =
        OpCases.sequences().stream().map(ConformanceCase::op).collect(Collectors.toSet());
    assertEquals(Set.of(), without(operations(), run), "operations that run in no sequence");
  }

  @Test
  void everyOperationIsGivenWhatItMustRefuse() throws Exception {
    Set<String> refusing =
        OpCases.withoutOracle().stream()
            .filter(c -> c.id().startsWith(c.op() + "/errors/"))
            .map(ConformanceCase::op)
            .collect(Collectors.toSet());
    assertEquals(Set.of(), without(operations(), refusing), "operations without an error");
  }

  @Test
  void everyRuleOfAGradientIsCheckedByCentralDifferences() throws Exception {
    Set<String> checked =
        OpCases.gradients().stream().map(ConformanceCase::op).collect(Collectors.toSet());
    Set<String> rules = withRule("gradient");
    assertTrue(rules.containsAll(List.of("Convolution", "Transpose")), rules.toString());
    assertEquals(Set.of("Fill"), without(rules, checked), "a Fill has no input");
  }

  @Test
  void everyLoweringIsComputedBesideItsOperation() throws Exception {
    Set<String> computed =
        OpCases.lowerings().stream().map(ConformanceCase::op).collect(Collectors.toSet());
    Set<String> rules = withRule("lower");
    assertTrue(rules.containsAll(List.of("Linear", "BatchNormBackward")), rules.toString());
    assertEquals(Set.of(), without(rules, computed), "lowerings without a case");
  }

  @Test
  void everyOperationIsFoundInItsPackage() throws Exception {
    assertTrue(operations().containsAll(List.of("Convolution", "Fill", "AdamUpdate", "Reshape")));
  }

  private static Set<String> without(Set<String> all, Set<String> some) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(some);
    return rest;
  }

  /** The operations that override a default method of {@link Op}. */
  private static Set<String> withRule(String method) throws Exception {
    Set<String> rules = new TreeSet<>();
    for (String name : operations()) {
      Class<?> type = Class.forName(PACKAGE + "." + name);
      if (Arrays.stream(type.getDeclaredMethods()).anyMatch(m -> m.getName().equals(method))) {
        rules.add(name);
      }
    }
    return rules;
  }

  /** The names of the records of the package that are operations. */
  private static Set<String> operations() throws IOException, URISyntaxException {
    URI source = Op.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path path = Path.of(source);
    if (Files.isDirectory(path)) {
      return operations(path);
    }
    try (FileSystem jar = FileSystems.newFileSystem(path, Map.of())) {
      return operations(jar.getPath("/"));
    }
  }

  private static Set<String> operations(Path root) throws IOException {
    try (Stream<Path> files = Files.list(root.resolve(PACKAGE.replace('.', '/')))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.contains("$"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .filter(OpCasesTest::isOperation)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static boolean isOperation(String name) {
    try {
      Class<?> type = Class.forName(PACKAGE + "." + name, false, Op.class.getClassLoader());
      return Op.class.isAssignableFrom(type) && type.isRecord();
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
