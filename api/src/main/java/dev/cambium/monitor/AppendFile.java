package dev.cambium.monitor;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.UnaryOperator;

/**
 * A file that grows by whole records. A record that is written is with the operating system, so
 * that killing the process does not lose it; after {@link #force} it is on the disk. A record that
 * cannot be written whole, as on a full disk, is taken back.
 */
final class AppendFile implements Closeable {
  private final FileChannel file;
  private final WritableByteChannel disk;

  private AppendFile(FileChannel file, WritableByteChannel disk) {
    this.file = file;
    this.disk = disk;
  }

  /** Starts a file that must not exist yet. */
  static AppendFile create(Path path, UnaryOperator<WritableByteChannel> disk) throws IOException {
    FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return new AppendFile(file, disk.apply(file));
  }

  /** Goes on behind the first {@code length} bytes of a file; cuts off what follows them. */
  static AppendFile resume(Path path, long length) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE);
    try {
      file.truncate(length);
      file.position(length);
      return new AppendFile(file, file);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  void append(ByteBuffer record) throws IOException {
    long start = file.position();
    try {
      while (record.hasRemaining()) {
        disk.write(record);
      }
    } catch (IOException e) {
      takeBack(start, e);
      throw e;
    }
  }

  private void takeBack(long start, IOException cause) {
    try {
      file.truncate(start);
      file.position(start);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  void force() throws IOException {
    file.force(true);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
