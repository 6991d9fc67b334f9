package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.ForwardingBackend;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.spi.reference.ReferenceProvider;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {
  private final Resources resources = new Resources();
  private final List<String> closed = new ArrayList<>();

  private void add(String name, RuntimeException failure) {
    resources.add(
        () -> {
          closed.add(name);
          if (failure != null) {
            throw failure;
          }
        });
  }

  @Test
  void oneThatCannotBeClosedHoldsUpNoOther() {
    RuntimeException first = new IllegalStateException("c");
    RuntimeException second = new IllegalStateException("b");
    add("a", null);
    add("b", second);
    add("c", first);
    add("d", null);
    assertSame(first, assertThrows(IllegalStateException.class, resources::close));
    assertEquals(List.of(second), List.of(first.getSuppressed()));
    assertEquals(List.of("d", "c", "b", "a"), closed);
    resources.close();
    assertEquals(4, closed.size());
  }

  @Test
  void whatTheyAreClosedForStaysWhatIsReported() {
    RuntimeException cause = new IllegalStateException("cause");
    RuntimeException failure = new IllegalStateException("a");
    add("a", failure);
    resources.closeAfter(cause);
    assertEquals(List.of(failure), List.of(cause.getSuppressed()));
  }

  @Test
  void aProductThatCannotBePreparedLeavesNothingOpen() {
    OutOfMemoryException full = new OutOfMemoryException("full");
    try (Backend backend =
        new ForwardingBackend(new ReferenceProvider().open(BackendConfig.defaults())) {
          @Override
          public void upload(ByteBuffer dense, Buffer to) {
            throw full;
          }
        }) {
      assertSame(
          full, assertThrows(OutOfMemoryException.class, () -> new BenchProduct(128, backend)));
      assertEquals(0, backend.memory().allocations());
    }
  }
}
