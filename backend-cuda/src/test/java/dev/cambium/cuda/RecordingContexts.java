package dev.cambium.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_CONTEXT;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_DEVICE;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_HANDLE;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_VALUE;
import static jcuda.driver.CUresult.CUDA_ERROR_NOT_INITIALIZED;
import static jcuda.driver.CUresult.CUDA_ERROR_NOT_READY;
import static jcuda.driver.CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
import static jcuda.driver.CUresult.CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
import static jcuda.driver.CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
import static jcuda.driver.CUresult.CUDA_SUCCESS;

import dev.cambium.cuda.DriverStream.Event;
import dev.cambium.cuda.DriverStream.Work;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import jcuda.NativePointerObject;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUevent;
import jcuda.driver.CUgraph;
import jcuda.driver.CUstream;

/**
 * The part of a {@link RecordingDriver} that knows devices, contexts, streams and events, and that
 * refuses what is not valid, or not any more.
 */
abstract class RecordingContexts implements CudaDriver {
  /** What was called, and what is to fail. */
  final DriverScript script = new DriverScript();

  /** What the driver says that it supports. */
  int version = 12060;

  final DriverHandles handles = new DriverHandles();
  final List<RecordingDevice> devices;
  private final Map<CUdevice, RecordingDevice> deviceHandles = new IdentityHashMap<>();
  private final Map<CUcontext, RecordingDevice> contexts = new IdentityHashMap<>();
  private final ThreadLocal<RecordingDevice> current = new ThreadLocal<>();
  private Random interleaving;
  private boolean initialised;

  /** What was captured. */
  record Graph(List<Work> work) {}

  RecordingContexts(RecordingDevice... devices) {
    this.devices = List.of(devices);
  }

  /** Does a part of the work that may be done after each call, at random, rather than none. */
  void interleave(long seed) {
    interleaving = new Random(seed);
  }

  List<DriverStream> streams(RecordingDevice device) {
    return handles.all(DriverStream.class).stream().filter(s -> s.device == device).toList();
  }

  @Override
  public synchronized int init() {
    int status = script.note("init");
    initialised = status == CUDA_SUCCESS;
    return status;
  }

  @Override
  public synchronized int driverGetVersion(int[] to) {
    to[0] = version;
    return script.note("driverGetVersion");
  }

  @Override
  public synchronized int deviceGetCount(int[] count) {
    int status = script.note("deviceGetCount");
    if (status == CUDA_SUCCESS && !initialised) {
      return CUDA_ERROR_NOT_INITIALIZED;
    }
    count[0] = devices.size();
    return status;
  }

  @Override
  public synchronized int deviceGet(CUdevice device, int index) {
    int status = script.note("deviceGet", index);
    if (index < 0 || index >= devices.size()) {
      return CUDA_ERROR_INVALID_DEVICE;
    }
    deviceHandles.put(device, devices.get(index));
    return status;
  }

  private int ofDevice(String call, CUdevice device, ToIntFunction<RecordingDevice> action) {
    int status = script.note(call, device);
    if (status != CUDA_SUCCESS) {
      return status;
    }
    RecordingDevice known = deviceHandles.get(device);
    return known == null ? CUDA_ERROR_INVALID_DEVICE : action.applyAsInt(known);
  }

  @Override
  public synchronized int deviceGetName(byte[] name, CUdevice device) {
    return ofDevice(
        "deviceGetName",
        device,
        known -> {
          byte[] text = known.name.getBytes(StandardCharsets.UTF_8);
          System.arraycopy(text, 0, name, 0, text.length);
          return CUDA_SUCCESS;
        });
  }

  @Override
  public synchronized int deviceTotalMem(long[] bytes, CUdevice device) {
    return ofDevice(
        "deviceTotalMem",
        device,
        known -> {
          bytes[0] = known.bytes;
          return CUDA_SUCCESS;
        });
  }

  @Override
  public synchronized int deviceGetAttribute(int[] value, int attribute, CUdevice device) {
    return ofDevice(
        "deviceGetAttribute",
        device,
        known -> {
          Integer number = known.attribute(attribute);
          value[0] = number == null ? 0 : number;
          return number == null ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
        });
  }

  @Override
  public synchronized int devicePrimaryCtxRetain(CUcontext context, CUdevice device) {
    return ofDevice(
        "devicePrimaryCtxRetain",
        device,
        known -> {
          name(context, devices.indexOf(known) + 1);
          contexts.put(context, known);
          known.retained++;
          return CUDA_SUCCESS;
        });
  }

  /** Gives it back whatever it returns. */
  @Override
  public synchronized int devicePrimaryCtxRelease(CUdevice device) {
    int scripted = script.note("devicePrimaryCtxRelease", device);
    RecordingDevice known = deviceHandles.get(device);
    if (known == null || known.retained == 0) {
      return known == null ? CUDA_ERROR_INVALID_DEVICE : CUDA_ERROR_INVALID_CONTEXT;
    }
    known.retained--;
    if (known.retained == 0) {
      // A new context begins without what went wrong in the last one.
      known.lost = 0;
    }
    return scripted;
  }

  @Override
  public synchronized int ctxSetCurrent(CUcontext context) {
    int status = script.note("ctxSetCurrent", context);
    if (status != CUDA_SUCCESS) {
      return status;
    }
    RecordingDevice device = contexts.get(context);
    if (context != null && device == null && !context.equals(new CUcontext())) {
      return CUDA_ERROR_INVALID_CONTEXT;
    }
    current.set(device);
    return CUDA_SUCCESS;
  }

  @Override
  public synchronized int ctxGetCurrent(CUcontext context) {
    int status = script.note("ctxGetCurrent");
    if (status == CUDA_SUCCESS && current.get() != null) {
      name(context, devices.indexOf(current.get()) + 1);
      contexts.put(context, current.get());
    }
    return status;
  }

  /** Handles of one context are equal, as they hold its address; only JCuda itself writes that. */
  private static void name(CUcontext context, long address) {
    try {
      Field pointer = NativePointerObject.class.getDeclaredField("nativePointer");
      pointer.setAccessible(true);
      pointer.setLong(context, address);
    } catch (ReflectiveOperationException changed) {
      throw new AssertionError(changed);
    }
  }

  /** A call that works in the thread's context. */
  synchronized int call(String name, IntSupplier action, Object... arguments) {
    int scripted = script.note(name, arguments);
    RecordingDevice device = current.get();
    if (device == null) {
      return CUDA_ERROR_INVALID_CONTEXT;
    }
    if (device.retained == 0) {
      return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    }
    if (scripted != CUDA_SUCCESS) {
      return scripted;
    }
    if (device.lost != 0) {
      return device.lost;
    }
    int status = action.getAsInt();
    interleave();
    return status == CUDA_SUCCESS ? device.lost : status;
  }

  /** A call that does what it does whatever it returns, as those that free something. */
  synchronized int free(String name, IntSupplier action, Object... arguments) {
    int scripted = script.note(name, arguments);
    RecordingDevice device = current.get();
    if (device == null) {
      return CUDA_ERROR_INVALID_CONTEXT;
    }
    int status = action.getAsInt();
    if (status != CUDA_SUCCESS) {
      return status;
    }
    return scripted != CUDA_SUCCESS ? scripted : device.lost;
  }

  private void interleave() {
    if (interleaving != null) {
      for (DriverStream stream : handles.all(DriverStream.class)) {
        while (interleaving.nextBoolean() && stream.advance()) {
          Thread.onSpinWait();
        }
      }
    }
  }

  RecordingDevice here() {
    return current.get();
  }

  <T> T get(Object handle, Class<T> type) {
    return handles.get(handle, here(), type);
  }

  static int done(boolean valid) {
    return valid ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
  }

  private int make(String name, Object handle, Object what) {
    return call(
        name,
        () -> {
          handles.add(handle, here(), what);
          return CUDA_SUCCESS;
        },
        handle);
  }

  @Override
  public int streamCreate(CUstream stream) {
    return make("streamCreate", stream, new DriverStream(here()));
  }

  @Override
  public int streamDestroy(CUstream stream) {
    return free(
        "streamDestroy",
        () -> {
          DriverStream known = handles.remove(stream, here(), DriverStream.class);
          if (known != null) {
            known.finish();
          }
          return done(known != null);
        },
        stream);
  }

  /** A call on a stream that may not be captured meanwhile. */
  int ofStream(String name, CUstream stream, ToIntFunction<DriverStream> action) {
    return call(
        name,
        () -> {
          DriverStream known = get(stream, DriverStream.class);
          if (known == null) {
            return CUDA_ERROR_INVALID_HANDLE;
          }
          return known.isCapturing() ? captureFails() : action.applyAsInt(known);
        },
        stream);
  }

  /** Nothing waits or allocates while a stream of the thread is captured. */
  int captureFails() {
    handles.all(DriverStream.class).forEach(DriverStream::invalidate);
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }

  boolean isCapturing() {
    return streams(here()).stream().anyMatch(DriverStream::isCapturing);
  }

  @Override
  public int streamSynchronize(CUstream stream) {
    return ofStream(
        "streamSynchronize",
        stream,
        known -> {
          known.finish();
          return CUDA_SUCCESS;
        });
  }

  @Override
  public int streamWaitEvent(CUstream stream, CUevent event) {
    return ofStream(
        "streamWaitEvent",
        stream,
        known -> {
          Event awaited = get(event, Event.class);
          if (awaited != null) {
            known.waitFor(awaited);
          }
          return done(awaited != null);
        });
  }

  @Override
  public int streamBeginCapture(CUstream stream) {
    return ofStream(
        "streamBeginCapture",
        stream,
        known -> {
          known.beginCapture();
          return CUDA_SUCCESS;
        });
  }

  /** Ends the capture whatever it returns. */
  @Override
  public int streamEndCapture(CUstream stream, CUgraph graph) {
    int status =
        free(
            "streamEndCapture",
            () -> {
              DriverStream known = get(stream, DriverStream.class);
              if (known == null || !known.isCapturing()) {
                return known == null
                    ? CUDA_ERROR_INVALID_HANDLE
                    : CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
              }
              List<Work> work = known.endCapture();
              if (work == null) {
                return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
              }
              handles.add(graph, here(), new Graph(work));
              return CUDA_SUCCESS;
            },
            stream);
    if (status != CUDA_SUCCESS) {
      handles.remove(graph, here(), Graph.class);
    }
    return status;
  }

  @Override
  public int eventCreate(CUevent event, boolean timed) {
    return make("eventCreate", event, new Event(here(), timed));
  }

  @Override
  public int eventRecord(CUevent event, CUstream stream) {
    return ofStream(
        "eventRecord",
        stream,
        known -> {
          Event marked = get(event, Event.class);
          if (marked != null) {
            known.record(marked);
          }
          return done(marked != null);
        });
  }

  @Override
  public int eventSynchronize(CUevent event) {
    return call(
        "eventSynchronize",
        () -> {
          Event awaited = get(event, Event.class);
          if (awaited != null) {
            DriverStream.finish(awaited);
          }
          return done(awaited != null);
        },
        event);
  }

  @Override
  public int eventElapsedTime(float[] milliseconds, CUevent start, CUevent end) {
    return call(
        "eventElapsedTime",
        () -> {
          Event first = get(start, Event.class);
          Event last = get(end, Event.class);
          if (first == null
              || last == null
              || !first.timed
              || !last.timed
              || first.stream == null
              || last.stream == null) {
            return CUDA_ERROR_INVALID_HANDLE;
          }
          milliseconds[0] = (last.time - first.time) / 1e6f;
          return first.hasPassed() && last.hasPassed() ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
        },
        start,
        end);
  }

  @Override
  public int eventDestroy(CUevent event) {
    return free(
        "eventDestroy", () -> done(handles.remove(event, here(), Event.class) != null), event);
  }
}
