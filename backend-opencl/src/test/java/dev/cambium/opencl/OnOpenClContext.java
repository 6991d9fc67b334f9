package dev.cambium.opencl;

import dev.cambium.gpu.OnGpuContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A context for each test, with memory of integers. */
abstract class OnOpenClContext extends OnGpuContext<OpenClContext> {
  @BeforeEach
  void open() {
    context = TestDevice.open();
  }

  @AfterEach
  void close() {
    if (context != null) {
      context.close();
    }
  }
}
