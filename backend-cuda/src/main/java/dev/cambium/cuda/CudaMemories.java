package dev.cambium.cuda;

import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.HostBytes;
import dev.cambium.spi.OutOfMemoryException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of a context. It comes from the pool of the stream where the driver has pools: giving
 * back does not wait then, and takes its place among the stream's work.
 */
final class CudaMemories {
  private static final Logger LOG = LoggerFactory.getLogger(CudaMemories.class);

  private final CudaDriver driver;
  private final CudaDevice device;
  private final CudaStream stream;
  private final CudaFaults faults;
  private final Runnable makeCurrent;
  private final Set<CudaMemory> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private long held;

  /**
   * The memory of a device.
   *
   * @param makeCurrent makes the context that of the calling thread, which may be any when memory
   *     is given back
   */
  CudaMemories(
      CudaDriver driver,
      CudaDevice device,
      CudaStream stream,
      CudaFaults faults,
      Runnable makeCurrent) {
    this.makeCurrent = makeCurrent;
    this.driver = driver;
    this.device = device;
    this.stream = stream;
    this.faults = faults;
  }

  /**
   * Allocates. What was given back is the device's again once the stream has come to it: where
   * there is not enough before, this waits for that.
   *
   * @throws OutOfMemoryException when the device does not have so much left
   */
  CudaMemory allocate(long bytes) {
    return allocate(bytes, true);
  }

  private CudaMemory allocate(long bytes, boolean mayWait) {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes must be at least 1, got " + bytes);
    }
    if (bytes > device.about().globalBytes()) {
      // The driver need not call this a want of memory.
      throw outOfMemory(bytes, "it has " + HostBytes.words(device.about().globalBytes()));
    }
    long[] address = new long[1];
    int status = allocate(address, bytes);
    if (CudaStatus.isOutOfMemory(status) && mayWait) {
      int waited = driver.streamSynchronize(stream);
      faults.checkFinished(waited, "cuStreamSynchronize before an allocation");
      status = allocate(address, bytes);
    }
    if (CudaStatus.isOutOfMemory(status)) {
      throw outOfMemory(bytes, "its driver reports " + CudaStatus.name(status) + left());
    }
    faults.check(status, "the allocation of " + bytes + " bytes");
    CudaMemory memory = new CudaMemory(this, address[0], bytes);
    open.add(memory);
    held += bytes;
    return memory;
  }

  /** The same without waiting; null when the device does not have so much left by now. */
  CudaMemory tryAllocate(long bytes) {
    try {
      return allocate(bytes, false);
    } catch (OutOfMemoryException full) {
      LOG.debug("does without: {}", full.getMessage());
      return null;
    }
  }

  private int allocate(long[] address, long bytes) {
    return device.hasMemoryPools()
        ? driver.memAllocAsync(address, bytes, stream)
        : driver.memAlloc(address, bytes);
  }

  private String left() {
    long[] free = new long[1];
    long[] total = new long[1];
    return driver.memGetInfo(free, total) == 0
        ? "; of its "
            + HostBytes.words(total[0])
            + " are "
            + HostBytes.words(free[0])
            + " free, as other programs on it count too"
        : "";
  }

  private OutOfMemoryException outOfMemory(long bytes, String why) {
    return new OutOfMemoryException(
        faults.device()
            + " cannot give "
            + HostBytes.words(bytes)
            + ": "
            + why
            + "; this backend holds "
            + HostBytes.words(held));
  }

  /** Memory that was allocated here. */
  CudaMemory own(GpuMemory memory) {
    if (!(memory instanceof CudaMemory own) || !own.belongsTo(this)) {
      throw new IllegalArgumentException(
          "memory must be of this context, " + faults.device() + ", got that of another");
    }
    return own;
  }

  /** Gives it back; an error of earlier work, which may surface here, surfaces again later. */
  void free(CudaMemory memory, long address) {
    if (open.remove(memory)) {
      held -= memory.bytes();
      makeCurrent.run();
      faults.note(giveBack(address), "giving memory back");
    }
  }

  private int giveBack(long address) {
    return device.hasMemoryPools() ? driver.memFreeAsync(address, stream) : driver.memFree(address);
  }

  /** Gives back what is still open; what fails then is of no interest any more. */
  void release() {
    open.forEach(memory -> giveBack(memory.released()));
    open.clear();
    held = 0;
  }
}
