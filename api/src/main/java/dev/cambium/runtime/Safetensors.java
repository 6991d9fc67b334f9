package dev.cambium.runtime;

import dev.cambium.runtime.SafetensorsHeader.Entry;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The content of a safetensors file: named tensors and named texts. The format, which PyTorch,
 * NumPy and others read and write too, is 8 bytes with the length of the header (little-endian), a
 * JSON header of <code>{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...,
 * "__metadata__": {"key": "text"}}</code>, and the tensors' data: row-major, little-endian, without
 * gaps. Element types are F32, F64, I32, I64 and U8.
 *
 * <p>Reading believes nothing: a file that is damaged in any way gives a {@link
 * SafetensorsException}. The file is read as a stream and not mapped into memory, so that it may be
 * replaced at any time, also on systems where a mapped file cannot be.
 *
 * @see <a href="https://github.com/huggingface/safetensors">the definition of the format</a>
 */
public final class Safetensors {
  private static final int LENGTH_BYTES = 8;

  private final Path file;
  private final Map<String, HostArray> tensors;
  private final Map<String, String> metadata;

  private Safetensors(Path file, Map<String, HostArray> tensors, Map<String, String> metadata) {
    this.file = file;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /** Where it was read. */
  public Path file() {
    return file;
  }

  /** The tensors by name, in the order of their data in the file. */
  public Map<String, HostArray> tensors() {
    return tensors;
  }

  /** The texts by key; empty when there are none. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Reads the whole file.
   *
   * @throws SafetensorsException when it is damaged or holds an element type that is not read here
   * @throws IOException when it is not there or cannot be read
   */
  public static Safetensors read(Path file) throws IOException {
    try (FileChannel channel = open(file)) {
      SafetensorsHeader header = header(file, channel);
      Map<String, HostArray> tensors = new LinkedHashMap<>();
      for (Entry entry : header.entries()) {
        HostArray array = HostArray.allocate(entry.type());
        readFully(file, channel, array.bytes());
        swapToLittleEndian(array.bytes(), entry.type().dtype().bytes(), ByteOrder.nativeOrder());
        tensors.put(entry.name(), array);
      }
      return new Safetensors(file, tensors, header.metadata());
    }
  }

  /**
   * Reads only the header: the types of the tensors by name, in the order of their data.
   *
   * @throws SafetensorsException as {@link #read}
   * @throws IOException as {@link #read}
   */
  public static Map<String, TensorType> readTypes(Path file) throws IOException {
    try (FileChannel channel = open(file)) {
      Map<String, TensorType> types = new LinkedHashMap<>();
      header(file, channel).entries().forEach(entry -> types.put(entry.name(), entry.type()));
      return types;
    }
  }

  /**
   * Writes a file whole or not at all: until everything is on the disk an older file of that name
   * stays as it is. The same content gives the same bytes, whatever the order of the maps.
   *
   * @throws IllegalArgumentException when a name or text is null, no valid text, or the reserved
   *     name {@code __metadata__}
   * @throws IOException when the file cannot be written, for instance on a full disk
   */
  public static void write(Path file, Map<String, HostArray> tensors, Map<String, String> metadata)
      throws IOException {
    write(file, tensors, metadata, UnaryOperator.identity());
  }

  /** As the public method, through a channel that a test can make fail. */
  static void write(
      Path file,
      Map<String, HostArray> tensors,
      Map<String, String> metadata,
      UnaryOperator<WritableByteChannel> disk)
      throws IOException {
    SafetensorsHeader header = SafetensorsHeader.of(tensors, metadata);
    byte[] json = header.toBytes();
    ByteBuffer start =
        ByteBuffer.allocate(LENGTH_BYTES + json.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .flip();
    AtomicFile.write(
        file,
        channel -> {
          writeFully(channel, start);
          for (Entry entry : header.entries()) {
            writeFully(channel, littleEndian(tensors.get(entry.name())));
          }
        },
        disk);
  }

  /**
   * Checks that the file holds exactly the expected tensors.
   *
   * @return this
   * @throws SafetensorsException that names every tensor that is missing, unexpected, or of another
   *     type or shape
   */
  public Safetensors require(Map<String, TensorType> expected) throws SafetensorsException {
    List<String> missing = new ArrayList<>();
    List<String> different = new ArrayList<>();
    List<String> wanted = new ArrayList<>();
    new TreeMap<>(expected)
        .forEach(
            (name, type) -> {
              HostArray array = tensors.get(name);
              if (array == null) {
                missing.add(name + " " + type);
              } else if (!array.type().equals(type)) {
                different.add(name + " " + array.type());
                wanted.add(name + " " + type);
              }
            });
    List<String> unexpected = new ArrayList<>();
    new TreeMap<>(tensors)
        .forEach(
            (name, array) -> {
              if (!expected.containsKey(name)) {
                unexpected.add(name + " " + array.type());
              }
            });
    if (missing.isEmpty() && different.isEmpty() && unexpected.isEmpty()) {
      return this;
    }
    List<String> was = new ArrayList<>();
    List<String> instead = new ArrayList<>();
    note(was, "without ", missing);
    note(was, "with unexpected ", unexpected);
    note(was, "with another type: ", different);
    note(instead, "", wanted);
    instead.add(expected.size() + " tensors in all, those of the same architecture");
    throw new SafetensorsException(
        file, null, "it is " + String.join("; ", was), String.join("; ", instead));
  }

  private static void note(List<String> notes, String what, List<String> names) {
    if (!names.isEmpty()) {
      notes.add(what + String.join(", ", names));
    }
  }

  private static FileChannel open(Path file) throws IOException {
    try {
      if (Files.isDirectory(file)) {
        throw new FileSystemException(file.toString(), null, "is a folder");
      }
      return FileChannel.open(file);
    } catch (IOException e) {
      FileSystemException failure =
          new FileSystemException(
              file.toString(), null, "cannot be read (" + AtomicFile.reason(e) + ")");
      failure.initCause(e);
      throw failure;
    }
  }

  private static SafetensorsHeader header(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw new SafetensorsException(
          file,
          null,
          "a file of " + size + " bytes",
          "at least the 8 bytes of the header's length");
    }
    ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(file, channel, start);
    long length = start.getLong(0);
    long rest = size - LENGTH_BYTES;
    if (length < 0 || length > Math.min(rest, SafetensorsHeader.MAXIMUM_BYTES)) {
      throw new SafetensorsException(
          file,
          null,
          "a header of " + Long.toUnsignedString(length) + " bytes",
          "at most "
              + (rest < SafetensorsHeader.MAXIMUM_BYTES
                  ? rest + ", the bytes that follow: it is truncated, or no safetensors file"
                  : SafetensorsHeader.MAXIMUM_BYTES));
    }
    ByteBuffer json = ByteBuffer.allocate((int) length);
    readFully(file, channel, json);
    return SafetensorsHeaderParser.parse(file, json.array(), rest - length);
  }

  private static void readFully(Path file, FileChannel channel, ByteBuffer into)
      throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into) < 0) {
        throw new SafetensorsException(
            file, null, "the file became shorter while it was read", "a file at rest");
      }
    }
  }

  private static void writeFully(WritableByteChannel channel, ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      channel.write(from);
    }
  }

  private static ByteBuffer littleEndian(HostArray array) {
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      return array.bytes();
    }
    HostArray copy = array.copy();
    swapToLittleEndian(copy.bytes(), array.dtype().bytes(), ByteOrder.nativeOrder());
    return copy.bytes();
  }

  /** Reverses the bytes of each element in place, unless {@code order} is little-endian already. */
  static void swapToLittleEndian(ByteBuffer bytes, int elementBytes, ByteOrder order) {
    if (order == ByteOrder.LITTLE_ENDIAN || elementBytes == 1) {
      return;
    }
    for (int i = 0; i < bytes.limit(); i += elementBytes) {
      if (elementBytes == Integer.BYTES) {
        bytes.putInt(i, Integer.reverseBytes(bytes.getInt(i)));
      } else {
        bytes.putLong(i, Long.reverseBytes(bytes.getLong(i)));
      }
    }
  }
}
