package dev.cambium.nd4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A backend uses the api alone, of it what a backend needs; and it prints nothing. */
class Nd4jArrowsTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.cambium.nd4j");

  @Test
  void theModuleUsesTensorsOperationsTheInterfaceOfABackendAndTensorsOnIt() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.nd4j..",
            "org.bytedeco.javacpp..",
            "dev.cambium.nd4j",
            "dev.cambium.tensor",
            "dev.cambium.op",
            "dev.cambium.spi",
            "dev.cambium.runtime")
        .check(MODULE);
  }

  @Test
  void onlyTheConversionOfArraysKnowsPlansAndTensors() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Nd4jArrays")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.cambium.runtime")
        .check(MODULE);
  }

  @Test
  void theModulePrintsNothing() {
    noClasses().should(ACCESS_STANDARD_STREAMS).check(MODULE);
  }
}
