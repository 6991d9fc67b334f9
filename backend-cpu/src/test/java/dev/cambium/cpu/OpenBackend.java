package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.spi.Backend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** A backend for the tests of one class; after each test all memory and kernels must be gone. */
abstract class OpenBackend {
  private static CpuPlatform platform;
  private static Backend backend;

  @BeforeAll
  static void open() {
    platform = new CpuPlatform(2, Long.MAX_VALUE, false);
    backend = new CpuBackend(platform);
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  static Backend backend() {
    return backend;
  }

  static CpuPlatform platform() {
    return platform;
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(0, backend.memory().bytes(), "bytes left");
    assertEquals(0, backend.memory().allocations(), "allocations left");
    assertEquals(0, platform.openKernels(), "kernels left");
  }
}
