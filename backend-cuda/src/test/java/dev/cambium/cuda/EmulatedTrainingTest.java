package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What training comes to on an emulated device, through JCuda and all of its native code. */
class EmulatedTrainingTest {
  /**
   * Three plans, each recorded at its second run: batches of four, which run six times, and the
   * last two samples of an epoch and the evaluation after it, which run three times.
   */
  private static final String GRAPHS = "3 recordings, 9 replays, 3 freed\n";

  @TempDir private Path folder;

  @Test
  void isTheSameToTheBitWithGraphsAndWithoutAndAgreesWithTheReference() throws Exception {
    assertEquals(
        GRAPHS
            + """
            cudnnConvolutionForward did not run
            cublasSgemm_v2 did not run
            9 steps are the same to the bit
            """,
        Emulator.run(folder, Map.of(), TrainsOnEmulator.class));
  }

  @Test
  void isTheSameToTheBitWithTheLibrariesToo() throws Exception {
    assertEquals(
        GRAPHS
            + """
            cudnnConvolutionForward ran
            cublasSgemm_v2 ran
            9 steps are the same to the bit
            """,
        Emulator.run(folder, Map.of(), TrainsOnEmulator.class, "libraries"));
  }

  @Test
  void runsOnTwoDevicesAtOnceAndGoesOnWhereOneIsLost() throws Exception {
    String device =
        "(Cambium emulator (no GPU), compute capability 7.5, driver for CUDA 13.0,"
            + " 2 multiprocessors, 2.0 GiB)";
    assertEquals(
        "two devices, two threads: the same weights\n"
            + "Convolution (0): cuLaunchKernel of kernel convolution on cuda:0 (Cambium emulator"
            + " (no GPU)) failed with CUDA_ERROR_LAUNCH_FAILED (719): the device is lost, and"
            + " everything on it\n"
            + "device of the cuda backend must be a number or a part of a description of 0 "
            + device
            + ", 1 "
            + device
            + "; got 'H200'\n",
        Emulator.run(folder, Map.of("CAMBIUM_EMULATOR_DEVICES", "2"), TwoDevicesOnEmulator.class));
  }
}
