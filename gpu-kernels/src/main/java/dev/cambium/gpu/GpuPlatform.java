package dev.cambium.gpu;

import dev.cambium.spi.BackendConfig;
import dev.cambium.tensor.DType;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** What the kernels and transfers of one open backend share: the device, its memory, its gate. */
final class GpuPlatform {
  private final GpuContext context;
  private final String name;
  private final BackendConfig config;
  private final ReentrantLock gate = new ReentrantLock();
  private final GpuMemoryPool memory;
  private final boolean wide;
  private final VendorChoice vendor;
  private int measured;
  private volatile boolean closed;

  /** Takes over a device whose maker brings nothing. */
  GpuPlatform(GpuContext context, BackendConfig config) {
    this(context, config, VendorKernels.NONE);
  }

  /**
   * Takes over a device, and what its maker's libraries do on it.
   *
   * @throws IllegalArgumentException when a setting is wrong; nothing is allocated then
   */
  GpuPlatform(GpuContext context, BackendConfig config, VendorKernels libraries) {
    this.context = context;
    this.config = config;
    GpuDevice device = context.device();
    this.wide = wantsWide();
    this.name = device.backend() + ":" + device.id();
    boolean traceLeaks = config.property("leaks").filter("trace"::equals).isPresent();
    this.memory = new GpuMemoryPool(this, config.memoryLimit(device.backend()), traceLeaks);
    this.vendor = new VendorChoice(this, libraries);
  }

  /** The backend's name with its device. */
  String name() {
    return name;
  }

  GpuContext context() {
    return context;
  }

  GpuDevice device() {
    return context.device();
  }

  GpuMemoryPool memory() {
    return memory;
  }

  /** Chooses between our kernels and those of the device's maker. */
  VendorChoice vendor() {
    return vendor;
  }

  /** The setting {@code BACKEND.NAME}, or the default. */
  String setting(String setting, String otherwise) {
    return config.property(device().backend() + "." + setting).orElse(otherwise);
  }

  /**
   * Whether kernels for processors are to run, a vector in each work-item, where there are two: on
   * a processor, unless the setting {@code kernels} says otherwise.
   */
  boolean isWide() {
    return wide;
  }

  private boolean wantsWide() {
    String kernels = setting("kernels", device().isProcessor() ? "wide" : "tiled");
    return switch (kernels) {
      case "wide" -> true;
      case "tiled" -> false;
      default ->
          throw new IllegalArgumentException(
              device().backend()
                  + ".kernels must be wide (for processors) or tiled (for GPUs), got '"
                  + kernels
                  + "'");
    };
  }

  /** A program in the given floating type. */
  GpuProgram program(String file, DType dtype) {
    return GpuProgram.of(file, dtype);
  }

  /** Begins a kernel. */
  GpuKernel.Builder kernel() {
    return new GpuKernel.Builder(this);
  }

  /** Lets no other thread give anything to the device until {@link #leave}. */
  void enter() {
    gate.lock();
  }

  /** Ends {@link #enter}. */
  void leave() {
    gate.unlock();
  }

  /** As {@link GpuContext#busyNanoseconds}, with nothing else given to the device meanwhile. */
  long busyNanoseconds(Runnable work) {
    return inOrder(
        () -> {
          requireOpen();
          measured++;
          try {
            return context.busyNanoseconds(work);
          } finally {
            measured--;
          }
        });
  }

  /** Whether this is done by what is being measured, and nothing else can be. Within the gate. */
  boolean isMeasured() {
    return measured > 0;
  }

  /** Does {@code work} with nothing else given to the device meanwhile. */
  <T> T inOrder(Supplier<T> work) {
    gate.lock();
    try {
      return work.get();
    } finally {
      gate.unlock();
    }
  }

  /**
   * Throws when the backend was closed.
   *
   * @throws IllegalStateException then
   */
  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("backend " + name + " is used after it was closed");
    }
  }

  /** Waits, and frees the device. A second call does nothing. */
  void close() {
    gate.lock();
    try {
      if (!closed) {
        closed = true;
        try {
          vendor.close();
        } finally {
          closeDevice();
        }
      }
    } finally {
      gate.unlock();
    }
  }

  private void closeDevice() {
    try {
      memory.freeAll();
    } finally {
      context.close();
    }
  }
}
