package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

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
  /** Where in a memory a value may begin: the multiples of so many bytes. */
  int ALIGNMENT = 512;

  /** The provider's name and the device, for example {@code cpu} or {@code opencl:0}. */
  String name();

  /**
   * Makes {@code op} ready for inputs of the given types; the outputs have the types of {@code
   * op.infer(inputs)}.
   *
   * @param op the operation
   * @param inputs the types of its inputs; a cache is what the kernel before it declared in {@link
   *     Kernel#cache}, or any other
   * @throws IllegalArgumentException when {@code op.infer} does not take the inputs, unless the
   *     backend declines the operation anyway
   */
  Prepared prepare(Op op, List<ValueType> inputs);

  /**
   * Allocates memory; its contents are anything.
   *
   * @throws OutOfMemoryException when the device cannot give so many bytes
   */
  Memory allocate(long bytes);

  /**
   * Reads {@code slot}, from byte {@code offset} on, as {@code type}. Nothing is moved or changed;
   * several buffers may look at the same bytes.
   *
   * @param slot memory of this backend
   * @param offset where the value begins; at least 0, and a multiple of {@link #ALIGNMENT}
   * @param type what lies there; its {@link #bytes} end inside of the slot
   * @throws IllegalArgumentException when the slot is another backend's, or the value does not fit
   *     at that offset
   * @throws IllegalStateException when the slot was closed
   */
  Buffer bind(Memory slot, long offset, ValueType type);

  /** Reads {@code slot}, from its beginning, as {@code type}. */
  default Buffer bind(Memory slot, ValueType type) {
    return bind(slot, 0, type);
  }

  /**
   * The bytes that a value of this type needs here, padding included. A FLOAT64 value of rank 1
   * takes exactly 8 bytes an element on every backend, so that any memory can be looked at as a row
   * of doubles: uploaded, downloaded, copied and filled, on devices that do not compute in FLOAT64
   * too, and bits that are no double of anybody's come and go unchanged.
   */
  long bytes(ValueType type);

  /** Copies a dense row-major array from the host; the source may be reused on return. */
  void upload(ByteBuffer dense, Buffer to);

  /**
   * Copies several arrays from the host; the sources may be reused on return. Values of one memory,
   * listed one after the other as they lie in it, may go as one transfer: the bytes between them
   * may then be overwritten, so nothing may lie there that anybody needs.
   */
  default void upload(List<Upload> uploads) {
    uploads.forEach(upload -> upload(upload.value().bytes(), upload.to()));
  }

  /** Copies to a dense row-major array on the host, and waits. */
  void download(Buffer from, ByteBuffer dense);

  /** Copies between two buffers of the same type. */
  void copy(Buffer from, Buffer to);

  /** Sets every element. */
  void fill(Buffer buffer, double value);

  /**
   * What this backend's own kernels make of NaN where the operations leave it to them; what runs by
   * its lowering or by its host function keeps NaN whatever this says.
   */
  default NanBehaviour nanBehaviour() {
    return NanBehaviour.PROPAGATES;
  }

  /**
   * A list of launches to run many times. What changes between two runs are the contents of the
   * buffers, never which buffers these are, nor anything else: so a backend may record the list and
   * replay it.
   *
   * @param launches whose arrays stay as they are; the kernels and the buffers stay open as long as
   *     the sequence runs
   */
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

  /**
   * Waits for what was given before, runs {@code work}, waits for what it gave to the device, and
   * says how long that took: by {@link #clock}. By default the host's clock around it; a device
   * that measures its own commands answers with the sum of their times.
   *
   * @param work gives kernels or transfers to this backend; what it throws, this throws
   */
  default long busyNanoseconds(Runnable work) {
    synchronize();
    long start = System.nanoTime();
    work.run();
    synchronize();
    return System.nanoTime() - start;
  }

  /** By what clock {@link #busyNanoseconds} measures. */
  default KernelClock clock() {
    return KernelClock.HOST;
  }

  /**
   * Measures the variants of this backend's kernels on the device, and keeps the fastest where
   * later runs on it find them. Takes minutes. A backend that was opened before may go on with what
   * it has.
   *
   * @param progress is told each variant that was measured, on any thread
   * @return what was chosen; {@link Tuning#nothing} where there is nothing to choose
   */
  default Tuning tune(Consumer<Tuning.Trial> progress) {
    return Tuning.nothing("its kernels have no variants to choose from");
  }

  /** What is allocated now. */
  MemoryStatistics memory();

  /**
   * Waits, then frees the device. Memory that is still open is freed too; using it afterwards
   * throws.
   */
  @Override
  void close();

  /**
   * Throws unless a value fits into memory at an offset, as {@link #bind(Memory, long, ValueType)}
   * demands; for backends to call there.
   *
   * @param slot the memory
   * @param offset where the value shall begin
   * @param type the value's type, for the message
   * @param bytes what {@link #bytes} says of the type
   * @throws IllegalArgumentException when the offset is not a multiple of {@link #ALIGNMENT}, or
   *     the value does not end inside of the slot
   */
  static void requireFits(Memory slot, long offset, ValueType type, long bytes) {
    if (offset < 0 || offset % ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "offset must be a multiple of " + ALIGNMENT + ", at least 0, got " + offset);
    }
    if (bytes > slot.bytes() - offset) {
      throw new IllegalArgumentException(
          "slot has "
              + slot.bytes()
              + " bytes, "
              + type
              + " needs "
              + bytes
              + (offset == 0 ? "" : " from byte " + offset + " on")
              + "; allocate what bytes(type) says");
    }
  }
}
