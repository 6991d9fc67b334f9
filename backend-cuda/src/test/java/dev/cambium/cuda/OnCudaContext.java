package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.cuda.RecordingDriver.Launch;
import dev.cambium.gpu.OnGpuContext;
import dev.cambium.spi.BackendConfig;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import jcuda.driver.CUdevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A context for each test, with memory of integers, on a driver that records. */
abstract class OnCudaContext extends OnGpuContext<CudaContext> {
  RecordingDriver driver;

  @BeforeEach
  void open() {
    driver = new RecordingDriver(RecordingDevice.h200());
    defineKernels(driver);
    assertEquals(0, driver.init());
    context = context(driver, 0, Map.of());
  }

  @AfterEach
  void everythingIsFreed() {
    context.close();
    assertEquals(List.of(), driver.open());
  }

  static CudaContext context(RecordingDriver driver, int index, Map<String, String> settings) {
    CUdevice handle = new CUdevice();
    assertEquals(0, driver.deviceGet(handle, index));
    CudaDevice device = CudaDevice.of(driver, index, handle, driver.version);
    return new CudaContext(driver, device, new BackendConfig("", settings));
  }

  /** What the kernels of contexttest do; their arguments lie where ptxas puts them. */
  static void defineKernels(RecordingDriver driver) {
    driver.define(
        "plus",
        launch -> {
          ByteBuffer passed = launch.arguments();
          int n = (int) Math.min(passed.getLong(16), items(launch));
          ByteBuffer in = driver.at(passed.getLong(0), 4L * n);
          ByteBuffer out = driver.at(passed.getLong(24), 4L * n);
          for (int i = 0; i < n; i++) {
            out.putInt(4 * i, in.getInt(4 * i) + passed.getInt(8));
          }
        });
  }

  private static int items(Launch launch) {
    return launch.grid().get(0) * launch.block().get(0);
  }
}
