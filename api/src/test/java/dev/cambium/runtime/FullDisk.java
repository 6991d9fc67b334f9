package dev.cambium.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A channel that takes a number of bytes and then fails like a full disk, until it is cleared. */
public final class FullDisk implements WritableByteChannel {
  private WritableByteChannel disk;
  private long free;

  /** A disk with room for {@code free} bytes. */
  public FullDisk(long free) {
    this.free = free;
  }

  /** Takes what is written to {@code file} from now on. */
  public FullDisk over(WritableByteChannel file) {
    disk = file;
    return this;
  }

  /** Makes room for everything. */
  public void clear() {
    free = Long.MAX_VALUE;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    if (free == 0 && from.hasRemaining()) {
      throw new IOException("No space left on device");
    }
    int count = (int) Math.min(free, from.remaining());
    ByteBuffer part = from.duplicate().limit(from.position() + count);
    while (part.hasRemaining()) {
      disk.write(part);
    }
    from.position(from.position() + count);
    free -= count;
    return count;
  }

  @Override
  public boolean isOpen() {
    return disk.isOpen();
  }

  @Override
  public void close() throws IOException {
    disk.close();
  }
}
