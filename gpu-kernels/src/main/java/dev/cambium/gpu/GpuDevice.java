package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import java.util.Optional;

/**
 * What is known of a device.
 *
 * @param backend the provider's name, {@code opencl} or {@code cuda}
 * @param id what to write after the colon of {@code NAME:DEVICE}
 * @param name as the driver gives it
 * @param vendor the maker
 * @param driver the driver's version
 * @param isProcessor whether it is the machine's processor rather than a GPU, which wants long
 *     vectors in one work-item instead of many work-items
 * @param computeUnits multiprocessors, or cores
 * @param mostLocalItems the most work-items of a group
 * @param localBytes the memory that a group shares
 * @param globalBytes the device's memory
 * @param mostBytes the most bytes of one allocation
 * @param hasDouble whether it computes in FLOAT64
 * @param vectorBytes the bytes of a vector of its processor, those of one number where it has none
 */
public record GpuDevice(
    String backend,
    String id,
    String name,
    String vendor,
    String driver,
    boolean isProcessor,
    int computeUnits,
    int mostLocalItems,
    long localBytes,
    long globalBytes,
    long mostBytes,
    boolean hasDouble,
    int vectorBytes) {
  /** The work-items of the largest groups that no kernel can do without. */
  private static final int LEAST_LOCAL_ITEMS = 256;

  /**
   * Why the kernels cannot run on it, to be read after its name; empty when they can: its groups
   * hold too few work-items, or too little local memory for the smallest tile of a product.
   */
  public Optional<String> refusal() {
    if (mostLocalItems < LEAST_LOCAL_ITEMS) {
      return Optional.of(
          "takes groups of at most "
              + mostLocalItems
              + " work-items, the kernels need "
              + LEAST_LOCAL_ITEMS);
    }
    long least = Tile.SMALL.localBytes(hasDouble ? DType.FLOAT64 : DType.FLOAT32);
    return localBytes >= least
        ? Optional.empty()
        : Optional.of(
            "has " + localBytes + " bytes of local memory for a group, the kernels need " + least);
  }
}
