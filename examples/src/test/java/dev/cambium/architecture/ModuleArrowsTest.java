package dev.cambium.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Arrows between modules point one way: everything may use the API, which knows no backend. */
class ModuleArrowsTest {
  @Test
  void everyModuleOfTheBuildIsSeenWithAllItsPackages() throws IOException {
    String parent = Files.readString(Path.of("..", "pom.xml"));
    for (Module module : Module.ALL) {
      assertTrue(parent.contains("<module>" + module.name() + "</module>"), module.name());
      assertEquals(module.sourcePackages(), module.compiledPackages(), module.name());
    }
    assertFalse(Module.named("api").compiledPackages().isEmpty());
    assertFalse(Module.named("examples").compiledPackages().isEmpty());
  }

  @Test
  void apiUsesNoOtherModule() {
    assertUsesOnly("api", Set.of());
  }

  @Test
  void backendsUseTheApiOnlyAndThoseOfGpusWhatTheyShare() {
    assertUsesOnly("backend-cpu", Set.of("api"));
    assertUsesOnly("backend-opencl", Set.of("api", "gpu-kernels"));
    assertUsesOnly("backend-cuda", Set.of("api", "gpu-kernels"));
  }

  @Test
  void whatGpuBackendsShareUsesTheApiOnly() {
    assertUsesOnly("gpu-kernels", Set.of("api"));
  }

  @Test
  void conformanceTestsUseTheApiOnly() {
    assertUsesOnly("conformance-tests", Set.of("api"));
  }

  @Test
  void examplesUseTheApiAndTheConformanceTestsButNoBackend() {
    assertUsesOnly("examples", Set.of("api", "conformance-tests"));
  }

  @Test
  void apiAndWhatGpuBackendsShareUseNothingNative() {
    for (String name : List.of("api", "gpu-kernels")) {
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..", "com.sun.jna..", "org.jocl..", "jcuda..")
          .check(Module.named(name).classes());
    }
  }

  @Test
  void onlyTheBackendOfAnInterfaceOfDevicesNamesItsBinding() {
    assertNamedOnlyBy("backend-opencl", "org.jocl");
    assertNamedOnlyBy("backend-cuda", "jcuda");
  }

  @Test
  void onlyTheCompositionRootOfTheApiUsesGuice() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.cambium.inject..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.inject..", "jakarta.inject..")
        .check(Module.named("api").classes());
  }

  @Test
  void apiAndBackendsLeaveTheStandardStreamsAlone() {
    for (String name :
        List.of("api", "backend-cpu", "gpu-kernels", "backend-opencl", "backend-cuda")) {
      noClasses()
          .should(ACCESS_STANDARD_STREAMS)
          .allowEmptyShould(true)
          .check(Module.named(name).classes());
    }
  }

  @Test
  void theRuleReportsAnArrowThatIsNotAllowed() {
    assertFalse(forbiddenUses("backend-cpu", Set.of()).isEmpty());
    assertFalse(forbiddenUses("backend-opencl", Set.of("api")).isEmpty());
  }

  private static void assertNamedOnlyBy(String owner, String binding) {
    for (Module module : Module.ALL) {
      assertEquals(
          module.name().equals(owner),
          module.classes().stream()
              .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
              .map(use -> use.getTargetClass().getPackageName())
              .anyMatch(name -> name.equals(binding) || name.startsWith(binding + ".")),
          module.name());
    }
  }

  private static void assertUsesOnly(String name, Set<String> allowed) {
    assertEquals(Set.of(), forbiddenUses(name, allowed));
  }

  private static Set<String> forbiddenUses(String name, Set<String> allowed) {
    Map<String, String> owners = new HashMap<>();
    for (Module module : Module.ALL) {
      for (JavaClass type : module.classes()) {
        owners.put(type.getFullName(), module.name());
      }
    }
    Set<String> violations = new TreeSet<>();
    for (JavaClass type : Module.named(name).classes()) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        String owner = owners.getOrDefault(target.getFullName(), name);
        if (!owner.equals(name) && !allowed.contains(owner)) {
          violations.add(owner + ": " + dependency.getDescription());
        }
      }
    }
    return violations;
  }
}
