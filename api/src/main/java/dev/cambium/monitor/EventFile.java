package dev.cambium.monitor;

import dev.cambium.runtime.AtomicFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;

/**
 * Writes events for TensorBoard: {@code tensorboard --logdir DIR} draws its scalars as curves, and
 * shows images and histograms. The file is a sequence of TFRecords, each with the length of its
 * data (8 bytes), a checksum of the length (4 bytes), the data, and a checksum of the data (4
 * bytes), all little-endian; the checksum is a masked CRC-32C; the data are messages of type {@code
 * tensorflow.Event}. An event is handed to the operating system as soon as it is added.
 *
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord">TFRecord</a>
 * @see <a
 *     href="https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto">event.proto
 *     and summary.proto</a>
 */
public final class EventFile implements Closeable {
  private static final String VERSION = "brain.Event:2";
  private static final int SESSION_START = 1;
  private static final int FILES_A_SECOND = 1000;

  private final Path path;
  private final AppendFile file;
  private final Clock clock;

  private EventFile(Path path, AppendFile file, Clock clock) {
    this.path = path;
    this.file = file;
    this.clock = clock;
  }

  /**
   * Starts a new file in {@code folder}.
   *
   * @throws RunFolderException when it cannot be written
   */
  public static EventFile create(Path folder) throws RunFolderException {
    return create(folder, Clock.systemUTC(), UnaryOperator.identity());
  }

  /**
   * Starts a new file in {@code folder} that goes on behind a checkpoint at {@code step}:
   * TensorBoard forgets what older files say of later steps.
   *
   * @throws RunFolderException when it cannot be written
   */
  public static EventFile resume(Path folder, long step) throws RunFolderException {
    EventFile events = create(folder);
    try {
      ProtobufMessage start = new ProtobufMessage().integer(1, SESSION_START);
      events.write(events.event(step + 1).message(7, start));
      return events;
    } catch (RunFolderException e) {
      events.closeAfter(e);
      throw e;
    }
  }

  /** As the public method, with a clock, and through a channel that a test can make fail. */
  static EventFile create(Path folder, Clock clock, UnaryOperator<WritableByteChannel> disk)
      throws RunFolderException {
    long second = clock.instant().getEpochSecond();
    for (int i = 0; i < FILES_A_SECOND; i++) {
      Path path =
          folder.resolve(
              String.format(Locale.ROOT, "events.out.tfevents.%010d.cambium.%d", second, i));
      try {
        EventFile events = new EventFile(path, AppendFile.create(path, disk), clock);
        events.start();
        return events;
      } catch (FileAlreadyExistsException e) {
        continue; // another run of the same second
      } catch (RunFolderException e) {
        throw e;
      } catch (IOException e) {
        throw new RunFolderException(
            path + " cannot be created (" + AtomicFile.reason(e) + "): choose another folder", e);
      }
    }
    throw new RunFolderException(
        folder + " already holds " + FILES_A_SECOND + " files of events of this second");
  }

  private void start() throws RunFolderException {
    try {
      write(new ProtobufMessage().float64(1, seconds()).text(3, VERSION));
    } catch (RunFolderException e) {
      closeAfter(e);
      throw e;
    }
  }

  private void closeAfter(RunFolderException failure) {
    try {
      close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Where the events go. */
  public Path path() {
    return path;
  }

  /**
   * Adds scalars of one step; a tag like {@code loss/train} groups curves by its first part.
   *
   * @throws RunFolderException when the event cannot be written; the file then ends with the one
   *     before
   */
  public void scalars(long step, Map<String, Double> values) throws RunFolderException {
    ProtobufMessage summary = new ProtobufMessage();
    values.forEach(
        (tag, value) ->
            summary.message(
                1, new ProtobufMessage().text(1, tag).float32(2, (float) (double) value)));
    write(event(step).message(5, summary));
  }

  /** Adds the values of a row of metrics, with tags like {@code loss/train}. */
  public void add(MetricRow row) throws RunFolderException {
    Map<String, Double> tagged = new LinkedHashMap<>();
    row.values().forEach((name, value) -> tagged.put(name + "/" + row.split(), value));
    scalars(row.step(), tagged);
  }

  /**
   * Adds a picture.
   *
   * @param png the file of the picture, PNG
   * @throws RunFolderException as {@link #scalars}
   */
  public void image(long step, String tag, int height, int width, byte[] png)
      throws RunFolderException {
    ProtobufMessage image =
        new ProtobufMessage().integer(1, height).integer(2, width).integer(3, 3).bytes(4, png);
    ProtobufMessage value = new ProtobufMessage().text(1, tag).message(4, image);
    write(event(step).message(5, new ProtobufMessage().message(1, value)));
  }

  /**
   * Adds a histogram.
   *
   * @throws RunFolderException as {@link #scalars}
   */
  public void histogram(long step, String tag, Histogram histogram) throws RunFolderException {
    ProtobufMessage message =
        new ProtobufMessage()
            .float64(1, histogram.minimum())
            .float64(2, histogram.maximum())
            .float64(3, histogram.total())
            .float64(4, histogram.sum())
            .float64(5, histogram.sumOfSquares())
            .float64s(6, histogram.limits())
            .float64s(7, histogram.counts());
    ProtobufMessage value = new ProtobufMessage().text(1, tag).message(5, message);
    write(event(step).message(5, new ProtobufMessage().message(1, value)));
  }

  /** Waits until every event is on the disk. */
  public void force() throws IOException {
    file.force();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private ProtobufMessage event(long step) {
    return new ProtobufMessage().float64(1, seconds()).integer(2, step);
  }

  private double seconds() {
    Instant now = clock.instant();
    return now.getEpochSecond() + now.getNano() * 1e-9;
  }

  private void write(ProtobufMessage event) throws RunFolderException {
    try {
      file.append(ByteBuffer.wrap(record(event.toBytes())));
    } catch (IOException e) {
      throw new RunFolderException(
          path + " cannot take another event (" + AtomicFile.reason(e) + "): free some space", e);
    }
  }

  /** The TFRecord around {@code data}. */
  static byte[] record(byte[] data) {
    ByteBuffer record = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedCrc(record.array(), 0, 8));
    record.put(data);
    record.putInt(maskedCrc(data, 0, data.length));
    return record.array();
  }

  /** CRC-32C, rotated right by 15 bits, plus a constant: a checksum may then be checksummed. */
  static int maskedCrc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }
}
