package dev.cambium.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/**
 * The memory of devices, on the heap, at addresses that are nobody's. Between two pieces is a gap,
 * and no address comes back, so that whatever is read or written outside shows.
 */
final class DriverMemory {
  private static final long FIRST = 0x7f00_0000_0000L;
  private static final long GRAIN = 512;

  private final TreeMap<Long, Piece> pieces = new TreeMap<>();
  private long next = FIRST;

  /** A piece, which nobody may use any more once it is given back, or {@code gone}. */
  static final class Piece {
    final long address;
    final ByteBuffer bytes;
    final RecordingDevice device;
    boolean givenBack;
    boolean gone;

    private Piece(long address, int bytes, RecordingDevice device) {
      this.address = address;
      this.bytes = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
      this.device = device;
    }
  }

  Piece allocate(int bytes, RecordingDevice device) {
    Piece piece = new Piece(next, bytes, device);
    pieces.put(next, piece);
    next += (bytes + 2 * GRAIN - 1) / GRAIN * GRAIN;
    return piece;
  }

  /** The piece that begins at an address; null when none does. */
  Piece beginningAt(long address) {
    return pieces.get(address);
  }

  /** The piece in which a range lies; null when it lies in none. */
  Piece around(long address, long bytes) {
    Map.Entry<Long, Piece> found = pieces.floorEntry(address);
    if (found == null || address + bytes > found.getKey() + found.getValue().bytes.capacity()) {
      return null;
    }
    return found.getValue();
  }

  /** The bytes of a range, which lies in a piece that is not gone. */
  ByteBuffer at(long address, long bytes) {
    Piece piece = around(address, bytes);
    if (piece == null || piece.gone) {
      throw new IllegalStateException("no memory at " + Long.toHexString(address));
    }
    return piece
        .bytes
        .slice((int) (address - piece.address), (int) bytes)
        .order(ByteOrder.nativeOrder());
  }

  /** Whether a number looks like an address, of this memory or of what was behind or after it. */
  boolean isAddress(long number) {
    return number >= FIRST && number < next;
  }

  /** How many pieces were not given back. */
  long open() {
    return pieces.values().stream().filter(piece -> !piece.givenBack).count();
  }
}
