package dev.cambium.gpu;

import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Packer;
import dev.cambium.tensor.Opaque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A kernel of an operation: launches that run in order. */
final class GpuKernel implements Kernel {
  private final GpuPlatform platform;
  private final GpuCall[] calls;
  private final long scratchBytes;
  private final Set<Integer> unread;
  private final Map<Integer, Opaque> caches;
  private final Map<Integer, Packer> packers;
  private boolean closed;

  private GpuKernel(Builder builder) {
    platform = builder.platform;
    calls = builder.calls.toArray(GpuCall[]::new);
    scratchBytes = builder.scratchBytes;
    unread = Set.copyOf(builder.unread);
    caches = Map.copyOf(builder.caches);
    packers = Map.copyOf(builder.packers);
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    platform.enter();
    try {
      platform.requireOpen();
      if (closed) {
        throw new IllegalStateException("a kernel of " + platform.name() + " was closed");
      }
      for (GpuCall call : calls) {
        call.run(inputs, outputs, scratch);
      }
    } finally {
      platform.leave();
    }
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public boolean reads(int input) {
    return !unread.contains(input);
  }

  @Override
  public Opaque cache(int output) {
    return caches.getOrDefault(output, Opaque.NONE);
  }

  @Override
  public Optional<Packer> packer(int input) {
    return Optional.ofNullable(packers.get(input));
  }

  @Override
  public void close() {
    platform.enter();
    try {
      if (!closed) {
        closed = true;
        for (GpuCall call : calls) {
          call.close();
        }
      }
    } finally {
      platform.leave();
    }
  }

  /** Collects the launches of a kernel. */
  static final class Builder {
    private final GpuPlatform platform;
    private final List<GpuCall> calls = new ArrayList<>();
    private final Set<Integer> unread = new HashSet<>();
    private final Map<Integer, Opaque> caches = new HashMap<>();
    private final Map<Integer, Packer> packers = new HashMap<>();
    private long scratchBytes;

    Builder(GpuPlatform platform) {
      this.platform = platform;
    }

    /**
     * Adds a launch; one with an empty grid is left out.
     *
     * @param program the program
     * @param function the kernel's name in it
     * @param grid groups and work-items
     * @param arguments the kernel's arguments in their order
     */
    Builder launch(GpuProgram program, String function, Grid grid, Argument... arguments) {
      if (!grid.isEmpty()) {
        try {
          calls.add(
              platform.inOrder(
                  () ->
                      new GpuCall(
                          platform.context().function(program, function, grid),
                          List.of(arguments))));
        } catch (RuntimeException | Error failed) {
          calls.forEach(GpuCall::close);
          throw failed;
        }
      }
      return this;
    }

    /** The working memory that the launches need together. */
    Builder scratch(long bytes) {
      scratchBytes = bytes;
      return this;
    }

    /** Says that no launch reads this input. */
    Builder ignores(int input) {
      unread.add(input);
      return this;
    }

    /** What is kept in an output that the operation declares as a cache. */
    Builder cache(int output, Opaque type) {
      caches.put(output, type);
      return this;
    }

    /** What re-lays an input once per update. */
    Builder packer(int input, Packer packer) {
      packers.put(input, packer);
      return this;
    }

    /** The kernel. */
    GpuKernel build() {
      return new GpuKernel(this);
    }
  }
}
