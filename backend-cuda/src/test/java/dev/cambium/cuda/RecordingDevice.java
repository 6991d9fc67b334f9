package dev.cambium.cuda;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_MODE;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;

import java.util.HashMap;
import java.util.Map;

/** A device of a {@link RecordingDriver}. */
final class RecordingDevice {
  final String name;
  final long bytes;
  private final Map<Integer, Integer> attributes = new HashMap<>();

  /** How often its primary context was retained. */
  int retained;

  long used;

  /** What every call returns since the device was lost; 0 while it works. */
  int lost;

  /** The device's clock: how long it worked, in nanoseconds. */
  long clock;

  /** A device with pools of memory, which lets everybody in. */
  RecordingDevice(String name, int major, int minor, int multiprocessors, long bytes) {
    this.name = name;
    this.bytes = bytes;
    with(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, major);
    with(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, minor);
    with(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, multiprocessors);
    with(CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK, 1024);
    with(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK, 49152);
    with(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, 1);
    with(CU_DEVICE_ATTRIBUTE_COMPUTE_MODE, 0);
  }

  /** NVIDIA's numbers of an H200, whose memory is that of the test's process. */
  static RecordingDevice h200() {
    return new RecordingDevice("NVIDIA H200", 9, 0, 132, 150_110_000_000L);
  }

  /** Says something else. */
  RecordingDevice with(int attribute, int value) {
    attributes.put(attribute, value);
    return this;
  }

  /** What it says; null when it does not know. */
  Integer attribute(int attribute) {
    return attributes.get(attribute);
  }
}
