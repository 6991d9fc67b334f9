package dev.cambium.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * What a launch must leave as it is: its inputs, as far as no output may share their memory, and
 * what lies around its inputs, outputs and working memory, guards included. A picture of all that
 * is taken before the launch and compared after it.
 */
final class LaunchWatch {
  /** How far around a value that is part of a larger memory, in bytes. */
  private static final int MARGIN = 8 * Backend.ALIGNMENT;

  private record Place(String role, CheckedMemory memory, ByteRange range, boolean writable) {}

  private final String label;
  private final List<Place> places = new ArrayList<>();
  private final List<MemoryPicture> pictures = new ArrayList<>();

  LaunchWatch(String label) {
    this.label = label;
  }

  /** Adds an input. */
  void reads(String role, CheckedBuffer buffer, long bytes) {
    place(role, buffer, bytes, false);
  }

  /** Adds an output or working memory. */
  void writes(String role, CheckedBuffer buffer, long bytes) {
    place(role, buffer, bytes, true);
  }

  private void place(String role, CheckedBuffer buffer, long bytes, boolean writable) {
    long from = buffer.memory().base() + buffer.offset();
    ByteRange range = new ByteRange(from, from + bytes);
    places.add(new Place(role, buffer.memory(), range, writable));
  }

  /** Takes the pictures; waits for the device. */
  void before() {
    for (Place place : places) {
      ByteRange range = place.range;
      ByteRange around =
          new ByteRange(range.from() - MARGIN, range.to() + MARGIN).within(place.memory.all());
      List<ByteRange> watched = ByteRange.without(List.of(place.memory.guards()), around);
      watched.add(around);
      for (Place other : places) {
        if (other.writable && other.memory == place.memory) {
          watched = ByteRange.without(watched, other.range);
        }
      }
      watched.forEach(part -> picture(place.memory, part));
    }
  }

  private void picture(CheckedMemory memory, ByteRange range) {
    for (long from = range.from(); from < range.to(); from += MemoryPicture.MOST) {
      ByteRange part = new ByteRange(from, Math.min(range.to(), from + MemoryPicture.MOST));
      pictures.add(new MemoryPicture(memory, part));
    }
  }

  /** Compares; waits for the device, and throws where something was changed. */
  void after() {
    for (MemoryPicture picture : pictures) {
      ByteRange changed = picture.changed();
      if (!changed.isEmpty()) {
        picture.memory().writeGuards();
        throw new IllegalStateException(describe(picture.memory(), changed));
      }
    }
  }

  private String describe(CheckedMemory memory, ByteRange changed) {
    Place nearest = null;
    for (Place place : places) {
      if (place.memory == memory && (nearest == null || closer(place, nearest, changed))) {
        nearest = place;
      }
    }
    boolean input = nearest.range.overlaps(changed);
    return label
        + (input ? " changed " : " wrote outside of ")
        + nearest.role
        + ": it changed "
        + nearest.range.locate(changed);
  }

  /** Nearer to the first changed byte; at the same distance, what may be written. */
  private static boolean closer(Place place, Place than, ByteRange changed) {
    long distance =
        Math.min(place.range.distance(changed.from()), place.range.distance(changed.to() - 1));
    long other =
        Math.min(than.range.distance(changed.from()), than.range.distance(changed.to() - 1));
    return distance < other || (distance == other && place.writable && !than.writable);
  }
}
