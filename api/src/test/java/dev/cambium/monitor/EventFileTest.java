package dev.cambium.monitor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.runtime.FullDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads files back by the published wire formats, with a reader that shares nothing with ours. */
class EventFileTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05.5Z"), ZoneOffset.UTC);
  private static final double SECONDS = 1767323045.5; // that instant since 1970

  @TempDir Path folder;

  @Test
  void checksumsAreMaskedCrc32c() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertEquals(0xE3069283, unmask(EventFile.maskedCrc(digits, 0, 9))); // the usual check value
    assertEquals(0x8A9136AA, unmask(EventFile.maskedCrc(new byte[32], 0, 32))); // RFC 3720, B.4
  }

  @Test
  void beginsLikeEveryEventFile() throws IOException {
    // A TensorFlow event file starts with a record of 24 bytes, of which these are the length and
    // its checksum; in it wall_time (field 1) and file_version (field 3).
    try (EventFile events = EventFile.create(folder, CLOCK, UnaryOperator.identity())) {
      assertEquals(
          "events.out.tfevents.1767323045.cambium.0", events.path().getFileName().toString());
      byte[] start = Arrays.copyOf(Files.readAllBytes(events.path()), 12);
      assertArrayEquals(new byte[] {24, 0, 0, 0, 0, 0, 0, 0, (byte) 0xA3, 0x7F, 0x4B, 0x22}, start);
      Map<Integer, List<Object>> version = fields(records(events.path()).get(0));
      assertEquals(Map.of(1, List.of(bits(SECONDS)), 3, List.of("brain.Event:2")), texts(version));
    }
  }

  @Test
  void holdsScalarsOfAStep() throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss/train", 0.1);
    values.put("größe", Double.NEGATIVE_INFINITY);
    Map<Integer, List<Object>> event;
    try (EventFile events = EventFile.create(folder, CLOCK, UnaryOperator.identity())) {
      events.scalars(1L << 40, values);
      event = fields(records(events.path()).get(1));
    }
    assertEquals(List.of(bits(SECONDS)), event.get(1));
    assertEquals(List.of(1L << 40), event.get(2));
    List<Object> summary = message(event, 5).get(1);
    assertEquals(2, summary.size());
    Map<Integer, List<Object>> loss = fields((byte[]) summary.get(0));
    assertEquals(
        Map.of(1, List.of("loss/train"), 2, List.of(Float.floatToIntBits(0.1f))), texts(loss));
    Map<Integer, List<Object>> size = fields((byte[]) summary.get(1));
    assertEquals("größe", texts(size).get(1).get(0));
    assertEquals(Float.floatToIntBits(Float.NEGATIVE_INFINITY), size.get(2).get(0));
  }

  @Test
  void tagsMetricsByTheirSplit() throws IOException {
    try (EventFile events = EventFile.create(folder)) {
      events.add(new MetricRow(7, 1, "validation", Map.of("loss", 0.5)));
      Map<Integer, List<Object>> event = fields(records(events.path()).get(1));
      assertEquals(List.of(7L), event.get(2));
      Map<Integer, List<Object>> value = message(message(event, 5), 1);
      assertEquals("loss/validation", texts(value).get(1).get(0));
    }
  }

  @Test
  void holdsPicturesAndHistograms() throws IOException {
    byte[] png = {1, 2, 3};
    try (EventFile events = EventFile.create(folder)) {
      events.image(3, "filters", 28, 300, png);
      events.histogram(3, "weights", Histogram.of(new double[] {-1, 0, 0.5, 3}, 2));
      List<byte[]> records = records(events.path());
      Map<Integer, List<Object>> value = message(message(fields(records.get(1)), 5), 1);
      assertEquals("filters", texts(value).get(1).get(0));
      Map<Integer, List<Object>> image = message(value, 4);
      assertEquals(List.of(28L), image.get(1)); // height
      assertEquals(List.of(300L), image.get(2)); // width, a varint of two bytes
      assertArrayEquals(png, (byte[]) image.get(4).get(0));

      Map<Integer, List<Object>> histogram =
          message(message(message(fields(records.get(2)), 5), 1), 5);
      // min, max, num, sum, sum_squares of -1, 0, 0.5, 3
      double[] expected = {-1, 3, 4, 2.5, 10.25};
      for (int i = 0; i < expected.length; i++) {
        assertEquals(List.of(bits(expected[i])), histogram.get(i + 1));
      }
      assertArrayEquals(new double[] {1, 3}, doubles(histogram, 6)); // bucket_limit
      assertArrayEquals(new double[] {3, 1}, doubles(histogram, 7)); // bucket
    }
  }

  @Test
  void resumesWithAnEventThatMakesOlderOnesOfLaterStepsForgotten() throws IOException {
    EventFile.create(folder).close();
    try (EventFile events = EventFile.resume(folder, 230)) {
      Map<Integer, List<Object>> event = fields(records(events.path()).get(1));
      assertEquals(List.of(231L), event.get(2));
      assertEquals(Map.of(1, List.of(1L)), message(event, 7)); // session_log: status START
    }
    try (var files = Files.list(folder)) {
      assertEquals(2, files.count());
    }
  }

  @Test
  void takesBackAnEventThatAFullDiskCuts() throws IOException {
    FullDisk disk = new FullDisk(24 + 16 + 5);
    try (EventFile events = EventFile.create(folder, CLOCK, disk::over)) {
      RunFolderException failure =
          assertThrows(RunFolderException.class, () -> events.scalars(1, Map.of("a", 1.0)));
      assertTrue(failure.getMessage().contains("No space left on device"), failure.getMessage());
      assertEquals(1, records(events.path()).size());
      disk.clear();
      events.scalars(2, Map.of("a", 1.0));
      events.force();
      assertEquals(List.of(2L), fields(records(events.path()).get(1)).get(2));
    }
  }

  @Test
  void saysThatAFolderCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    RunFolderException failure =
        assertThrows(RunFolderException.class, () -> EventFile.create(file));
    assertTrue(failure.getMessage().contains(" cannot be created ("), failure.getMessage());
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  private static int unmask(int masked) {
    int rotated = masked - 0xa282ead8;
    return rotated >>> 17 | rotated << 15;
  }

  /** CRC-32C bit by bit: the reflected polynomial 0x82F63B78. */
  private static int crc32c(byte[] bytes) {
    int crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82F63B78;
      }
    }
    return ~crc;
  }

  private static List<byte[]> records(Path path) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (file.hasRemaining()) {
      byte[] length = new byte[8];
      file.get(length);
      assertEquals(crc32c(length), unmask(file.getInt()));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      file.get(data);
      assertEquals(crc32c(data), unmask(file.getInt()));
      records.add(data);
    }
    return records;
  }

  /** The fields of a message: a long, int or byte array for each occurrence of a number. */
  private static Map<Integer, List<Object>> fields(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    Map<Integer, List<Object>> fields = new TreeMap<>();
    while (in.hasRemaining()) {
      long key = varint(in);
      Object value =
          switch ((int) (key & 7)) {
            case 0 -> varint(in);
            case 1 -> in.getLong();
            case 2 -> {
              byte[] bytes = new byte[(int) varint(in)];
              in.get(bytes);
              yield bytes;
            }
            case 5 -> in.getInt();
            default -> throw new AssertionError("wire type " + (key & 7));
          };
      fields.computeIfAbsent((int) (key >>> 3), k -> new ArrayList<>()).add(value);
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private static Map<Integer, List<Object>> message(Map<Integer, List<Object>> of, int field) {
    return fields((byte[]) of.get(field).get(0));
  }

  private static double[] doubles(Map<Integer, List<Object>> of, int field) {
    ByteBuffer packed =
        ByteBuffer.wrap((byte[]) of.get(field).get(0)).order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[packed.remaining() / 8];
    packed.asDoubleBuffer().get(values);
    return values;
  }

  /** The fields with every byte array as text. */
  private static Map<Integer, List<Object>> texts(Map<Integer, List<Object>> fields) {
    Map<Integer, List<Object>> texts = new TreeMap<>();
    fields.forEach(
        (number, values) ->
            texts.put(
                number,
                values.stream()
                    .map(v -> v instanceof byte[] b ? new String(b, StandardCharsets.UTF_8) : v)
                    .toList()));
    return texts;
  }
}
