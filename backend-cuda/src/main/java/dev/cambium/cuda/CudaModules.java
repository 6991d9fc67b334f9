package dev.cambium.cuda;

import static jcuda.driver.CUresult.CUDA_SUCCESS;

import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.KernelBuildException;
import dev.cambium.spi.OutOfMemoryException;
import java.util.HashMap;
import java.util.Map;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;

/** The programs of a context, each loaded when its first kernel is asked for. */
final class CudaModules {
  private final CudaDriver driver;
  private final CudaDevice device;
  private final CudaFaults faults;
  private final Map<GpuProgram, Loaded> loaded = new HashMap<>();

  CudaModules(CudaDriver driver, CudaDevice device, CudaFaults faults) {
    this.driver = driver;
    this.device = device;
    this.faults = faults;
  }

  /**
   * A kernel of a program.
   *
   * @param function what the driver launches
   * @param entry what its PTX says of it
   */
  record Kernel(CUfunction function, Ptx.Entry entry) {}

  private record Loaded(CUmodule module, Ptx ptx, Map<String, Kernel> kernels) {}

  /**
   * A kernel; all that is asked for under one name share it.
   *
   * @throws KernelBuildException when the driver does not compile the program
   * @throws OutOfMemoryException when the device has no memory for it
   */
  Kernel kernel(GpuProgram program, String name) {
    Loaded in = loaded.computeIfAbsent(program, this::load);
    return in.kernels.computeIfAbsent(name, kernel -> find(program, in, kernel));
  }

  private Loaded load(GpuProgram program) {
    Ptx ptx = Ptx.of(program);
    CUmodule module = new CUmodule();
    StringBuilder log = new StringBuilder();
    int status = driver.moduleLoadData(module, ptx.text(), log);
    if (status != CUDA_SUCCESS) {
      if (CudaStatus.isOfProgram(status)) {
        throw refused(program, status, log.toString());
      }
      faults.checkRoom(status, "cuModuleLoadData of program " + program);
    }
    return new Loaded(module, ptx, new HashMap<>());
  }

  private KernelBuildException refused(GpuProgram program, int status, String log) {
    return new KernelBuildException(
        "program "
            + program
            + " does not load on "
            + device.description()
            + " (cuModuleLoadData: "
            + CudaStatus.name(status)
            + "); "
            + CudaStatus.advice(status)
            + (log.isEmpty() ? "" : ":\n" + log));
  }

  private Kernel find(GpuProgram program, Loaded in, String name) {
    Ptx.Entry entry = in.ptx.entry(name);
    CUfunction function = new CUfunction();
    int status = driver.moduleGetFunction(function, in.module, name);
    faults.check(status, "cuModuleGetFunction of " + name + " in program " + program);
    return new Kernel(function, entry);
  }

  void release() {
    loaded.values().forEach(program -> driver.moduleUnload(program.module));
    loaded.clear();
  }
}
