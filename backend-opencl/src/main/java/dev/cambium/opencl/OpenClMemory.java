package dev.cambium.opencl;

import static org.jocl.CL.CL_BUFFER_CREATE_TYPE_REGION;
import static org.jocl.CL.CL_MEM_READ_WRITE;
import static org.jocl.CL.clCreateSubBuffer;
import static org.jocl.CL.clReleaseMemObject;

import dev.cambium.gpu.GpuMemory;
import java.util.HashMap;
import java.util.Map;
import org.jocl.Pointer;
import org.jocl.cl_buffer_region;
import org.jocl.cl_mem;

/**
 * A buffer of OpenCL. A kernel of OpenCL 1.2 takes no pointer into the middle of one, so what
 * begins at an offset is a sub-buffer, made once for each offset and owner of the memory. They
 * overlap, see {@code docs/decisions/0010-overlapping-sub-buffers.md}.
 */
final class OpenClMemory implements GpuMemory {
  private final OpenClMemories owner;
  private final cl_mem handle;
  private final Pointer whole;
  private final long bytes;
  private final Map<Long, Pointer> tails = new HashMap<>();
  private final Map<Long, cl_mem> subBuffers = new HashMap<>();
  private boolean closed;

  OpenClMemory(OpenClMemories owner, cl_mem handle, long bytes) {
    this.owner = owner;
    this.handle = handle;
    this.whole = Pointer.to(handle);
    this.bytes = bytes;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /** The buffer, for a command that takes a range of it. */
  cl_mem range(long offset, long length) {
    requireOpen();
    requireRange(offset, length);
    return handle;
  }

  boolean belongsTo(OpenClMemories other) {
    return owner == other;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "device memory of " + bytes + " bytes was closed: it cannot be used any more");
    }
  }

  /** What a kernel's argument points to: the bytes from {@code offset} on. */
  Pointer from(long offset) {
    requireOpen();
    if (offset < 0 || offset > bytes) {
      throw new IllegalArgumentException(
          "offset must lie in the memory's " + bytes + " bytes, got " + offset);
    }
    // There is no empty sub-buffer: a kernel that is given the end reads and writes nothing there.
    return offset == 0 || offset == bytes ? whole : tails.computeIfAbsent(offset, this::tail);
  }

  private Pointer tail(long offset) {
    int[] status = new int[1];
    cl_mem tail =
        clCreateSubBuffer(
            handle,
            CL_MEM_READ_WRITE,
            CL_BUFFER_CREATE_TYPE_REGION,
            new cl_buffer_region(offset, bytes - offset),
            status);
    owner.faults().check(status[0], "clCreateSubBuffer from byte " + offset + " of " + bytes);
    subBuffers.put(offset, tail);
    return Pointer.to(tail);
  }

  /** Another object, so that functions notice that the sub-buffers they were given are gone. */
  @Override
  public OpenClMemory renewed() {
    requireOpen();
    closed = true;
    releaseTails();
    OpenClMemory next = new OpenClMemory(owner, handle, bytes);
    owner.replace(this, next);
    return next;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      owner.forget(this);
      release();
    }
  }

  /** Releases the buffers; the driver keeps them until commands that use them are done. */
  void release() {
    closed = true;
    releaseTails();
    clReleaseMemObject(handle);
  }

  private void releaseTails() {
    subBuffers.values().forEach(sub -> clReleaseMemObject(sub));
    subBuffers.clear();
    tails.clear();
  }
}
