package dev.cambium.cpu;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** Moves tiles of a matrix from one memory to another, transposed, for one size of element. */
interface TransposeTile {
  /** For elements of 1, 4 or 8 bytes. */
  static TransposeTile of(int elementBytes, ByteBuffer from, ByteBuffer to) {
    return switch (elementBytes) {
      case 1 -> size -> new Bytes(from, to, size);
      case 4 -> {
        IntBuffer source = from.asIntBuffer();
        IntBuffer target = to.asIntBuffer();
        yield size -> new Ints(source, target, size);
      }
      default -> {
        LongBuffer source = from.asLongBuffer();
        LongBuffer target = to.asLongBuffer();
        yield size -> new Longs(source, target, size);
      }
    };
  }

  /** What one thread needs for tiles of at most {@code size} elements. */
  Worker worker(int size);

  /** The arrays of one thread. */
  abstract class Worker {
    private int rows;
    private int columns;

    /** Reads a tile whose first element is at {@code at}, its rows {@code step} elements apart. */
    final void read(int at, int step, int height, int width) {
      rows = height;
      columns = width;
      if (width == step) {
        get(at, 0, height * width);
      } else {
        for (int r = 0; r < height; r++) {
          get(at + r * step, r * width, width);
        }
      }
    }

    /** Writes the tile that was read last, transposed. */
    final void write(int at, int step) {
      transpose(rows, columns);
      if (rows == step) {
        put(at, 0, rows * columns);
      } else {
        for (int c = 0; c < columns; c++) {
          put(at + c * step, c * rows, rows);
        }
      }
    }

    abstract void get(int at, int index, int length);

    abstract void transpose(int height, int width);

    abstract void put(int at, int index, int length);
  }

  /** Elements of 1 byte. */
  final class Bytes extends Worker {
    private final ByteBuffer from;
    private final ByteBuffer to;
    private final byte[] tile;
    private final byte[] turned;

    Bytes(ByteBuffer from, ByteBuffer to, int size) {
      this.from = from;
      this.to = to;
      tile = new byte[size];
      turned = new byte[size];
    }

    @Override
    void get(int at, int index, int length) {
      from.get(at, tile, index, length);
    }

    @Override
    void transpose(int height, int width) {
      for (int r = 0; r < height; r++) {
        for (int c = 0; c < width; c++) {
          turned[c * height + r] = tile[r * width + c];
        }
      }
    }

    @Override
    void put(int at, int index, int length) {
      to.put(at, turned, index, length);
    }
  }

  /** Elements of 4 bytes. */
  final class Ints extends Worker {
    private final IntBuffer from;
    private final IntBuffer to;
    private final int[] tile;
    private final int[] turned;

    Ints(IntBuffer from, IntBuffer to, int size) {
      this.from = from;
      this.to = to;
      tile = new int[size];
      turned = new int[size];
    }

    @Override
    void get(int at, int index, int length) {
      from.get(at, tile, index, length);
    }

    @Override
    void transpose(int height, int width) {
      for (int r = 0; r < height; r++) {
        for (int c = 0; c < width; c++) {
          turned[c * height + r] = tile[r * width + c];
        }
      }
    }

    @Override
    void put(int at, int index, int length) {
      to.put(at, turned, index, length);
    }
  }

  /** Elements of 8 bytes. */
  final class Longs extends Worker {
    private final LongBuffer from;
    private final LongBuffer to;
    private final long[] tile;
    private final long[] turned;

    Longs(LongBuffer from, LongBuffer to, int size) {
      this.from = from;
      this.to = to;
      tile = new long[size];
      turned = new long[size];
    }

    @Override
    void get(int at, int index, int length) {
      from.get(at, tile, index, length);
    }

    @Override
    void transpose(int height, int width) {
      for (int r = 0; r < height; r++) {
        for (int c = 0; c < width; c++) {
          turned[c * height + r] = tile[r * width + c];
        }
      }
    }

    @Override
    void put(int at, int index, int length) {
      to.put(at, turned, index, length);
    }
  }
}
