package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.GpuException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers are those of NVIDIA's documentation of {@code CUresult}. */
class CudaStatusTest {
  private static GpuException failure(int status, boolean waited) {
    return CudaStatus.failure(status, "cuX of kernel k", "cuda:0 (NVIDIA H200)", waited);
  }

  @Test
  void theMessageNamesCallKernelDeviceAndCode() {
    String message = failure(1, false).getMessage();
    assertTrue(
        message.startsWith(
            "cuX of kernel k on cuda:0 (NVIDIA H200) failed with CUDA_ERROR_INVALID_VALUE (1); "),
        message);
    assertTrue(failure(7777, false).getMessage().contains("code 7777"));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        4, 201, 214, 220, 226, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 721, 810, 911
      })
  void codesAfterWhichNothingWorksAreALossWhereverTheySurface(int status) {
    for (boolean waited : new boolean[] {false, true}) {
      GpuException failure = failure(status, waited);
      assertInstanceOf(DeviceLostException.class, failure);
      assertTrue(failure.getMessage().contains("the device is lost"), failure.getMessage());
      assertTrue(failure.getMessage().contains("CUDA_ERROR_"), failure.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {46, 100, 304, 999})
  void whatWasAcceptedAndCannotBeFinishedIsALoss(int status) {
    assertInstanceOf(DeviceLostException.class, failure(status, true));
    assertEquals(GpuException.class, failure(status, false).getClass());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 218, 222, 400, 500, 701, 720, 801, 900, 901, 908})
  void otherErrorsAreNoLoss(int status) {
    assertEquals(GpuException.class, failure(status, true).getClass());
  }

  @Test
  void onlyAFullDeviceIsOutOfMemory() {
    assertTrue(CudaStatus.isOutOfMemory(2));
    // 701 is about the registers of a kernel.
    assertFalse(CudaStatus.isOutOfMemory(701));
    assertFalse(CudaStatus.isOutOfMemory(0));
  }

  @ParameterizedTest
  @CsvSource({
    "2, smaller batch",
    "2, nvidia-smi",
    "34, stub",
    "46, nvidia-smi -c DEFAULT",
    "100, docker run --gpus all",
    "101, nvidia-smi",
    "209, compute capability 7.5",
    "218, PTX",
    "221, NVIDIA_DRIVER_CAPABILITIES=compute",
    "222, driver 525 or newer",
    "223, CUDA_DISABLE_PTX_JIT",
    "304, /dev/nvidia-uvm",
    "500, no kernel of that name",
    "701, registers",
    "802, nvidia-fabricmanager",
    "803, restart the machine",
    "804, cuda-compat",
    "805, nvidia-cuda-mps-control",
    "900, -Dcambium.cuda.graphs=off",
    "907, -Dcambium.cuda.graphs=off",
    "999, nvidia_uvm",
    "7777, up to date",
    "702, smaller batch",
    "709, open it again",
    "714, last checkpoint",
    "719, dmesg",
    "214, another device"
  })
  void theMessageSaysWhatToDo(int status, String advice) {
    String message = failure(status, false).getMessage();
    assertTrue(message.contains(advice), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void afterALossEveryCallReportsIt() {
    CudaFaults faults = new CudaFaults("cuda:0 (NVIDIA H200)");
    faults.requireDevice();
    assertThrows(GpuException.class, () -> faults.check(1, "cuX"));
    faults.requireDevice();
    DeviceLostException lost =
        assertThrows(DeviceLostException.class, () -> faults.checkFinished(719, "cuY"));
    DeviceLostException later = assertThrows(DeviceLostException.class, faults::requireDevice);
    assertEquals(lost.getMessage(), later.getMessage());
    assertSame(lost, later.getCause());
  }
}
