package dev.cambium.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The packages of the API are floors of a house: each imports only from floors before it in this
 * list. A package below one of these belongs to the same floor.
 */
class PackageFloorsTest {
  private static final String ROOT = "dev.cambium.";

  static final List<String> FLOORS =
      List.of(
          "tensor", "op", "spi", "graph", "runtime", "nn", "optim", "image", "data", "monitor",
          "train", "search", "inject");

  private static final JavaClasses API = Module.named("api").classes();

  @ParameterizedTest
  @FieldSource("FLOORS")
  void importsOnlyFromEarlierFloors(String floor) {
    checkFloor(floor, FLOORS);
  }

  @Test
  void everyPackageBelongsToAFloor() {
    for (String name : Module.named("api").sourcePackages()) {
      assertTrue(
          FLOORS.stream().anyMatch(floor -> (name + ".").startsWith(ROOT + floor + ".")),
          name + " is on no floor: add it to the list, after everything that it imports from");
    }
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(API);
  }

  @Test
  void theRuleRejectsAHouseThatStandsOnItsHead() {
    List<String> reversed = new ArrayList<>(FLOORS);
    Collections.reverse(reversed);
    assertThrows(AssertionError.class, () -> checkFloor("op", reversed));
  }

  private static void checkFloor(String floor, List<String> order) {
    String[] later =
        order.subList(order.indexOf(floor) + 1, order.size()).stream()
            .map(name -> ROOT + name + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + floor + "..")
        .should()
        .dependOnClassesThat(resideInAnyPackage(later))
        .allowEmptyShould(true)
        .check(API);
  }
}
