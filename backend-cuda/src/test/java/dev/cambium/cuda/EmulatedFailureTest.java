package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user reads when an emulated device fails in mid-training, through JCuda and all of its
 * native code. The programs themselves check that the next training is the undisturbed one.
 */
class EmulatedFailureTest {
  private static final String DEVICE = " on cuda:0 (Cambium emulator (no GPU)) failed with ";
  private static final String LOST = ": the device is lost, and everything on it; ";
  private static final String AGAIN = "end the program and start it again from its last checkpoint";
  private static final String LOG =
      AGAIN
          + "; if that fails too, see the system's log (dmesg, lines with Xid) for what its driver"
          + " reports";
  private static final String UNKNOWN =
      "\n  then: a run failed half-way, so the states [...] are unknown; restore them from a"
          + " checkpoint or a snapshot before going on";

  @TempDir private Path folder;

  /** What a program printed about each thing, on lines that begin with its name. */
  private Map<String, String> said(Map<String, String> environment, Class<?> main)
      throws Exception {
    Map<String, String> said = new LinkedHashMap<>();
    String last = "";
    for (String line : Emulator.run(folder, environment, main).split("\n")) {
      String[] parts = line.split(": ", 2);
      if (parts[0].startsWith("=")) {
        last = parts[0].substring(1);
        said.put(last, parts[1]);
      } else {
        said.merge(last, "\n" + line, String::concat);
      }
    }
    return said;
  }

  @Test
  void failuresOfTheDriver() throws Exception {
    Map<String, String> said = said(Map.of(), FailsOnEmulator.class);
    String failed = "CUDA_ERROR_LAUNCH_FAILED (719)" + LOST + LOG;
    assertEquals(
        "Affine: cuLaunchKernel of kernel affine" + DEVICE + failed + UNKNOWN,
        said.remove("a launch"));
    assertEquals(
        "AdamUpdate (optimizer): cuLaunchKernel of kernel update"
            + DEVICE
            + "CUDA_ERROR_ILLEGAL_ADDRESS (700)"
            + LOST
            + LOG
            + UNKNOWN,
        said.remove("the last launch"));
    assertEquals(
        "one of 18 operations from Convolution (0) to AdamUpdate (optimizer) in a recorded step"
            + " (the setting cuda.graphs=off shows which): cuGraphLaunch"
            + DEVICE
            + failed
            + UNKNOWN,
        said.remove("a recorded step"));
    assertEquals(
        "18 operations from Convolution (0) to AdamUpdate (optimizer): cuGraphInstantiate"
            + DEVICE
            + failed
            + UNKNOWN,
        said.remove("a recording"));
    assertEquals("cuMemcpyHtoDAsync" + DEVICE + failed + UNKNOWN, said.remove("an upload"));
    // Nobody asked for the states here: who does reads the same again.
    assertEquals(
        "cuStreamSynchronize" + DEVICE + "CUDA_ERROR_UNKNOWN (999)" + LOST + LOG,
        said.remove("a wait"));
    assertEquals(
        "cuMemcpyDtoHAsync"
            + DEVICE
            + "CUDA_ERROR_ECC_UNCORRECTABLE (214)"
            + LOST
            + "its hardware failed (see dmesg for lines with Xid, and nvidia-smi -q): "
            + AGAIN
            + ", on another device if it happens again"
            + UNKNOWN,
        said.remove("a download"));
    assertEquals(
        "cuEventSynchronize of a download"
            + DEVICE
            + "CUDA_ERROR_LAUNCH_TIMEOUT (702)"
            + LOST
            + "a kernel ran longer than a device with a screen allows: "
            + AGAIN
            + ", with a smaller batch or on a device without a screen"
            + UNKNOWN,
        said.remove("a wait for a download"));
    assertNotOpened(said);
    assertPrograms(said);
    assertFallbacks(said);
    assertEquals(Map.of(), said);
  }

  private static void assertNotOpened(Map<String, String> said) {
    String device =
        "Cambium emulator (no GPU), compute capability 7.5, driver for CUDA 13.0, 2"
            + " multiprocessors, 2.0 GiB cannot be opened: ";
    assertEquals(
        device
            + "cuDevicePrimaryCtxRetain"
            + DEVICE
            + "CUDA_ERROR_DEVICE_UNAVAILABLE (46); another process holds the device, or its"
            + " compute mode lets nobody in: see nvidia-smi, and end that process, or allow several"
            + " with 'nvidia-smi -c DEFAULT'",
        said.remove("a device that is taken"));
    String full =
        device
            + "cuStreamCreate"
            + DEVICE
            + "CUDA_ERROR_OUT_OF_MEMORY (2); take a smaller batch, close models and tensors that"
            + " are not needed any more, or end other programs that use the device (nvidia-smi"
            + " lists them)";
    assertEquals(full, said.remove("a device that is full"));
    assertEquals(full, said.remove("a device that is full later"));
  }

  private static void assertPrograms(Map<String, String> said) {
    String module = said.remove("a module");
    assertTrue(
        module.matches(
            "program tiled_convolution \\(.*\\) does not load on Cambium emulator \\(no GPU\\),"
                + " compute capability 7.5, driver for CUDA 13.0, 2 multiprocessors, 2.0 GiB"
                + " \\(cuModuleLoadData: CUDA_ERROR_UNSUPPORTED_PTX_VERSION \\(222\\)\\); the"
                + " driver is too old: install NVIDIA's driver 525 or newer"),
        module);
    assertEquals(
        "program broken does not load on Cambium emulator (no GPU), compute capability 7.5, driver"
            + " for CUDA 13.0, 2 multiprocessors, 2.0 GiB (cuModuleLoadData: CUDA_ERROR_INVALID_PTX"
            + " (218)); the driver does not take the kernel's PTX: see its log, and report this:\n"
            + "ptxas of the emulator: line 7: the instruction \"no.such.instruction\" is not known"
            + " to the emulator",
        said.remove("a broken module"));
  }

  private static void assertFallbacks(Map<String, String> said) {
    assertEquals(
        "[[main] WARN dev.cambium.cuda.CudaGraphs - cuda:0 (Cambium emulator (no GPU)) makes no"
            + " graph of a step (cuGraphInstantiate failed with CUDA_ERROR_NOT_SUPPORTED (801)):"
            + " kernels are launched one by one, with the same results; -Dcambium.cuda.graphs=off"
            + " does so without this warning]",
        said.remove("no graphs"));
    String noMemory = said.remove("no memory for a graph");
    assertTrue(
        noMemory.startsWith(
            "[[main] WARN dev.cambium.gpu.GpuSequence - cuda:0 has no memory to run the recording"
                + " of 18 operations from Convolution (0) to AdamUpdate (optimizer), which run one"
                + " by one instead: "),
        noMemory);
    String notRecorded = said.remove("a launch in a recording");
    assertTrue(
        notRecorded.startsWith(
            "[[main] WARN dev.cambium.gpu.GpuSequence - cuda:0 could not record 18 operations from"
                + " Convolution (0) to AdamUpdate (optimizer), which run one by one instead: "),
        notRecorded);
    assertEquals("[]", said.remove("no pinned memory"));
    assertEquals("[]", said.remove("little pinned memory"));
  }

  @Test
  void aFullDeviceSaysSoAndTrainsOnWithASmallerBatch() throws Exception {
    Map<String, String> said = said(Map.of("CAMBIUM_EMULATOR_MEMORY", "16M"), FillsEmulator.class);
    String full = said.remove("a batch that is too large");
    assertTrue(
        full.matches(
            "cuda:0 cannot allocate 16777216 bytes: \\d+ are in use \\(cuda:0 \\(Cambium emulator"
                + " \\(no GPU\\)\\) cannot give 16.0 MiB: its driver reports"
                + " CUDA_ERROR_OUT_OF_MEMORY \\(2\\); of its 16.0 MiB are \\S+ MiB free, as other"
                + " programs on it count too; this backend holds \\S+ MiB\\); use a smaller batch,"
                + " or close models that are no longer needed"),
        full);
    assertEquals("the same weights beside 13631488 bytes", said.remove("no room for uploads"));
    assertEquals(Map.of(), said);
  }

  @Test
  void aLibraryThatFailsIsNotUsedAnyMoreAndNothingElseChanges() throws Exception {
    Map<String, String> said = said(Map.of(), LibrariesFailOnEmulator.class);
    String cudnn = "[[main] WARN dev.cambium.gpu.VendorChoice - cuDNN is not used any more on";
    String execution =
        " says 'CUDNN_STATUS_EXECUTION_FAILED' (status 5000); our own kernels take over], ";
    for (int call : new int[] {2, 3, 5}) {
      assertEquals(
          cudnn + " cuda:0: cudnnConvolutionForward of cuDNN" + execution + call + " calls",
          said.remove("cudnnConvolutionForward:" + call + ":5000"));
    }
    assertEquals(
        cudnn + " cuda:0: cudnnConvolutionBackwardFilter of cuDNN" + execution + "3 calls",
        said.remove("cudnnConvolutionBackwardFilter:3:5000"));
    assertEquals(
        "[[main] WARN dev.cambium.gpu.VendorChoice - cuBLAS is not used any more on cuda:0:"
            + " cublasSgemm of cuBLAS says 'the function failed to launch on the GPU' (status 13);"
            + " our own kernels take over], 4 calls",
        said.remove("cublasSgemm_v2:4:13"));
    assertEquals(
        "Convolution (0): cuMemGetInfo" + DEVICE + "CUDA_ERROR_LAUNCH_FAILED (719)" + LOST + LOG,
        said.remove("a device that is lost"));
    assertEquals(Map.of(), said);
  }
}
