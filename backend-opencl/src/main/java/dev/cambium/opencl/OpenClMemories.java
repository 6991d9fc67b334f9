package dev.cambium.opencl;

import static org.jocl.CL.CL_MEM_READ_WRITE;
import static org.jocl.CL.CL_SUCCESS;
import static org.jocl.CL.clCreateBuffer;
import static org.jocl.CL.clReleaseMemObject;

import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.HostBytes;
import dev.cambium.spi.OutOfMemoryException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jocl.cl_context;
import org.jocl.cl_mem;

/** The memory of a context: what it gave out, and how much of the device that is. */
final class OpenClMemories {
  private final cl_context context;
  private final OpenClDevice device;
  private final OpenClQueue queue;
  private final OpenClFaults faults;
  private final Set<OpenClMemory> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private long held;

  OpenClMemories(cl_context context, OpenClDevice device, OpenClQueue queue, OpenClFaults faults) {
    this.context = context;
    this.device = device;
    this.queue = queue;
    this.faults = faults;
  }

  /**
   * Allocates.
   *
   * @throws OutOfMemoryException when the device does not have so much, or not any more
   */
  OpenClMemory allocate(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes must be at least 1, got " + bytes);
    }
    long most = device.about().mostBytes();
    if (bytes > most) {
      throw outOfMemory(bytes, "one allocation has at most " + HostBytes.words(most));
    }
    if (bytes > device.about().globalBytes() - held) {
      throw outOfMemory(bytes, "there is not so much left");
    }
    int[] status = new int[1];
    cl_mem handle = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, null, status);
    if (status[0] == CL_SUCCESS) {
      status[0] = queue.claim(handle);
      if (status[0] != CL_SUCCESS) {
        clReleaseMemObject(handle);
      }
    }
    if (OpenClStatus.isOutOfMemory(status[0])) {
      throw outOfMemory(bytes, "its driver reports " + OpenClStatus.name(status[0]));
    }
    faults.check(status[0], "clCreateBuffer of " + bytes + " bytes");
    OpenClMemory memory = new OpenClMemory(this, handle, bytes);
    open.add(memory);
    held += bytes;
    return memory;
  }

  private OutOfMemoryException outOfMemory(long bytes, String why) {
    return new OutOfMemoryException(
        faults.device()
            + " cannot give "
            + HostBytes.words(bytes)
            + ": "
            + why
            + "; it has "
            + HostBytes.words(device.about().globalBytes())
            + ", of which this backend holds "
            + HostBytes.words(held));
  }

  /** Memory that was allocated here. */
  OpenClMemory own(GpuMemory memory) {
    if (!(memory instanceof OpenClMemory own) || !own.belongsTo(this)) {
      throw new IllegalArgumentException(
          "memory must be of this context, " + faults.device() + ", got that of another");
    }
    return own;
  }

  OpenClFaults faults() {
    return faults;
  }

  void forget(OpenClMemory memory) {
    open.remove(memory);
    held -= memory.bytes();
  }

  /** One object for the same memory takes the place of another. */
  void replace(OpenClMemory memory, OpenClMemory next) {
    open.remove(memory);
    open.add(next);
  }

  /** Releases what is still open. */
  void release() {
    open.forEach(OpenClMemory::release);
    open.clear();
  }
}
