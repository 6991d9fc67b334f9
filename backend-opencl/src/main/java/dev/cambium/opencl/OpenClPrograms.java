package dev.cambium.opencl;

import static org.jocl.CL.CL_PROGRAM_BINARIES;
import static org.jocl.CL.CL_PROGRAM_BINARY_SIZES;
import static org.jocl.CL.CL_PROGRAM_BUILD_LOG;
import static org.jocl.CL.CL_SUCCESS;
import static org.jocl.CL.clBuildProgram;
import static org.jocl.CL.clCreateKernel;
import static org.jocl.CL.clCreateProgramWithBinary;
import static org.jocl.CL.clCreateProgramWithSource;
import static org.jocl.CL.clGetProgramBuildInfo;
import static org.jocl.CL.clGetProgramInfo;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs of a context, each built when its first kernel is asked for: from the cache, where
 * the driver takes what lies there, else from its source.
 */
final class OpenClPrograms {
  private static final Logger LOG = LoggerFactory.getLogger(OpenClPrograms.class);
  private static final String PRELUDE = "prelude.cl";

  private final cl_context context;
  private final OpenClDevice device;
  private final cl_device_id[] devices;
  private final OpenClFaults faults;
  private final OpenClProgramCache cache;
  private final String prelude = prelude();
  private final Map<GpuProgram, cl_program> built = new HashMap<>();

  OpenClPrograms(
      cl_context context, OpenClDevice device, OpenClFaults faults, OpenClProgramCache cache) {
    this.context = context;
    this.device = device;
    this.devices = new cl_device_id[] {device.handle()};
    this.faults = faults;
    this.cache = cache;
  }

  /** A new kernel object, which the caller releases. */
  cl_kernel kernel(GpuProgram program, String name) {
    cl_program compiled = built.computeIfAbsent(program, this::build);
    int[] status = new int[1];
    cl_kernel kernel = clCreateKernel(compiled, name, status);
    faults.check(status[0], "clCreateKernel of " + name + " in program " + program);
    return kernel;
  }

  private cl_program build(GpuProgram program) {
    String source = prelude + program.source();
    String options = options(program);
    String key = OpenClProgramCache.key(source, options, device);
    byte[] binary = cache.find(key);
    cl_program cached = binary == null ? null : fromBinary(binary, options);
    if (cached != null) {
      return cached;
    }
    cl_program compiled = fromSource(program, source, options);
    if (cache.isOpen()) {
      cache.keep(key, binary(compiled));
    }
    return compiled;
  }

  private String options(GpuProgram program) {
    String exact = device.roundsDivision() ? "-cl-fp32-correctly-rounded-divide-sqrt " : "";
    // No warnings (-w): PoCL writes their number to the error stream of whoever trains.
    return ("-cl-std=CL1.2 -w " + exact + program.options()).strip();
  }

  private cl_program fromSource(GpuProgram program, String source, String options) {
    int[] status = new int[1];
    String[] text = {source};
    cl_program compiled = clCreateProgramWithSource(context, 1, text, null, status);
    faults.check(status[0], "clCreateProgramWithSource of " + program);
    int result = clBuildProgram(compiled, 1, devices, options, null, null);
    if (result != CL_SUCCESS) {
      // PoCL's linker is a process of its own, which a Ctrl-C ends that asks training to stop.
      result = clBuildProgram(compiled, 1, devices, options, null, null);
    }
    String log = log(compiled);
    if (result != CL_SUCCESS) {
      clReleaseProgram(compiled);
      throw new KernelBuildException(
          "program "
              + program
              + " does not compile on "
              + device.description()
              + " (clBuildProgram: "
              + OpenClStatus.name(result)
              + "); correct the source where it is yours, else update the driver or choose another device,"
              + " and report this:\n"
              + OpenClBuildLog.errors(log, source));
    }
    if (!log.isEmpty()) {
      LOG.debug("program {} compiles on {} with remarks:\n{}", program, faults.device(), log);
    }
    return compiled;
  }

  /** A program that was compiled before; null when the driver does not take it any more. */
  private cl_program fromBinary(byte[] binary, String options) {
    int[] status = new int[1];
    long[] lengths = {binary.length};
    byte[][] binaries = {binary};
    cl_program program =
        clCreateProgramWithBinary(context, 1, devices, lengths, binaries, new int[1], status);
    if (status[0] != CL_SUCCESS) {
      return null;
    }
    if (clBuildProgram(program, 1, devices, options, null, null) != CL_SUCCESS) {
      clReleaseProgram(program);
      return null;
    }
    return program;
  }

  /** What the driver made of a program; empty when it does not say. */
  private static byte[] binary(cl_program program) {
    long[] length = new long[1];
    Pointer size = Pointer.to(length);
    if (clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, Long.BYTES, size, null) != CL_SUCCESS) {
      return new byte[0];
    }
    byte[] binary = new byte[Math.toIntExact(length[0])];
    Pointer pointers = Pointer.to(Pointer.to(binary));
    return clGetProgramInfo(program, CL_PROGRAM_BINARIES, Long.BYTES, pointers, null) == CL_SUCCESS
        ? binary
        : new byte[0];
  }

  private String log(cl_program program) {
    long[] length = new long[1];
    cl_device_id id = device.handle();
    int status = clGetProgramBuildInfo(program, id, CL_PROGRAM_BUILD_LOG, 0, null, length);
    byte[] log = new byte[Math.toIntExact(length[0])];
    if (status == CL_SUCCESS) {
      Pointer to = Pointer.to(log);
      status = clGetProgramBuildInfo(program, id, CL_PROGRAM_BUILD_LOG, log.length, to, null);
    }
    return status == CL_SUCCESS
        ? new String(log, StandardCharsets.UTF_8).replace("\0", "").strip()
        : "its log cannot be read: " + OpenClStatus.name(status);
  }

  private static String prelude() {
    try (InputStream in = GpuProgram.class.getResourceAsStream(PRELUDE)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return "#line 1 \"" + PRELUDE + "\"\n" + text;
    } catch (IOException e) {
      throw new UncheckedIOException(PRELUDE + " cannot be read", e);
    }
  }

  void release() {
    built.values().forEach(program -> clReleaseProgram(program));
    built.clear();
  }
}
