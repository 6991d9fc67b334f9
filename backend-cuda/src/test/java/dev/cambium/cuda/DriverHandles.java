package dev.cambium.cuda;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The objects that a driver made and nobody freed yet, by their handles. */
final class DriverHandles {
  private record Made(RecordingDevice device, Object what) {}

  private final Map<Object, Made> open = new IdentityHashMap<>();

  /** Notes what a handle stands for. */
  void add(Object handle, RecordingDevice device, Object what) {
    open.put(handle, new Made(device, what));
  }

  /** What a handle stands for on a device; null when it is none of it, or not any more. */
  <T> T get(Object handle, RecordingDevice device, Class<T> type) {
    Made made = open.get(handle);
    return made == null || made.device != device || !type.isInstance(made.what)
        ? null
        : type.cast(made.what);
  }

  /** Forgets a handle; what it stood for, null when it stood for nothing. */
  <T> T remove(Object handle, RecordingDevice device, Class<T> type) {
    T what = get(handle, device, type);
    if (what != null) {
      open.remove(handle);
    }
    return what;
  }

  /** All of a kind. */
  <T> List<T> all(Class<T> type) {
    List<T> found = new ArrayList<>();
    open.values().stream()
        .filter(made -> type.isInstance(made.what))
        .forEach(made -> found.add(type.cast(made.what)));
    return found;
  }

  /** What kinds of things are open, each as often as there are such. */
  List<String> kinds() {
    return open.values().stream().map(m -> m.what.getClass().getSimpleName()).sorted().toList();
  }
}
