package dev.cambium.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_HANDLE;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_VALUE;
import static jcuda.driver.CUresult.CUDA_ERROR_NOT_FOUND;
import static jcuda.driver.CUresult.CUDA_SUCCESS;

import dev.cambium.cuda.DriverStream.Work;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;

/**
 * A driver without a device. It notes every call, copies and fills memory of its own, and does so
 * as late as the driver may: when somebody waits. So whoever reuses memory too early, or forgets to
 * let one stream wait for another, reads the wrong bytes. Handles and addresses that are not valid
 * any more are refused with the driver's codes. Kernels do what {@link #define} says, and nothing
 * without.
 */
class RecordingDriver extends RecordingMemory {
  /** How long a kernel takes, in nanoseconds. */
  static final long LAUNCH = 5000;

  private static final int MOST_GROUPS = 65535;

  private final Map<Pointer, Arguments> parameters = new IdentityHashMap<>();
  private final Map<CUfunction, Function> functions = new IdentityHashMap<>();
  private final Map<String, Kernel> kernels = new HashMap<>();
  private final List<Launch> launches = new ArrayList<>();
  private String buildLog = "";

  RecordingDriver(RecordingDevice... devices) {
    super(devices);
  }

  /** What a kernel does when the device comes to it. */
  interface Kernel {
    void run(Launch launch);
  }

  private record Arguments(ByteBuffer bytes, int length) {}

  private record Module(Ptx ptx) {}

  private record Function(Module module, CUmodule handle, Ptx.Entry entry) {}

  private record Executable(List<Work> work) {}

  /**
   * A launch, with a copy of its arguments.
   *
   * @param kernel the kernel's name
   * @param grid groups along x, y and z
   * @param block work-items of a group along x and y
   * @param arguments what it passes
   */
  record Launch(String kernel, List<Integer> grid, List<Integer> block, ByteBuffer arguments) {
    private static Launch of(String kernel, int[] grid, int[] block, Arguments passed) {
      ByteBuffer copy = ByteBuffer.allocate(passed.length).order(ByteOrder.nativeOrder());
      copy.put(0, passed.bytes, 0, passed.length);
      return new Launch(
          kernel, List.of(grid[0], grid[1], grid[2]), List.of(block[0], block[1]), copy);
    }
  }

  /** Says what a kernel does. */
  void define(String kernel, Kernel action) {
    kernels.put(kernel, action);
  }

  /** What the compiler says of the next program that it refuses. */
  void buildLog(String log) {
    buildLog = log;
  }

  /** All launches so far, also those of a recording, in the order of the calls. */
  List<Launch> launches() {
    return List.copyOf(launches);
  }

  /** What was not freed: handles by their kind, then pieces of memory, then retained contexts. */
  List<String> open() {
    List<String> open = new ArrayList<>(handles.kinds());
    for (long i = memory.open(); i > 0; i--) {
      open.add("Memory");
    }
    for (RecordingDevice device : devices) {
      for (int i = 0; i < device.retained; i++) {
        open.add("Context");
      }
    }
    return open;
  }

  /** Lets a device idle, between what was given to its streams before and what comes. */
  void idle(int index, long nanoseconds) {
    RecordingDevice device = devices.get(index);
    streams(device).forEach(s -> s.give(new Work("idle", () -> {}, nanoseconds, null)));
  }

  @Override
  public int moduleLoadData(CUmodule module, byte[] ptx, StringBuilder log) {
    Ptx parsed = new Ptx("a module", new String(ptx, StandardCharsets.UTF_8));
    int status =
        call(
            "moduleLoadData",
            () -> {
              handles.add(module, here(), new Module(parsed));
              return CUDA_SUCCESS;
            });
    if (status != CUDA_SUCCESS) {
      log.append(buildLog);
    }
    return status;
  }

  @Override
  public int moduleUnload(CUmodule module) {
    return free(
        "moduleUnload", () -> done(handles.remove(module, here(), Module.class) != null), module);
  }

  @Override
  public int moduleGetFunction(CUfunction function, CUmodule module, String name) {
    return call(
        "moduleGetFunction",
        () -> {
          Module known = get(module, Module.class);
          if (known == null) {
            return CUDA_ERROR_INVALID_HANDLE;
          }
          for (Ptx.Entry entry : known.ptx.entries()) {
            if (entry.name().equals(name)) {
              functions.put(function, new Function(known, module, entry));
              return CUDA_SUCCESS;
            }
          }
          return CUDA_ERROR_NOT_FOUND;
        },
        name);
  }

  /** A function of a module that is still loaded. */
  private Function known(CUfunction function) {
    Function known = functions.get(function);
    return known == null || get(known.handle, Module.class) != known.module ? null : known;
  }

  @Override
  public Pointer launchParameters(ByteBuffer arguments, int bytes) {
    Pointer pointer = new Pointer();
    parameters.put(pointer, new Arguments(arguments, bytes));
    return pointer;
  }

  @Override
  public int launchKernel(
      CUfunction function, int[] grid, int[] block, CUstream stream, Pointer passed) {
    return call(
        "launchKernel",
        () -> {
          DriverStream on = get(stream, DriverStream.class);
          Function known = known(function);
          if (on == null || known == null) {
            return CUDA_ERROR_INVALID_HANDLE;
          }
          Arguments arguments = parameters.get(passed);
          if (!fits(grid, block, known.entry) || arguments == null) {
            return CUDA_ERROR_INVALID_VALUE;
          }
          Launch launch = Launch.of(known.entry.name(), grid, block, arguments);
          launches.add(launch);
          int loss = script.loss();
          on.give(new Work(launch.kernel, () -> execute(on, launch, loss), LAUNCH, null));
          return CUDA_SUCCESS;
        },
        function,
        stream);
  }

  private static boolean fits(int[] grid, int[] block, Ptx.Entry entry) {
    return grid[0] > 0
        && grid[1] > 0
        && grid[1] <= MOST_GROUPS
        && grid[2] > 0
        && grid[2] <= MOST_GROUPS
        && block[0] > 0
        && block[1] > 0
        && block[0] * block[1] <= entry.mostWorkItems();
  }

  private void execute(DriverStream on, Launch launch, int loss) {
    ByteBuffer bytes = launch.arguments;
    long[][] pointers =
        IntStream.range(0, bytes.capacity() / Long.BYTES)
            .mapToLong(i -> bytes.getLong(i * Long.BYTES))
            .filter(memory::isAddress)
            .mapToObj(address -> new long[] {address, 0})
            .toArray(long[][]::new);
    execute(
        on,
        "launchKernel " + launch.kernel,
        loss,
        pointers,
        () -> kernels.getOrDefault(launch.kernel, nothing -> {}).run(launch));
  }

  @Override
  public int graphInstantiate(CUgraphExec exec, CUgraph graph) {
    return call(
        "graphInstantiate",
        () -> {
          Graph known = get(graph, Graph.class);
          if (known != null) {
            handles.add(exec, here(), new Executable(known.work()));
          }
          return done(known != null);
        },
        graph);
  }

  @Override
  public int graphLaunch(CUgraphExec exec, CUstream stream) {
    return ofStream(
        "graphLaunch",
        stream,
        on -> {
          Executable known = get(exec, Executable.class);
          int loss = script.loss();
          if (known != null) {
            known.work.forEach(on::give);
            if (loss != 0) {
              on.give(new Work("graph", () -> on.device.lost = loss, 0, null));
            }
          }
          return done(known != null);
        });
  }

  @Override
  public int graphExecDestroy(CUgraphExec exec) {
    return free(
        "graphExecDestroy",
        () -> done(handles.remove(exec, here(), Executable.class) != null),
        exec);
  }

  @Override
  public int graphDestroy(CUgraph graph) {
    return free(
        "graphDestroy", () -> done(handles.remove(graph, here(), Graph.class) != null), graph);
  }
}
