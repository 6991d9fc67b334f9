package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One open device: memory, and kernels for operations. All methods may be called from any thread;
 * what they give to the device runs in the order of the calls. {@link #download} and {@link
 * #synchronize} wait, everything else may return before the device is done.
 *
 * <p>A buffer's layout is a pure function of its type and the backend's own business; the dense
 * buffers of {@link #upload} and {@link #download} are row-major (images NCHW, filters OIHW) in
 * native byte order.
 */
public interface Backend extends AutoCloseable {
  /** The provider's name and the device, for example {@code cpu} or {@code opencl:0}. */
  String name();

  /**
   * Makes {@code op} ready for inputs of the given types; the outputs have the types of {@code
   * op.infer(inputs)}.
   *
   * @param op the operation
   * @param inputs the types of its inputs; a cache is what the kernel before it declared in {@link
   *     Kernel#cache}, or any other
   */
  Prepared prepare(Op op, List<ValueType> inputs);

  /**
   * Allocates memory; its contents are anything.
   *
   * @throws OutOfMemoryException when the device cannot give so many bytes
   */
  Memory allocate(long bytes);

  /** Reads {@code slot}, from its beginning, as {@code type}. */
  Buffer bind(Memory slot, ValueType type);

  /** The bytes that a value of this type needs here, padding included. */
  long bytes(ValueType type);

  /** Copies a dense row-major array from the host; the source may be reused on return. */
  void upload(ByteBuffer dense, Buffer to);

  /** Copies to a dense row-major array on the host, and waits. */
  void download(Buffer from, ByteBuffer dense);

  /** Copies between two buffers of the same type. */
  void copy(Buffer from, Buffer to);

  /** Sets every element. */
  void fill(Buffer buffer, double value);

  /** A list of launches to run many times. */
  default Sequence sequence(List<Launch> launches) {
    Launch[] all = launches.toArray(Launch[]::new);
    return () -> {
      for (Launch launch : all) {
        launch.run();
      }
    };
  }

  /**
   * Runs {@code work} where this backend gives its kernels to the device, in order with everything
   * given before, and returns when it returns. What {@code work} calls of this backend then needs
   * no hand-off to another thread; so whoever looks between launches does not disturb them.
   */
  default void submit(Runnable work) {
    work.run();
  }

  /** Waits until everything that was given to the device is done; an error of it surfaces here. */
  void synchronize();

  /** What is allocated now. */
  MemoryStatistics memory();

  /**
   * Waits, then frees the device. Memory that is still open is freed too; using it afterwards
   * throws.
   */
  @Override
  void close();
}
