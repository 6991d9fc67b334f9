package dev.cambium.cuda;

import static jcuda.driver.CUresult.CUDA_SUCCESS;

import java.nio.ByteBuffer;
import jcuda.Pointer;
import jcuda.driver.CUevent;

/**
 * Copies to the host, through two pieces of pinned memory: while the host empties one, the device
 * fills the other.
 */
final class CudaDownload {
  private static final int PIECE = CudaStaging.PIECE;
  private static final int PLACES = 2;

  private final CudaDriver driver;
  private final CudaCommands commands;
  private final CudaFaults faults;
  private final Place[] places = new Place[PLACES];

  CudaDownload(CudaDriver driver, CudaCommands commands, CudaFaults faults) {
    this.driver = driver;
    this.commands = commands;
    this.faults = faults;
  }

  /** Waits for what was given before, and copies. */
  void read(long from, ByteBuffer to) {
    ByteBuffer rest = to.duplicate();
    int bytes = rest.remaining();
    int pieces = pieces(bytes);
    for (int piece = 0; piece < pieces + 1; piece++) {
      if (piece < pieces) {
        long offset = (long) piece * PIECE;
        int length = (int) Math.min(PIECE, bytes - offset);
        place(piece, length).begin(from + offset, length);
      }
      if (piece > 0) {
        place(piece - 1, 0).end(rest);
      }
    }
  }

  /** How many pieces so many bytes are. */
  static int pieces(int bytes) {
    return (int) ((bytes - 1L + PIECE) / PIECE);
  }

  private Place place(int piece, int length) {
    int index = piece % PLACES;
    if (places[index] == null || places[index].capacity() < length) {
      if (places[index] != null) {
        places[index].release();
        places[index] = null;
      }
      // Most downloads are single numbers.
      places[index] = new Place(length <= PIECE / 64 ? PIECE / 64 : PIECE);
    }
    return places[index];
  }

  void release() {
    for (Place place : places) {
      if (place != null) {
        place.release();
      }
    }
  }

  /** Memory of the host, pinned where the driver gives some. */
  private final class Place {
    private final CUevent filled = new CUevent();
    private final boolean isPinned;
    private final Pointer pointer;
    private final ByteBuffer bytes;
    private int length;

    Place(int capacity) {
      int[] status = new int[1];
      Pointer pinned = driver.memHostAlloc(capacity, status);
      isPinned = faults.hasPinned(status[0]);
      bytes = isPinned ? pinned.getByteBuffer(0, capacity) : ByteBuffer.allocateDirect(capacity);
      pointer = isPinned ? pinned : Pointer.to(bytes);
      int created = driver.eventCreate(filled, false);
      if (created != CUDA_SUCCESS) {
        free();
        faults.check(created, "cuEventCreate");
      }
    }

    int capacity() {
      return bytes.capacity();
    }

    void begin(long from, int count) {
      length = count;
      CUevent start = commands.clock().before();
      int status = driver.memcpyDtoHAsync(pointer, from, count, commands.stream());
      faults.check(status, "cuMemcpyDtoHAsync");
      commands.clock().after(start);
      faults.check(driver.eventRecord(filled, commands.stream()), "cuEventRecord");
    }

    void end(ByteBuffer to) {
      faults.checkFinished(driver.eventSynchronize(filled), "cuEventSynchronize of a download");
      to.put(bytes.duplicate().position(0).limit(length));
    }

    void release() {
      driver.eventDestroy(filled);
      free();
    }

    private void free() {
      if (isPinned) {
        driver.memFreeHost(pointer);
      }
    }
  }
}
