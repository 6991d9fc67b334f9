package dev.cambium.gpu;

import dev.cambium.spi.Buffer;
import dev.cambium.spi.Packer;
import dev.cambium.tensor.Opaque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A kernel of an operation: launches that run in order. */
final class GpuKernel implements RecordableKernel {
  private final GpuPlatform platform;
  private final GpuStep[] calls;
  private final long scratchBytes;
  private final Set<Integer> unread;
  private final Map<Integer, Opaque> caches;
  private final Map<Integer, Packer> packers;
  private boolean closed;

  private GpuKernel(Builder builder, List<GpuStep> made, Map<Integer, Packer> packing) {
    platform = builder.platform;
    calls = made.toArray(GpuStep[]::new);
    scratchBytes = builder.scratchBytes;
    unread = Set.copyOf(builder.unread);
    caches = Map.copyOf(builder.caches);
    packers = Map.copyOf(packing);
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    platform.enter();
    try {
      platform.requireOpen();
      requireOpen();
      for (GpuStep call : calls) {
        call.run(inputs, outputs, scratch);
      }
    } finally {
      platform.leave();
    }
  }

  @Override
  public int commands() {
    return calls.length;
  }

  @Override
  public void requireOpen() {
    if (closed) {
      throw new IllegalStateException("a kernel of " + platform.name() + " was closed");
    }
  }

  @Override
  public void memories(Buffer[] inputs, Buffer[] outputs, Buffer scratch, Consumer<GpuSlot> uses) {
    for (GpuStep call : calls) {
      call.memories(inputs, outputs, scratch, uses);
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
        for (GpuStep call : calls) {
          call.close();
        }
      }
    } finally {
      platform.leave();
    }
  }

  /** A step as it was asked for; what it needs of the device is made with the kernel. */
  private interface Planned {
    GpuStep make(GpuContext context);
  }

  /** What re-lays an input, into which layout; its kernel is made with the one that reads it. */
  record Packing(Builder kernel, Opaque type) {}

  /** Collects the launches of a kernel, and makes nothing on the device before all are known. */
  static final class Builder {
    private final GpuPlatform platform;
    private final List<Planned> launches = new ArrayList<>();
    private final Set<Integer> unread = new HashSet<>();
    private final Map<Integer, Opaque> caches = new HashMap<>();
    private final Map<Integer, Packing> packings = new HashMap<>();
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
        List<Argument> all = List.of(arguments);
        launches.add(context -> GpuCall.of(context.function(program, function, grid), all));
      }
      return this;
    }

    /**
     * Adds a call of a library, which is closed with the kernel.
     *
     * @param library what it computes
     * @param workspace where its working memory begins in that of the kernel
     * @param tensors where its operands and results lie, in its order
     */
    Builder call(VendorKernel library, long workspace, Argument... tensors) {
      launches.add(context -> VendorCall.of(library, workspace, List.of(tensors)));
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
    Builder packer(int input, Packing packing) {
      packings.put(input, packing);
      return this;
    }

    /**
     * The kernel, with those of its packers.
     *
     * @throws KernelBuildException when a program does not compile; then nothing is left open
     */
    GpuKernel build() {
      return platform.inOrder(this::make);
    }

    private GpuKernel make() {
      List<GpuStep> calls = new ArrayList<>();
      Map<Integer, Packer> packers = new HashMap<>();
      try {
        for (Planned launch : launches) {
          calls.add(launch.make(platform.context()));
        }
        packings.forEach(
            (input, packing) ->
                packers.put(input, new Packer(packing.kernel().build(), packing.type())));
        return new GpuKernel(this, calls, packers);
      } catch (RuntimeException | Error failed) {
        calls.forEach(GpuStep::close);
        packers.values().forEach(packer -> packer.kernel().close());
        throw failed;
      }
    }
  }
}
