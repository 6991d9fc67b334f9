package dev.cambium.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_ILLEGAL_ADDRESS;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_HANDLE;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_VALUE;
import static jcuda.driver.CUresult.CUDA_ERROR_NOT_FOUND;
import static jcuda.driver.CUresult.CUDA_ERROR_OUT_OF_MEMORY;
import static jcuda.driver.CUresult.CUDA_SUCCESS;

import dev.cambium.cuda.DriverMemory.Piece;
import dev.cambium.cuda.DriverStream.Work;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
class RecordingDriver extends RecordingContexts {
  /** How long a kernel takes, in nanoseconds. */
  static final long LAUNCH = 5000;

  /** How long a copy or a fill takes. */
  static final long COPY = 700;

  private static final int MOST_GROUPS = 65535;

  private final DriverMemory memory = new DriverMemory();
  private final Map<Pointer, Arguments> parameters = new IdentityHashMap<>();
  private final Map<CUfunction, Function> functions = new IdentityHashMap<>();
  private final Map<String, Kernel> kernels = new HashMap<>();
  private final List<Launch> launches = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
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

  private record Pinned(ByteBuffer bytes) {}

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

  /** What the devices did, in their order: the driver's functions, with the kernel. */
  List<String> done() {
    return List.copyOf(done);
  }

  /** The bytes of a device's memory, as the device has them now. */
  ByteBuffer at(long address, long bytes) {
    return memory.at(address, bytes);
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
  public int memAlloc(long[] address, long bytes) {
    return call("memAlloc", () -> isCapturing() ? captureFails() : allocate(address, bytes), bytes);
  }

  @Override
  public int memAllocAsync(long[] address, long bytes, CUstream stream) {
    return ofStream("memAllocAsync", stream, known -> allocate(address, bytes));
  }

  private int allocate(long[] address, long bytes) {
    RecordingDevice device = here();
    if (bytes < 1) {
      return CUDA_ERROR_INVALID_VALUE;
    }
    if (bytes > device.bytes - device.used || bytes > Integer.MAX_VALUE) {
      return CUDA_ERROR_OUT_OF_MEMORY;
    }
    device.used += bytes;
    address[0] = memory.allocate((int) bytes, device).address;
    return CUDA_SUCCESS;
  }

  @Override
  public int memFree(long address) {
    return free(
        "memFree",
        () -> {
          streams(here()).forEach(DriverStream::finish);
          Piece piece = giveBack(address);
          if (piece != null) {
            piece.gone = true;
          }
          return piece == null ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
        },
        address);
  }

  @Override
  public int memFreeAsync(long address, CUstream stream) {
    return free(
        "memFreeAsync",
        () -> {
          DriverStream known = get(stream, DriverStream.class);
          Piece piece = known == null || known.isCapturing() ? null : giveBack(address);
          if (piece != null) {
            known.give(new Work("memFreeAsync", () -> piece.gone = true, 0, null));
          }
          return piece == null ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
        },
        address);
  }

  private Piece giveBack(long address) {
    Piece piece = memory.beginningAt(address);
    if (piece == null || piece.givenBack || piece.device != here()) {
      return null;
    }
    piece.givenBack = true;
    piece.device.used -= piece.bytes.capacity();
    return piece;
  }

  @Override
  public int memGetInfo(long[] free, long[] total) {
    return call(
        "memGetInfo",
        () -> {
          free[0] = here().bytes - here().used;
          total[0] = here().bytes;
          return CUDA_SUCCESS;
        });
  }

  @Override
  public Pointer memHostAlloc(long bytes, int[] status) {
    ByteBuffer pinned = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
    Pointer pointer = Pointer.to(pinned);
    status[0] =
        call(
            "memHostAlloc",
            () -> {
              if (isCapturing()) {
                return captureFails();
              }
              handles.add(pointer, here(), new Pinned(pinned));
              return CUDA_SUCCESS;
            },
            bytes);
    return status[0] == CUDA_SUCCESS ? pointer : null;
  }

  @Override
  public int memFreeHost(Pointer pointer) {
    return free(
        "memFreeHost",
        () -> {
          boolean inUse =
              here().lost == 0 && streams(here()).stream().anyMatch(s -> s.uses(pointer));
          boolean known = handles.remove(pointer, here(), Pinned.class) != null;
          return known && !inUse ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
        },
        pointer);
  }

  /** Gives work to a stream; with it comes whatever was scripted for it. */
  private int give(
      String name, CUstream stream, Object host, long[][] ranges, Runnable action, Object... rest) {
    return call(
        name,
        () -> {
          DriverStream known = get(stream, DriverStream.class);
          if (known == null) {
            return CUDA_ERROR_INVALID_HANDLE;
          }
          for (long[] range : ranges) {
            Piece piece = memory.around(range[0], range[1]);
            if (piece == null || piece.givenBack || piece.device != here()) {
              return CUDA_ERROR_INVALID_VALUE;
            }
          }
          int loss = script.loss();
          known.give(new Work(name, () -> execute(known, name, loss, ranges, action), COPY, host));
          return CUDA_SUCCESS;
        },
        rest);
  }

  private void execute(
      DriverStream stream, String what, int loss, long[][] ranges, Runnable action) {
    for (long[] range : ranges) {
      Piece piece = memory.around(range[0], range[1]);
      if (piece == null || piece.gone) {
        stream.device.lost = CUDA_ERROR_ILLEGAL_ADDRESS;
        return;
      }
    }
    if (loss != 0) {
      stream.device.lost = loss;
      return;
    }
    done.add(what);
    action.run();
  }

  private static long[][] ranges(long... numbers) {
    long[][] ranges = new long[numbers.length / 2][];
    for (int i = 0; i < ranges.length; i++) {
      ranges[i] = new long[] {numbers[2 * i], numbers[2 * i + 1]};
    }
    return ranges;
  }

  @Override
  public int memcpyHtoDAsync(long to, Pointer from, long bytes, CUstream stream) {
    return give(
        "memcpyHtoDAsync",
        stream,
        from,
        ranges(to, bytes),
        () -> memory.at(to, bytes).put(from.getByteBuffer(0, bytes)),
        to,
        from,
        bytes,
        stream);
  }

  @Override
  public int memcpyDtoHAsync(Pointer to, long from, long bytes, CUstream stream) {
    return give(
        "memcpyDtoHAsync",
        stream,
        to,
        ranges(from, bytes),
        () -> to.getByteBuffer(0, bytes).put(memory.at(from, bytes)),
        to,
        from,
        bytes,
        stream);
  }

  @Override
  public int memcpyDtoDAsync(long to, long from, long bytes, CUstream stream) {
    return give(
        "memcpyDtoDAsync",
        stream,
        null,
        ranges(to, bytes, from, bytes),
        () -> memory.at(to, bytes).put(memory.at(from, bytes)),
        to,
        from,
        bytes,
        stream);
  }

  @Override
  public int memsetD8Async(long to, byte value, long count, CUstream stream) {
    return fill("memsetD8Async", to, 1, 1, count, bytes -> bytes.put(value), stream, value);
  }

  @Override
  public int memsetD16Async(long to, short value, long count, CUstream stream) {
    return fill("memsetD16Async", to, 2, 2, count, bytes -> bytes.putShort(value), stream, value);
  }

  @Override
  public int memsetD32Async(long to, int value, long count, CUstream stream) {
    return fill("memsetD32Async", to, 4, 4, count, bytes -> bytes.putInt(value), stream, value);
  }

  @Override
  public int memsetD2D32Async(long to, long pitch, int value, long rows, CUstream stream) {
    return fill(
        "memsetD2D32Async", to, 4, pitch, rows, bytes -> bytes.putInt(value), stream, value);
  }

  private int fill(
      String name,
      long to,
      int width,
      long pitch,
      long count,
      Consumer<ByteBuffer> put,
      CUstream stream,
      Object value) {
    if (to % width != 0) {
      return call(name, () -> CUDA_ERROR_INVALID_VALUE, to, value, count, stream);
    }
    Runnable action =
        () -> {
          for (long i = 0; i < count; i++) {
            put.accept(memory.at(to + i * pitch, width));
          }
        };
    long bytes = (count - 1) * pitch + width;
    return give(name, stream, null, ranges(to, bytes), action, to, value, count, stream);
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

  @Override
  public int funcGetAttribute(int[] value, int attribute, CUfunction function) {
    return call("funcGetAttribute", () -> done(known(function) != null), attribute, function);
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
