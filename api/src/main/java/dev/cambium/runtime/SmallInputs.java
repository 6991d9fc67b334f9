package dev.cambium.runtime;

import dev.cambium.spi.Backend;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Upload;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The small inputs of a plan: labels, learning rate, position of the random numbers. They lie side
 * by side in one memory, and what was bound since the last run goes to the device at once, as one
 * transfer where the backend makes one of it.
 */
final class SmallInputs {
  /** A larger input takes longer to copy twice on the host than a transfer takes to begin. */
  static final long MOST_BYTES = 1 << 14;

  private final Backend backend;
  private final Map<PlanValue, HostArray> staged = new HashMap<>();
  private final List<Upload> uploads = new ArrayList<>();
  private boolean pending;

  private SmallInputs(Backend backend) {
    this.backend = backend;
  }

  /**
   * Places those of {@code inputs} that are small, where there are several.
   *
   * @param owned gets the memory
   */
  static SmallInputs of(Backend backend, Collection<PlanValue> inputs, List<? super Memory> owned) {
    SmallInputs small = new SmallInputs(backend);
    List<PlanValue> placed = inputs.stream().filter(SmallInputs::isSmall).toList();
    if (placed.size() < 2) {
      return small;
    }
    long bytes = 0;
    for (PlanValue input : placed) {
      input.offset = bytes;
      bytes = after(bytes + backend.bytes(input.type));
    }
    Memory memory = backend.allocate(bytes);
    owned.add(memory);
    placed.forEach(input -> small.place(input, memory));
    return small;
  }

  private static boolean isSmall(PlanValue input) {
    return ((TensorType) input.type).bytes() <= MOST_BYTES;
  }

  /**
   * Where the next value begins: with room between, so that a kernel that reads past its input
   * reads nothing that could be right.
   */
  private static long after(long end) {
    long pieces = (end + Backend.ALIGNMENT - 1) / Backend.ALIGNMENT;
    return (pieces + 1) * Backend.ALIGNMENT;
  }

  private void place(PlanValue input, Memory memory) {
    input.memory = memory;
    input.buffer = backend.bind(memory, input.offset, input.type);
    HostArray copy = HostArray.allocate((TensorType) input.type);
    staged.put(input, copy);
    uploads.add(new Upload(copy, input.buffer));
  }

  /** Whether {@code input} was placed here. */
  boolean contains(PlanValue input) {
    return staged.containsKey(input);
  }

  /** Keeps a copy of {@code value} for the next {@link #upload}. */
  void stage(PlanValue input, HostArray value) {
    staged.get(input).bytes().put(value.bytes());
    pending = true;
  }

  /** Copies all of them to the device, when one was staged since the last time. */
  void upload() {
    if (pending) {
      backend.upload(uploads);
      pending = false;
    }
  }
}
