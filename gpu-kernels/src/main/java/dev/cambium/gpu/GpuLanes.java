package dev.cambium.gpu;

import dev.cambium.tensor.DType;

/**
 * Groups of 64 lanes ({@code lanes.cl}): a lane is a work-item on GPUs, and a part of the vectors
 * of a group's only work-item on processors.
 *
 * @param wide whether all lanes are in one work-item
 * @param computeUnits how many groups the device works on at once, at least
 */
record GpuLanes(boolean wide, int computeUnits) {
  /** Lanes of a group. */
  static final int COUNT = 64;

  /** As the device likes it, or the setting {@code kernels} says. */
  static GpuLanes of(GpuPlatform gpu) {
    return new GpuLanes(gpu.isWide(), gpu.device().computeUnits());
  }

  /** A program that works with lanes, in the given floating type. */
  GpuProgram program(GpuPlatform gpu, String file, DType dtype) {
    GpuProgram program = gpu.program(file, dtype);
    return wide ? program.with("WIDE", 1) : program;
  }

  /** So many groups. */
  Grid groups(long groups) {
    return new Grid(groups, 1, 1, wide ? 1 : COUNT, 1);
  }

  /** The groups that keep the device busy. */
  long enoughGroups() {
    return (long) computeUnits * (wide ? 4 : 16);
  }

  /**
   * The elements that one group goes through in less time than a second launch costs: about a
   * seventh of a millisecond on processors, some microseconds on GPUs.
   */
  long elementsOfOneLaunch() {
    return wide ? 1 << 16 : 1 << 14;
  }
}
