package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user reads of a machine's devices and libraries, or why the backend cannot run on it. */
class EmulatedProbeTest {
  private static final String DEVICE =
      "Cambium emulator (no GPU), compute capability 7.5, driver for CUDA 13.0, 2 multiprocessors,"
          + " 2.0 GiB, ";

  @TempDir private Path folder;

  private String probed(Map<String, String> environment) throws Exception {
    return Emulator.run(folder, environment, ProbesEmulator.class);
  }

  private static String library(String file) {
    return "(" + Emulator.FOLDER.resolve(file) + ")";
  }

  @Test
  void devicesAreListedWithTheLibrariesThatTheyUse() throws Exception {
    String both =
        DEVICE
            + "cuBLAS 13.0.0 "
            + library("libcublas.so.13")
            + ", cuDNN 9.13.0 "
            + library("libcudnn.so.9")
            + "\n";
    assertEquals("0: " + both + "1: " + both, probed(Map.of("CAMBIUM_EMULATOR_DEVICES", "2")));
  }

  @Test
  void anOlderDriverGetsOlderLibraries() throws Exception {
    assertEquals(
        "0: Cambium emulator (no GPU), compute capability 7.5, driver for CUDA 12.0, 2"
            + " multiprocessors, 2.0 GiB, cuBLAS 12.8.4 "
            + library("libcublas.so.12")
            + ", cuDNN 9.13.0 "
            + library("libcudnn.so.9")
            + "\n",
        probed(Map.of("CAMBIUM_EMULATOR_DRIVER", "12000")));
  }

  @Test
  void librariesOfUnknownVersionsAreNamedAndNotUsed() throws Exception {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("CAMBIUM_EMULATOR_CUBLAS_VERSION", "140000");
    environment.put("CAMBIUM_EMULATOR_CUDNN_VERSION", "100000");
    String output = probed(environment);
    requireNoOthers(output, Emulator.FOLDER);
    assertEquals(
        "0: "
            + DEVICE
            + "no cuBLAS ("
            + Emulator.FOLDER.resolve("libcublas.so.13")
            + " is version 14.0.0, versions 12 and 13 can be used), no cuDNN ("
            + Emulator.FOLDER.resolve("libcudnn.so.9")
            + " is version 10.0.0, versions 8 and 9 can be used): own kernels\n",
        output);
  }

  @Test
  void aMachineWithoutTheLibrariesUsesOwnKernels() throws Exception {
    Emulator.require();
    Path driver = Files.createDirectory(folder.resolve("driver"));
    Files.copy(Emulator.FOLDER.resolve("libcuda.so.1"), driver.resolve("libcuda.so.1"));
    String output = probed(Map.of("LD_LIBRARY_PATH", driver.toString()));
    requireNoOthers(output, driver);
    assertEquals("0: " + DEVICE + "no cuBLAS, no cuDNN: own kernels\n", output);
  }

  @Test
  void aCudnnForANewerCudaThanTheDriversIsNotUsed() throws Exception {
    String output =
        probed(Map.of("CAMBIUM_EMULATOR_DRIVER", "12060", "CAMBIUM_EMULATOR_CUDNN_CUDA", "13000"));
    requireNoOthers(output, Emulator.FOLDER);
    assertTrue(
        output.endsWith(
            "cuBLAS 12.8.4 "
                + library("libcublas.so.12")
                + ", no cuDNN ("
                + Emulator.FOLDER.resolve("libcudnn.so.9")
                + " is version 9.13.0, for CUDA 13, which needs a driver for CUDA 13)\n"),
        output);
  }

  /** The real cuDNN ends the process when it misses one of them. */
  @Test
  void aCudnnWithoutOneOfItsPartsIsNotUsed() throws Exception {
    Emulator.require();
    Path driver = Files.createDirectory(folder.resolve("driver"));
    try (Stream<Path> files = Files.list(Emulator.FOLDER)) {
      for (Path file : files.filter(file -> file.toString().contains(".so.")).toList()) {
        if (!file.endsWith("libcudnn_cnn.so.9")) {
          Files.copy(file, driver.resolve(file.getFileName()));
        }
      }
    }
    String output = probed(Map.of("LD_LIBRARY_PATH", driver.toString()));
    requireNoOthers(output, driver);
    assertEquals(
        "0: "
            + DEVICE
            + "cuBLAS 13.0.0 ("
            + driver.resolve("libcublas.so.13")
            + "), no cuDNN ("
            + driver.resolve("libcudnn.so.9")
            + " does not load: its part libcudnn_cnn.so.9 is missing beside it: install all of"
            + " cuDNN)\n",
        output);
  }

  /** A machine may have the real libraries. */
  private static void requireNoOthers(String output, Path folder) {
    Assumptions.assumeFalse(
        output.replace(folder + "/", "").matches("(?s).*/libcu(blas|dnn)\\.so.*"),
        "NOT RUN, this machine has libraries of its own: " + output);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CAMBIUM_EMULATOR_DRIVER | 11080 | the driver supports CUDA 11.8, CUDA 12.0 or newer is"
            + " needed: install NVIDIA's driver 525 or newer",
        "CAMBIUM_EMULATOR_DEVICES | 0 | cuInit failed with CUDA_ERROR_NO_DEVICE (100); the driver"
            + " finds no GPU: see whether nvidia-smi -L lists one; a container needs to be started"
            + " with it (docker run --gpus all)",
        "CUDA_VISIBLE_DEVICES | 7 | CUDA_VISIBLE_DEVICES is '7': the driver shows no GPU under it"
            + " (CUDA_ERROR_NO_DEVICE (100)); unset it, or name GPUs that 'nvidia-smi -L' lists",
        "CUDA_VISIBLE_DEVICES | '' | CUDA_VISIBLE_DEVICES is '': the driver shows no GPU under it"
            + " (CUDA_ERROR_NO_DEVICE (100)); unset it, or name GPUs that 'nvidia-smi -L' lists",
        "CUDA_VISIBLE_DEVICES | -1 | CUDA_VISIBLE_DEVICES is '-1': the driver shows no GPU under it"
            + " (CUDA_ERROR_NO_DEVICE (100)); unset it, or name GPUs that 'nvidia-smi -L' lists",
        "CAMBIUM_EMULATOR_CAPABILITY | 7.0 | no GPU can be used: Cambium emulator (no GPU) has"
            + " compute capability 7.0, the kernels need 7.5 (Turing) or newer: take a newer GPU,"
            + " or the opencl backend",
        "CAMBIUM_EMULATOR_FAIL | cuInit:1+:999 | cuInit failed with CUDA_ERROR_UNKNOWN (999); this"
            + " happens when the machine was suspended ('sudo modprobe -r nvidia_uvm && sudo"
            + " modprobe nvidia_uvm' helps), or when a container lacks /dev/nvidia-uvm; see the"
            + " system's log (dmesg)"
      })
  void aMachineWithoutADeviceToUseSaysWhy(String variable, String value, String reason)
      throws Exception {
    assertEquals(reason + "\n", probed(Map.of(variable, value)));
  }
}
