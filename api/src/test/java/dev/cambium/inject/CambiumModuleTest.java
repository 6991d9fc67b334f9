package dev.cambium.inject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.ProvisionException;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Backends;
import dev.cambium.spi.Memory;
import dev.cambium.spi.TracingBackend;
import dev.cambium.spi.reference.ReferenceProvider;
import java.util.List;
import org.junit.jupiter.api.Test;

class CambiumModuleTest {
  private static final Backends REFERENCE = Backends.of(List.of(new ReferenceProvider()));

  /** A program that knows nothing of how its backend was chosen. */
  private static final class Program {
    private final Backend backend;

    @Inject
    Program(Backend backend) {
      this.backend = backend;
    }
  }

  @Test
  void everybodyGetsTheOneBackendThatWasChosen() {
    try (CambiumModule cambium = CambiumModule.create().selection("reference")) {
      Injector injector = Guice.createInjector(cambium);
      Program program = injector.getInstance(Program.class);
      assertEquals("reference", program.backend.name());
      assertSame(program.backend, injector.getInstance(Program.class).backend);
    }
  }

  @Test
  void closingTheModuleClosesItsBackend() {
    CambiumModule cambium = CambiumModule.create().backends(REFERENCE).selection("");
    Injector injector = Guice.createInjector(cambium);
    Backend backend = injector.getInstance(Backend.class);
    Memory memory = backend.allocate(64);
    cambium.close();
    assertThrows(IllegalStateException.class, () -> backend.allocate(64));
    assertEquals(64, memory.bytes());
    cambium.close();
  }

  @Test
  void aClosedModuleOpensNothing() {
    CambiumModule cambium = CambiumModule.create().backends(REFERENCE).selection("");
    Injector injector = Guice.createInjector(cambium);
    cambium.close();
    ProvisionException e =
        assertThrows(ProvisionException.class, () -> injector.getInstance(Backend.class));
    assertInstanceOf(IllegalStateException.class, e.getCause());
  }

  @Test
  void theCauseSaysWhyABackendCannotBeHad() {
    try (CambiumModule cambium = CambiumModule.create().backends(REFERENCE).selection("abacus:7")) {
      Injector injector = Guice.createInjector(cambium);
      ProvisionException e =
          assertThrows(ProvisionException.class, () -> injector.getInstance(Backend.class));
      assertInstanceOf(BackendUnavailableException.class, e.getCause());
      assertTrue(e.getCause().getMessage().contains("abacus"), e.getCause().getMessage());
    }
  }

  @Test
  void aDecoratorStandsAroundTheBackend() {
    try (CambiumModule cambium =
        CambiumModule.create()
            .backends(REFERENCE)
            .selection("reference")
            .decorated(TracingBackend::new)) {
      Backend backend = Guice.createInjector(cambium).getInstance(Backend.class);
      assertInstanceOf(TracingBackend.class, backend);
    }
  }
}
