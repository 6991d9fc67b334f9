package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.ValueType;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** A backend whose kernels compute what they should, and then write where they should not. */
final class ScribblingBackend extends ForwardingBackend {
  /** What a kernel does besides. */
  @FunctionalInterface
  interface Scribble {
    void write(ScribblingBackend backend, Buffer[] inputs, Buffer[] outputs, Buffer scratch);
  }

  private record Place(Memory memory, long offset) {}

  private final Map<Buffer, Place> places = new IdentityHashMap<>();
  private final RawBytes raw;
  private final long scratchBytes;
  private Scribble scribble = (backend, inputs, outputs, scratch) -> {};
  private Place last;

  ScribblingBackend(Backend backend, long scratchBytes) {
    super(backend);
    this.raw = new RawBytes(backend);
    this.scratchBytes = scratchBytes;
  }

  /** From now on each kernel does this. */
  void scribble(Scribble what) {
    scribble = what;
  }

  /** Writes some bytes at a distance from the beginning of a buffer. */
  void write(Buffer buffer, long distance, int count) {
    write(places.get(buffer), distance, count);
  }

  /** The same for what was bound last. */
  void writeLast(long distance, int count) {
    write(last, distance, count);
  }

  private void write(Place place, long distance, int count) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) 0x11);
    raw.write(place.memory(), place.offset() + distance, bytes);
  }

  @Override
  public Buffer bind(Memory slot, long offset, ValueType type) {
    Buffer buffer = super.bind(slot, offset, type);
    last = new Place(slot, offset);
    places.put(buffer, last);
    return buffer;
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    Prepared prepared = super.prepare(op, inputs);
    return prepared instanceof Kernel kernel ? new Scribbling(kernel) : prepared;
  }

  private final class Scribbling implements Kernel {
    private final Kernel kernel;

    Scribbling(Kernel kernel) {
      this.kernel = kernel;
    }

    @Override
    public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      kernel.run(inputs, outputs, null);
      scribble.write(ScribblingBackend.this, inputs, outputs, scratch);
    }

    @Override
    public long scratchBytes() {
      return scratchBytes;
    }
  }
}
