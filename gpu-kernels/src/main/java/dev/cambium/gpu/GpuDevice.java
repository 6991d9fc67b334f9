package dev.cambium.gpu;

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
    int vectorBytes) {}
