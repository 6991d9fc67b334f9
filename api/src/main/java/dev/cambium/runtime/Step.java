package dev.cambium.runtime;

import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.spi.Kernel;
import java.util.List;

/**
 * One step of a plan while it is being made: a native kernel or a host function, and what it reads
 * and writes.
 *
 * @param label the operation and its layer
 * @param op the operation; null where a kernel's packer runs
 * @param kernel the native kernel, or null
 * @param host the host function, or null
 * @param inputs what it reads
 * @param outputs what it writes
 */
record Step(
    String label,
    Op op,
    Kernel kernel,
    HostFunction host,
    List<PlanValue> inputs,
    List<PlanValue> outputs) {
  boolean reads(int input) {
    return kernel == null || kernel.reads(input);
  }
}
