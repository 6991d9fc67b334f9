package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Reshape;
import dev.cambium.op.Value;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.CheckingBackend;
import dev.cambium.spi.ForwardingBackend;
import dev.cambium.spi.Upload;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SmallInputsTest {
  private static final TensorType LARGE =
      TensorType.float32((int) SmallInputs.MOST_BYTES / Float.BYTES + 1);

  private final Counting backend = new Counting();
  private final CheckingBackend checked = new CheckingBackend(backend, false);
  private final ParameterStore store = new ParameterStore(checked);
  private final BufferPool pool = new BufferPool(checked);

  /** Writes down what is uploaded: the types of one upload, or of several at once. */
  private static final class Counting extends ForwardingBackend {
    final List<List<?>> uploads = new ArrayList<>();
    boolean fails;

    Counting() {
      super(new ReferenceProvider().open(BackendConfig.defaults()));
    }

    @Override
    public void upload(ByteBuffer dense, Buffer to) {
      uploads.add(List.of(to.type()));
      super.upload(dense, to);
    }

    @Override
    public void upload(List<Upload> together) {
      if (fails) {
        throw new IllegalStateException("the cable is loose");
      }
      together.forEach(upload -> super.upload(upload.value().bytes(), upload.to()));
      uploads.add(together.stream().map(upload -> upload.to().type()).toList());
    }
  }

  @AfterEach
  void close() {
    store.close();
    pool.close();
    checked.close();
  }

  private static HostArray scalar(float value) {
    return HostArray.of(Shape.scalar(), value);
  }

  /** {@code y = a * x + b}, of which only {@code x} is large, and {@code z}, another shape of a. */
  private Plan plan() {
    GraphBuilder builder = new GraphBuilder();
    Value b = builder.input("b", TensorType.float32(3));
    Value x = builder.input("x", LARGE);
    Value a = builder.input("a", TensorType.float32());
    builder.name("y", builder.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), x, a));
    builder.name("z", builder.emit(new Reshape(Shape.of(1)), a));
    builder.name("w", builder.emit(new Affine(2, 0), b));
    return Plan.of(builder.build(), store, pool);
  }

  private static void require(Plan plan, float x, float a, float b) {
    assertEquals(x * a, plan.fetch("y").get(7));
    assertArrayEquals(new float[] {a}, plan.fetch("z").toFloats());
    assertArrayEquals(new float[] {2 * b, 2 * b, 2 * b}, plan.fetch("w").toFloats());
  }

  private static HostArray filled(TensorType type, float value) {
    HostArray array = HostArray.allocate(type);
    for (int i = 0; i < type.shape().intSize(); i++) {
      array.set(i, value);
    }
    return array;
  }

  @Test
  void goToTheDeviceTogetherWithTheNextRun() {
    try (Plan plan = plan()) {
      plan.bind("x", filled(LARGE, 5));
      plan.bind("a", scalar(3));
      plan.bind("b", filled(TensorType.float32(3), 4));
      assertEquals(List.of(List.of(LARGE)), backend.uploads);
      plan.run();
      List<?> together = List.of(TensorType.float32(3), TensorType.float32());
      assertEquals(List.of(List.of(LARGE), together), backend.uploads);
      require(plan, 5, 3, 4);
      plan.run();
      assertEquals(2, backend.uploads.size());
      plan.bind("a", scalar(7));
      plan.run();
      assertEquals(List.of(List.of(LARGE), together, together), backend.uploads);
      require(plan, 5, 7, 4);
    }
  }

  @Test
  void mayBeChangedByTheCallerOnceTheyAreBound() {
    try (Plan plan = plan()) {
      HostArray a = scalar(3);
      HostArray x = filled(LARGE, 5);
      plan.bind("a", a);
      plan.bind("x", x);
      plan.bind("b", filled(TensorType.float32(3), 4));
      a.set(0, 100);
      x.set(7, 100);
      plan.run();
      require(plan, 5, 3, 4);
    }
  }

  @Test
  void areUploadedByTheNextRunWhenOneHasFailed() {
    try (Plan plan = plan()) {
      plan.bind("x", filled(LARGE, 5));
      plan.bind("a", scalar(3));
      plan.bind("b", filled(TensorType.float32(3), 4));
      backend.fails = true;
      assertThrows(IllegalStateException.class, plan::run);
      backend.fails = false;
      plan.run();
      require(plan, 5, 3, 4);
    }
  }

  @Test
  void ofWhichThereIsOneGoesAtOnce() {
    GraphBuilder builder = new GraphBuilder();
    Value a = builder.input("a", TensorType.float32());
    builder.name("y", builder.emit(new Affine(2, 0), a));
    try (Plan plan = Plan.of(builder.build(), store, pool)) {
      plan.bind("a", scalar(3));
      assertEquals(List.of(List.of(TensorType.float32())), backend.uploads);
      plan.run();
      assertEquals(6, plan.fetch("y").scalar());
    }
  }
}
