package dev.cambium.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_ASSERT;
import static jcuda.driver.CUresult.CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE;
import static jcuda.driver.CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED;
import static jcuda.driver.CUresult.CUDA_ERROR_DEINITIALIZED;
import static jcuda.driver.CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE;
import static jcuda.driver.CUresult.CUDA_ERROR_ECC_UNCORRECTABLE;
import static jcuda.driver.CUresult.CUDA_ERROR_EXTERNAL_DEVICE;
import static jcuda.driver.CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR;
import static jcuda.driver.CUresult.CUDA_ERROR_ILLEGAL_ADDRESS;
import static jcuda.driver.CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_CONTEXT;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_DEVICE;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_HANDLE;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_IMAGE;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_PC;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_PTX;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_VALUE;
import static jcuda.driver.CUresult.CUDA_ERROR_JIT_COMPILATION_DISABLED;
import static jcuda.driver.CUresult.CUDA_ERROR_JIT_COMPILER_NOT_FOUND;
import static jcuda.driver.CUresult.CUDA_ERROR_LAUNCH_FAILED;
import static jcuda.driver.CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES;
import static jcuda.driver.CUresult.CUDA_ERROR_LAUNCH_TIMEOUT;
import static jcuda.driver.CUresult.CUDA_ERROR_MISALIGNED_ADDRESS;
import static jcuda.driver.CUresult.CUDA_ERROR_MPS_CLIENT_TERMINATED;
import static jcuda.driver.CUresult.CUDA_ERROR_MPS_CONNECTION_FAILED;
import static jcuda.driver.CUresult.CUDA_ERROR_MPS_MAX_CONNECTIONS_REACHED;
import static jcuda.driver.CUresult.CUDA_ERROR_NOT_FOUND;
import static jcuda.driver.CUresult.CUDA_ERROR_NOT_INITIALIZED;
import static jcuda.driver.CUresult.CUDA_ERROR_NOT_SUPPORTED;
import static jcuda.driver.CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU;
import static jcuda.driver.CUresult.CUDA_ERROR_NO_DEVICE;
import static jcuda.driver.CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE;
import static jcuda.driver.CUresult.CUDA_ERROR_OPERATING_SYSTEM;
import static jcuda.driver.CUresult.CUDA_ERROR_OUT_OF_MEMORY;
import static jcuda.driver.CUresult.CUDA_ERROR_STUB_LIBRARY;
import static jcuda.driver.CUresult.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH;
import static jcuda.driver.CUresult.CUDA_ERROR_SYSTEM_NOT_READY;
import static jcuda.driver.CUresult.CUDA_ERROR_UNKNOWN;
import static jcuda.driver.CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.GpuException;
import jcuda.driver.CUresult;

/**
 * What the status codes of CUDA's driver mean, and the exceptions that they become.
 *
 * <p>A device is taken as lost for every code after which, as the documentation of the driver has
 * it, "any further CUDA work will return the same error" until the process ends; for a context that
 * was valid and is none any more; and for the codes without a meaning of their own where a call
 * returns them that waits, as then a command failed that was accepted.
 */
final class CudaStatus {
  /** Codes of drivers that are newer than JCuda's list. */
  private static final int CONTAINED = 226;

  private static final int TENSOR_MEMORY_LEAK = 721;
  private static final int CALL_REQUIRES_NEWER_DRIVER = 36;

  /** The range of the codes about a capture of a stream. */
  private static final int FIRST_OF_CAPTURE = 900;

  private static final int LAST_OF_CAPTURE = 908;

  private CudaStatus() {}

  /** The code as the driver names it, with its number. */
  static String name(int status) {
    String name =
        switch (status) {
          case CONTAINED -> "CUDA_ERROR_CONTAINED";
          case TENSOR_MEMORY_LEAK -> "CUDA_ERROR_TENSOR_MEMORY_LEAK";
          case CALL_REQUIRES_NEWER_DRIVER -> "CUDA_ERROR_CALL_REQUIRES_NEWER_DRIVER";
          default -> CUresult.stringFor(status);
        };
    return name.startsWith("CUDA_")
        ? name + " (" + status + ")"
        : "code " + status + ", which no driver had when this was written";
  }

  /** Whether the code says that there is no memory for what was asked. */
  static boolean isOutOfMemory(int status) {
    return status == CUDA_ERROR_OUT_OF_MEMORY;
  }

  /** Whether the code of a load says that the driver does not compile the program. */
  static boolean isOfProgram(int status) {
    return switch (status) {
      case CUDA_ERROR_INVALID_IMAGE,
          CUDA_ERROR_NO_BINARY_FOR_GPU,
          CUDA_ERROR_INVALID_PTX,
          CUDA_ERROR_JIT_COMPILER_NOT_FOUND,
          CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
          CUDA_ERROR_JIT_COMPILATION_DISABLED ->
          true;
      default -> false;
    };
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
          what + ": the device is lost, and everything on it; " + adviceAfterLoss(status));
    }
    return new GpuException(what + "; " + advice(status));
  }

  private static boolean isLoss(int status, boolean waited) {
    return switch (status) {
      case CUDA_ERROR_DEINITIALIZED,
          CUDA_ERROR_INVALID_CONTEXT,
          CUDA_ERROR_ECC_UNCORRECTABLE,
          CUDA_ERROR_NVLINK_UNCORRECTABLE,
          CONTAINED,
          CUDA_ERROR_ILLEGAL_ADDRESS,
          CUDA_ERROR_LAUNCH_TIMEOUT,
          CUDA_ERROR_CONTEXT_IS_DESTROYED,
          CUDA_ERROR_ASSERT,
          CUDA_ERROR_HARDWARE_STACK_ERROR,
          CUDA_ERROR_ILLEGAL_INSTRUCTION,
          CUDA_ERROR_MISALIGNED_ADDRESS,
          CUDA_ERROR_INVALID_ADDRESS_SPACE,
          CUDA_ERROR_INVALID_PC,
          CUDA_ERROR_LAUNCH_FAILED,
          TENSOR_MEMORY_LEAK,
          CUDA_ERROR_MPS_CLIENT_TERMINATED,
          CUDA_ERROR_EXTERNAL_DEVICE ->
          true;
      case CUDA_ERROR_DEVICE_UNAVAILABLE,
          CUDA_ERROR_NO_DEVICE,
          CUDA_ERROR_OPERATING_SYSTEM,
          CUDA_ERROR_UNKNOWN ->
          waited;
      default -> false;
    };
  }

  private static String adviceAfterLoss(int status) {
    String again = "end the program and start it again from its last checkpoint";
    return switch (status) {
      case CUDA_ERROR_DEINITIALIZED ->
          "the driver is shut down already, as the process ends: close the backend before";
      case CUDA_ERROR_INVALID_CONTEXT, CUDA_ERROR_CONTEXT_IS_DESTROYED ->
          "another part of the process reset the device; close the backend and open it again";
      case CUDA_ERROR_LAUNCH_TIMEOUT ->
          "a kernel ran longer than a device with a screen allows: "
              + again
              + ", with a smaller batch or on a device without a screen";
      case CUDA_ERROR_ECC_UNCORRECTABLE, CUDA_ERROR_NVLINK_UNCORRECTABLE, CONTAINED ->
          "its hardware failed (see dmesg for lines with Xid, and nvidia-smi -q): "
              + again
              + ", on another device if it happens again";
      default ->
          again
              + "; if that fails too, see the system's log (dmesg, lines with Xid) for what its"
              + " driver reports";
    };
  }

  /** What to do about a code after which the device still works. */
  static String advice(int status) {
    if (status >= FIRST_OF_CAPTURE && status <= LAST_OF_CAPTURE) {
      return "switch recordings of steps off with -Dcambium.cuda.graphs=off, and report this";
    }
    return switch (status) {
      case CUDA_ERROR_OUT_OF_MEMORY ->
          "take a smaller batch, close models and tensors that are not needed any more, or end other"
              + " programs that use the device (nvidia-smi lists them)";
      case CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES ->
          "the kernel needs more registers or shared memory than the device has, or takes other"
              + " arguments: correct the kernel where it is yours, else report this";
      case CUDA_ERROR_INVALID_VALUE, CUDA_ERROR_INVALID_HANDLE ->
          "an argument of the call is not what the driver expects: correct the kernel's grid and"
              + " arguments where it is yours, else report this";
      case CUDA_ERROR_NOT_FOUND ->
          "the program has no kernel of that name: correct it where it is yours, else report this";
      case CUDA_ERROR_UNSUPPORTED_PTX_VERSION, CALL_REQUIRES_NEWER_DRIVER ->
          "the driver is too old: install NVIDIA's driver 525 or newer";
      case CUDA_ERROR_NO_BINARY_FOR_GPU ->
          "the device is older than the kernels: compute capability 7.5 or newer is needed";
      case CUDA_ERROR_INVALID_PTX, CUDA_ERROR_INVALID_IMAGE ->
          "the driver does not take the kernel's PTX: see its log, and report this";
      case CUDA_ERROR_JIT_COMPILER_NOT_FOUND ->
          "libnvidia-ptxjitcompiler.so is missing beside libcuda.so.1: install all of the driver; a"
              + " container needs NVIDIA_DRIVER_CAPABILITIES=compute,utility";
      case CUDA_ERROR_JIT_COMPILATION_DISABLED ->
          "the environment forbids the driver to compile: unset CUDA_DISABLE_PTX_JIT";
      default -> adviceOnTheSystem(status);
    };
  }

  /** What to do when the machine, rather than a call, is not as it should be. */
  static String adviceOnTheSystem(int status) {
    return switch (status) {
      case CUDA_ERROR_NOT_INITIALIZED -> "the driver was not initialised: report this";
      case CUDA_ERROR_STUB_LIBRARY ->
          "the libcuda.so.1 found is the toolkit's stub, which only linkers need: take its folder"
              + " (.../stubs) out of LD_LIBRARY_PATH";
      case CUDA_ERROR_NO_DEVICE ->
          "the driver finds no GPU: see whether nvidia-smi -L lists one; a container needs to be"
              + " started with it (docker run --gpus all)";
      case CUDA_ERROR_INVALID_DEVICE ->
          "the driver cannot use a GPU that it finds: see what nvidia-smi says of it";
      case CUDA_ERROR_DEVICE_UNAVAILABLE ->
          "another process holds the device, or its compute mode lets nobody in: see nvidia-smi, and"
              + " end that process, or allow several with 'nvidia-smi -c DEFAULT'";
      case CUDA_ERROR_NOT_SUPPORTED -> "the device or the system does not support this: report it";
      case CUDA_ERROR_OPERATING_SYSTEM ->
          "the system refused something to the driver: see its log (dmesg), and whether this user"
              + " may open /dev/nvidia0, /dev/nvidiactl and /dev/nvidia-uvm";
      case CUDA_ERROR_SYSTEM_NOT_READY ->
          "the system is not ready for work on its GPUs: see whether NVIDIA's daemons run"
              + " (nvidia-persistenced; nvidia-fabricmanager where GPUs are joined by NVSwitch)";
      case CUDA_ERROR_SYSTEM_DRIVER_MISMATCH ->
          "libcuda.so.1 and the kernel's module are of different versions, as after an update of"
              + " the driver: restart the machine; in a container, take the host's libcuda.so.1";
      case CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE ->
          "the libcuda.so.1 found is that of the package cuda-compat, which this GPU does not"
              + " support: take its folder out of LD_LIBRARY_PATH, or install a newer driver";
      case CUDA_ERROR_UNKNOWN ->
          "this happens when the machine was suspended ('sudo modprobe -r nvidia_uvm && sudo"
              + " modprobe nvidia_uvm' helps), or when a container lacks /dev/nvidia-uvm; see the"
              + " system's log (dmesg)";
      default ->
          status >= CUDA_ERROR_MPS_CONNECTION_FAILED
                  && status <= CUDA_ERROR_MPS_MAX_CONNECTIONS_REACHED
              ? "the multi-process service does not let the process in: see whether"
                  + " nvidia-cuda-mps-control runs, or stop it ('echo quit |"
                  + " nvidia-cuda-mps-control')"
              : "see what nvidia-smi says of the device, and whether its driver is up to date";
    };
  }
}
