package dev.cambium.gpu;

import dev.cambium.spi.OutOfMemoryException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One open device as {@link GpuBackend} uses it: memory, programs, launches, copies, and their
 * times. What is given to it runs in the order of the calls; only {@link #read}, {@link
 * #synchronize} and {@link #busyNanoseconds} wait. {@link GpuBackend} calls it from one thread at a
 * time.
 *
 * <p>An error of the device is a {@link GpuException} whose message names the call or the kernel;
 * one of a command that was given earlier may surface at any later call. After a {@link
 * DeviceLostException} nothing works any more but {@code close}, of the context and of what it
 * made.
 */
public interface GpuContext extends AutoCloseable {
  /** What is known of the device. */
  GpuDevice device();

  /**
   * Allocates device memory.
   *
   * @param bytes at least 1
   * @throws OutOfMemoryException when the device has not so much left
   */
  GpuMemory allocate(long bytes);

  /**
   * A kernel of a program, with arguments of its own; the program is built when its first function
   * is asked for, and kept.
   *
   * @param program the program
   * @param name the kernel's name in it
   * @param grid how it is launched
   * @throws KernelBuildException when the program does not compile, with the compiler's log
   */
  GpuFunction function(GpuProgram program, String name, Grid grid);

  /**
   * Copies from the host.
   *
   * @param from from its position to its limit, which may be reused on return; direct or not
   * @param to the memory
   * @param offset the first byte there
   */
  void write(ByteBuffer from, GpuMemory to, long offset);

  /** Copies to the host, from {@code to}'s position to its limit, and waits. */
  void read(GpuMemory from, long offset, ByteBuffer to);

  /** Copies {@code bytes} bytes; the ranges do not overlap. */
  void copy(GpuMemory from, long fromOffset, GpuMemory to, long toOffset, long bytes);

  /**
   * Repeats a pattern.
   *
   * @param memory the memory
   * @param offset the first byte, a multiple of the pattern's length
   * @param bytes how many, a multiple of the pattern's length
   * @param pattern 1, 2, 4 or 8 bytes
   */
  void fill(GpuMemory memory, long offset, long bytes, byte[] pattern);

  /**
   * Lets the device begin with what was given to it, where it would wait for more; does not wait.
   */
  void flush();

  /** Waits until everything is done; errors of it surface here. */
  void synchronize();

  /**
   * Waits for what was given before, runs {@code work}, waits for what it gave to the device, and
   * says how long the device worked on that, by its own clock: the sum over all commands. What a
   * command's time contains beside its work is the device's: with OpenCL nothing, with CUDA the
   * time from the end of what came before, in which a device that is idle waits for the host to
   * give the command. That is some microseconds, as much as a small kernel takes, and more for a
   * library's. A launch of a {@link GpuRecording} is one command: recordings of many kernels are
   * what to compare small ones by.
   */
  long busyNanoseconds(Runnable work);

  /**
   * Notes the launches, copies and fills that {@code work} gives to the device, instead of doing
   * them, with the arguments that their functions have then: what is set later changes nothing in
   * the recording, and what {@code work} sets stays set. {@code work} neither waits nor writes from
   * the host, and what it uses must stay open as long as the recording is launched. What {@code
   * work} throws, this throws, with nothing noted.
   *
   * @return empty where the device keeps no commands, or not these; nothing was done then, and
   *     {@code work} may have been called or not
   */
  default Optional<GpuRecording> record(Runnable work) {
    return Optional.empty();
  }

  /** Waits, then frees everything that the context made. */
  @Override
  void close();
}
