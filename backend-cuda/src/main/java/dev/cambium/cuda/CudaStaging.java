package dev.cambium.cuda;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import jcuda.Pointer;
import jcuda.driver.CUevent;

/**
 * Copies from the host without waiting for what the device still has to do. The bytes go into
 * pinned memory at once, from there on a stream of their own to a place on the device, while the
 * device computes, and from that place, in order with everything else, to where they belong. Four
 * pieces are on their way at most; what is longer waits for its first ones.
 */
final class CudaStaging {
  static final int PIECE = 4 << 20;
  private static final int PLACES = 4;

  private final CudaDriver driver;
  private final CudaCommands commands;
  private final CudaStream compute;
  private final CudaFaults faults;
  private final CudaMemories memories;
  private final CudaStream arrivals = new CudaStream();
  private final Place[] places = new Place[PLACES];
  private final List<CUevent> events = new ArrayList<>();
  private int next;

  CudaStaging(CudaDriver driver, CudaCommands commands, CudaMemories memories, CudaFaults faults) {
    this.driver = driver;
    this.commands = commands;
    this.compute = commands.stream();
    this.memories = memories;
    this.faults = faults;
    faults.check(driver.streamCreate(arrivals), "cuStreamCreate");
  }

  /** Copies; {@code from} may be reused on return. */
  void write(ByteBuffer from, long to) {
    ByteBuffer rest = from.duplicate();
    while (rest.hasRemaining()) {
      ByteBuffer piece = rest.slice(rest.position(), Math.min(PIECE, rest.remaining()));
      if (places[next] == null) {
        places[next] = new Place();
      }
      places[next].pass(piece, to + rest.position() - from.position());
      rest.position(rest.position() + piece.limit());
      next = (next + 1) % PLACES;
    }
  }

  /** Waits and frees; an upload that failed may have left a copy under way. */
  void release() {
    driver.streamSynchronize(arrivals);
    for (Place place : places) {
      if (place != null) {
        place.release();
      }
    }
    events.forEach(driver::eventDestroy);
    driver.streamDestroy(arrivals);
  }

  /** Pinned memory of the host, with memory of the device beside it. */
  private final class Place {
    private final CUevent arrived = event();
    private final CUevent taken = event();
    private Pointer pinned;
    private ByteBuffer bytes;
    private CudaMemory onDevice;
    private boolean inUse;

    private CUevent event() {
      CUevent event = new CUevent();
      faults.check(driver.eventCreate(event, false), "cuEventCreate");
      events.add(event);
      return event;
    }

    void pass(ByteBuffer piece, long to) {
      if (inUse) {
        faults.checkFinished(driver.eventSynchronize(arrived), "cuEventSynchronize of an upload");
      }
      if (pinned == null && !allocate()) {
        copyPageable(piece, to);
        return;
      }
      int length = piece.remaining();
      bytes.clear().put(piece);
      if (onDevice == null || commands.clock().isRunning()) {
        passAmong(to, length);
      } else {
        passBeside(to, length);
      }
      inUse = true;
    }

    private void passAmong(long to, int length) {
      CUevent start = commands.clock().before();
      check(driver.memcpyHtoDAsync(to, pinned, length, compute), "cuMemcpyHtoDAsync");
      commands.clock().after(start);
      check(driver.eventRecord(arrived, compute), "cuEventRecord");
    }

    private void passBeside(long to, int length) {
      check(driver.streamWaitEvent(arrivals, taken), "cuStreamWaitEvent");
      long place = onDevice.address();
      check(driver.memcpyHtoDAsync(place, pinned, length, arrivals), "cuMemcpyHtoDAsync");
      check(driver.eventRecord(arrived, arrivals), "cuEventRecord");
      check(driver.streamWaitEvent(compute, arrived), "cuStreamWaitEvent");
      check(driver.memcpyDtoDAsync(to, place, length, compute), "cuMemcpyDtoDAsync");
      check(driver.eventRecord(taken, compute), "cuEventRecord");
    }

    /** Whether there is pinned memory; memory of the device is taken where there is some left. */
    private boolean allocate() {
      int[] status = new int[1];
      pinned = driver.memHostAlloc(PIECE, status);
      if (!faults.hasPinned(status[0])) {
        return false;
      }
      bytes = pinned.getByteBuffer(0, PIECE);
      onDevice = memories.tryAllocate(PIECE);
      if (onDevice != null) {
        // The memory is there from this place of the stream on.
        check(driver.eventRecord(taken, compute), "cuEventRecord");
      }
      return true;
    }

    private void copyPageable(ByteBuffer piece, long to) {
      ByteBuffer direct = ByteBuffer.allocateDirect(piece.remaining());
      direct.put(piece).flip();
      int length = direct.remaining();
      check(driver.memcpyHtoDAsync(to, Pointer.to(direct), length, compute), "cuMemcpyHtoDAsync");
      faults.checkFinished(driver.streamSynchronize(compute), "cuStreamSynchronize of an upload");
    }

    private void check(int status, String call) {
      faults.check(status, call);
    }

    void release() {
      if (pinned != null) {
        driver.memFreeHost(pinned);
      }
    }
  }
}
