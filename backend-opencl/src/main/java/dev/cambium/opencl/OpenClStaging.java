package dev.cambium.opencl;

import static org.jocl.CL.CL_MEM_ALLOC_HOST_PTR;
import static org.jocl.CL.CL_MEM_READ_WRITE;
import static org.jocl.CL.CL_SUCCESS;
import static org.jocl.CL.clCreateBuffer;
import static org.jocl.CL.clReleaseEvent;
import static org.jocl.CL.clReleaseMemObject;
import static org.jocl.CL.clWaitForEvents;

import java.nio.ByteBuffer;
import org.jocl.cl_context;
import org.jocl.cl_event;
import org.jocl.cl_mem;

/**
 * Copies from the host without waiting for what the device still has to do: the bytes go at once
 * into one of two buffers, and from there, in order with everything else, to where they belong. (A
 * write of OpenCL that does not wait would need the source to stay as it is; JOCL besides starts a
 * thread for each.) What is longer than both buffers waits for its first bytes to be taken over.
 */
final class OpenClStaging {
  private static final int PIECE = 4 << 20;

  private final cl_context context;
  private final OpenClQueue queue;
  private final OpenClFaults faults;
  private final Slot[] slots = {new Slot(), new Slot()};
  private int next;

  OpenClStaging(cl_context context, OpenClQueue queue, OpenClFaults faults) {
    this.context = context;
    this.queue = queue;
    this.faults = faults;
  }

  /** Copies; {@code from} may be reused on return. */
  void write(ByteBuffer from, cl_mem to, long offset) {
    if (queue.isTimed()) {
      queue.write(from, to, offset);
      return;
    }
    ByteBuffer rest = from.duplicate();
    while (rest.hasRemaining()) {
      ByteBuffer piece = rest.slice(rest.position(), Math.min(PIECE, rest.remaining()));
      slots[next].pass(piece, to, offset + rest.position() - from.position());
      rest.position(rest.position() + piece.limit());
      next = (next + 1) % slots.length;
    }
  }

  void release() {
    for (Slot slot : slots) {
      slot.release();
    }
  }

  private final class Slot {
    private final cl_event[] taken = {new cl_event()};
    private boolean inUse;
    private cl_mem buffer;

    void pass(ByteBuffer piece, cl_mem to, long offset) {
      await();
      if (buffer == null && !allocate()) {
        queue.write(piece, to, offset);
        return;
      }
      queue.arrive(piece, buffer);
      queue.copy(buffer, 0, to, offset, piece.remaining(), taken[0]);
      inUse = true;
      queue.flush();
    }

    /** Whether there is a buffer: a device that is full takes uploads all the same. */
    private boolean allocate() {
      int[] status = new int[1];
      long kind = CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR;
      cl_mem created = clCreateBuffer(context, kind, PIECE, null, status);
      buffer = status[0] == CL_SUCCESS ? created : null;
      return buffer != null;
    }

    private void await() {
      if (inUse) {
        inUse = false;
        int status = clWaitForEvents(1, taken);
        clReleaseEvent(taken[0]);
        faults.checkFinished(status, "clWaitForEvents of an upload");
      }
    }

    void release() {
      if (inUse) {
        clReleaseEvent(taken[0]);
      }
      if (buffer != null) {
        clReleaseMemObject(buffer);
      }
    }
  }
}
