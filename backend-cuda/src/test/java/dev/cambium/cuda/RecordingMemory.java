package dev.cambium.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_ILLEGAL_ADDRESS;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_HANDLE;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_VALUE;
import static jcuda.driver.CUresult.CUDA_ERROR_OUT_OF_MEMORY;
import static jcuda.driver.CUresult.CUDA_SUCCESS;

import dev.cambium.cuda.DriverMemory.Piece;
import dev.cambium.cuda.DriverStream.Work;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import jcuda.Pointer;
import jcuda.driver.CUstream;

/** The part of a {@link RecordingDriver} about memory, copies and fills. */
abstract class RecordingMemory extends RecordingContexts {
  /** How long a copy or a fill takes, in nanoseconds. */
  static final long COPY = 700;

  final DriverMemory memory = new DriverMemory();
  private final List<String> done = new ArrayList<>();

  RecordingMemory(RecordingDevice... devices) {
    super(devices);
  }

  private record Pinned(ByteBuffer bytes) {}

  /** What the devices did, in their order: the driver's functions, with the kernel. */
  List<String> done() {
    return List.copyOf(done);
  }

  /** The bytes of a device's memory, as the device has them now. */
  ByteBuffer at(long address, long bytes) {
    return memory.at(address, bytes);
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
            leave(piece);
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
            known.give(new Work("memFreeAsync", () -> leave(piece), 0, null));
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
    return piece;
  }

  /** Only now others can have it. */
  private static void leave(Piece piece) {
    piece.gone = true;
    piece.device.used -= piece.bytes.capacity();
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

  /** Does something on a device, or loses it. */
  void execute(DriverStream stream, String what, int loss, long[][] ranges, Runnable action) {
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
}
