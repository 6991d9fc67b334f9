package dev.cambium.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.GpuException;
import org.jocl.CL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenClStatusTest {
  @BeforeEach
  void requireLibrary() {
    TestDevice.require();
  }

  private static GpuException failure(int status, boolean waited) {
    return OpenClStatus.failure(status, "clX of kernel k", "opencl:0 (Device)", waited);
  }

  @Test
  void theMessageNamesCallKernelDeviceAndCode() {
    String message = failure(CL.CL_INVALID_WORK_GROUP_SIZE, false).getMessage();
    assertTrue(
        message.startsWith(
            "clX of kernel k on opencl:0 (Device) failed with CL_INVALID_WORK_GROUP_SIZE (-54); "),
        message);
    assertTrue(failure(-7777, false).getMessage().contains("-7777"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, -34, -36, OpenClStatus.NVIDIA_ILLEGAL_ACCESS})
  void codesOfALostDeviceAreALossWhereverTheySurface(int status) {
    for (boolean waited : new boolean[] {false, true}) {
      GpuException failure = failure(status, waited);
      assertInstanceOf(DeviceLostException.class, failure);
      assertTrue(failure.getMessage().contains("open it again"), failure.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {CL.CL_OUT_OF_RESOURCES, CL.CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST})
  void whatWasAcceptedAndCannotBeFinishedIsALoss(int status) {
    assertInstanceOf(DeviceLostException.class, failure(status, true));
    assertEquals(GpuException.class, failure(status, false).getClass());
  }

  @Test
  void otherErrorsAreNoLoss() {
    for (int status : new int[] {CL.CL_INVALID_VALUE, CL.CL_MEM_OBJECT_ALLOCATION_FAILURE}) {
      assertEquals(GpuException.class, failure(status, true).getClass());
    }
  }

  @Test
  void afterALossEveryCallReportsIt() {
    OpenClFaults faults = new OpenClFaults("opencl:0 (Device)");
    faults.requireDevice();
    assertThrows(GpuException.class, () -> faults.check(CL.CL_INVALID_VALUE, "clX"));
    faults.requireDevice();
    DeviceLostException lost =
        assertThrows(
            DeviceLostException.class, () -> faults.checkFinished(CL.CL_OUT_OF_RESOURCES, "clY"));
    DeviceLostException later = assertThrows(DeviceLostException.class, faults::requireDevice);
    assertEquals(lost.getMessage(), later.getMessage());
    assertSame(lost, later.getCause());
  }
}
