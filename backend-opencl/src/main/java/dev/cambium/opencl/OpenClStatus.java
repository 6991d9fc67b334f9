package dev.cambium.opencl;

import static org.jocl.CL.CL_BUILD_PROGRAM_FAILURE;
import static org.jocl.CL.CL_DEVICE_NOT_AVAILABLE;
import static org.jocl.CL.CL_INVALID_ARG_INDEX;
import static org.jocl.CL.CL_INVALID_ARG_SIZE;
import static org.jocl.CL.CL_INVALID_BUFFER_SIZE;
import static org.jocl.CL.CL_INVALID_COMMAND_QUEUE;
import static org.jocl.CL.CL_INVALID_CONTEXT;
import static org.jocl.CL.CL_INVALID_KERNEL_ARGS;
import static org.jocl.CL.CL_INVALID_KERNEL_NAME;
import static org.jocl.CL.CL_INVALID_WORK_GROUP_SIZE;
import static org.jocl.CL.CL_INVALID_WORK_ITEM_SIZE;
import static org.jocl.CL.CL_MEM_OBJECT_ALLOCATION_FAILURE;
import static org.jocl.CL.CL_OUT_OF_HOST_MEMORY;
import static org.jocl.CL.CL_OUT_OF_RESOURCES;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.GpuException;
import org.jocl.CL;

/**
 * What the status codes of OpenCL mean, and the exceptions that they become.
 *
 * <p>A device is taken as lost when the driver says so, or when a command fails in a way that no
 * command can fail on a device in order: a queue or context that was valid is none any more, or a
 * command that was accepted could not be finished. NVIDIA's driver reports an illegal access of a
 * kernel as -9999, after which its context is of no use.
 */
final class OpenClStatus {
  /** NVIDIA's code for a kernel that was stopped by the device. */
  static final int NVIDIA_ILLEGAL_ACCESS = -9999;

  private OpenClStatus() {}

  /** The code as the standard names it, with its number. */
  static String name(int status) {
    return status == NVIDIA_ILLEGAL_ACCESS
        ? "-9999, an illegal read or write by a kernel"
        : CL.stringFor_errorCode(status) + " (" + status + ")";
  }

  /** Whether the code says that there is no memory for what was asked. */
  static boolean isOutOfMemory(int status) {
    return status == CL_MEM_OBJECT_ALLOCATION_FAILURE
        || status == CL_OUT_OF_RESOURCES
        || status == CL_OUT_OF_HOST_MEMORY
        || status == CL_INVALID_BUFFER_SIZE;
  }

  /**
   * What a code other than success becomes.
   *
   * @param status the code
   * @param call what was called, with the kernel's name
   * @param device the device's name
   * @param waited whether the call waits for what was given before
   */
  static GpuException failure(int status, String call, String device, boolean waited) {
    String what = call + " on " + device + " failed with " + name(status);
    if (isLoss(status, waited)) {
      return new DeviceLostException(
          what
              + ": the device is lost, and everything on it; close the backend and open it again,"
              + " and if that fails too, see the system's log (dmesg) for what its driver reports");
    }
    return new GpuException(what + "; " + advice(status));
  }

  private static boolean isLoss(int status, boolean waited) {
    return status == CL_DEVICE_NOT_AVAILABLE
        || status == CL_INVALID_COMMAND_QUEUE
        || status == CL_INVALID_CONTEXT
        || status == NVIDIA_ILLEGAL_ACCESS
        || waited
            && (status == CL_OUT_OF_RESOURCES
                || status == CL.CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
  }

  private static String advice(int status) {
    return switch (status) {
      case CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_HOST_MEMORY, CL_INVALID_BUFFER_SIZE ->
          "take a smaller batch, or close models and tensors that are not needed any more";
      case CL_OUT_OF_RESOURCES ->
          "the kernel needs more registers or local memory than the device has, or its memory is"
              + " full: take a smaller batch, or another device";
      case CL_INVALID_WORK_GROUP_SIZE, CL_INVALID_WORK_ITEM_SIZE ->
          "the launch has other groups than the kernel's GROUP_OF, or the device takes none of that"
              + " size: correct the kernel where it is yours, else report this with what clinfo"
              + " says of the device";
      case CL_INVALID_KERNEL_NAME ->
          "the source has no kernel of that name: correct it where it is yours, else report this";
      case CL_INVALID_KERNEL_ARGS, CL_INVALID_ARG_INDEX, CL_INVALID_ARG_SIZE ->
          "the launch gives other arguments than the kernel takes: correct it where it is yours,"
              + " else report this";
      case CL_BUILD_PROGRAM_FAILURE ->
          "the driver could not compile it: see its log, or choose another device";
      default -> "see what clinfo says of the device, and whether its driver is up to date";
    };
  }
}
