package dev.cambium.opencl;

import static org.jocl.CL.CL_PROGRAM_BUILD_LOG;
import static org.jocl.CL.CL_SUCCESS;
import static org.jocl.CL.clBuildProgram;
import static org.jocl.CL.clCreateKernel;
import static org.jocl.CL.clCreateProgramWithSource;
import static org.jocl.CL.clGetProgramBuildInfo;
import static org.jocl.CL.clReleaseProgram;

import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.KernelBuildException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jocl.Pointer;
import org.jocl.cl_context;
import org.jocl.cl_device_id;
import org.jocl.cl_kernel;
import org.jocl.cl_program;

/** The programs of a context, each built when its first kernel is asked for. */
final class OpenClPrograms {
  private static final String PRELUDE = "prelude.cl";

  private final cl_context context;
  private final OpenClDevice device;
  private final String prelude = prelude();
  private final Map<GpuProgram, cl_program> built = new HashMap<>();

  OpenClPrograms(cl_context context, OpenClDevice device) {
    this.context = context;
    this.device = device;
  }

  /** A new kernel object, which the caller releases. */
  cl_kernel kernel(GpuProgram program, String name) {
    cl_program compiled = built.computeIfAbsent(program, this::build);
    int[] status = new int[1];
    cl_kernel kernel = clCreateKernel(compiled, name, status);
    OpenClStatus.check(
        status[0], "clCreateKernel of " + name + " in program " + program, device.about().name());
    return kernel;
  }

  private cl_program build(GpuProgram program) {
    String source = prelude + program.source();
    String options = options(program);
    int[] status = new int[1];
    cl_program compiled =
        clCreateProgramWithSource(context, 1, new String[] {source}, null, status);
    OpenClStatus.check(status[0], "clCreateProgramWithSource of " + program, device.about().name());
    cl_device_id[] devices = {device.handle()};
    int result = clBuildProgram(compiled, 1, devices, options, null, null);
    if (result != CL_SUCCESS) {
      String log = log(compiled);
      clReleaseProgram(compiled);
      throw new KernelBuildException(
          "kernels of " + program + " do not compile on " + device.description() + "\n" + log);
    }
    return compiled;
  }

  private String options(GpuProgram program) {
    return ("-cl-std=CL1.2 "
            + (device.roundsDivision() ? "-cl-fp32-correctly-rounded-divide-sqrt " : "")
            + program.options())
        .strip();
  }

  private String log(cl_program program) {
    long[] length = new long[1];
    cl_device_id id = device.handle();
    int status = clGetProgramBuildInfo(program, id, CL_PROGRAM_BUILD_LOG, 0, null, length);
    if (status != CL_SUCCESS || length[0] <= 1) {
      return "the compiler left no log";
    }
    byte[] log = new byte[(int) length[0]];
    status =
        clGetProgramBuildInfo(program, id, CL_PROGRAM_BUILD_LOG, log.length, Pointer.to(log), null);
    return status == CL_SUCCESS
        ? new String(log, 0, log.length - 1, StandardCharsets.UTF_8).strip()
        : "the compiler's log cannot be read: " + OpenClStatus.name(status);
  }

  private static String prelude() {
    try (InputStream in = GpuProgram.class.getResourceAsStream(PRELUDE)) {
      return "#line 1 \""
          + PRELUDE
          + "\"\n"
          + new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(PRELUDE + " cannot be read", e);
    }
  }

  void release() {
    built.values().forEach(program -> clReleaseProgram(program));
    built.clear();
  }
}
