package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  /**
   * Written by safetensors 0.8.0 for Python with NumPy: {@code save({"num_batches_tracked":
   * int64(7), "weight": float32([[1, 2, 3], [4, 5, 6.5]]), "bias": float64([-0.5, 0.25]), "label":
   * int32([-1]), "pixels": uint8([0, 127, 255]), "empty": float32 of shape [0, 4]},
   * metadata={"format": "pt", "ü": "naïve"})}.
   */
  private static final String FROM_PYTHON =
      "oAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyLDvCI6Im5hw692ZSIsImZvcm1hdCI6InB0In0sIm51bV9iYXRjaGVzX3Ry"
          + "YWNrZWQiOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzAsOF19LCJiaWFzIjp7ImR0"
          + "eXBlIjoiRjY0Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbOCwyNF19LCJlbXB0eSI6eyJkdHlwZSI6IkYz"
          + "MiIsInNoYXBlIjpbMCw0XSwiZGF0YV9vZmZzZXRzIjpbMjQsMjRdfSwid2VpZ2h0Ijp7ImR0eXBlIjoiRjMyIiwi"
          + "c2hhcGUiOlsyLDNdLCJkYXRhX29mZnNldHMiOlsyNCw0OF19LCJsYWJlbCI6eyJkdHlwZSI6IkkzMiIsInNoYXBl"
          + "IjpbMV0sImRhdGFfb2Zmc2V0cyI6WzQ4LDUyXX0sInBpeGVscyI6eyJkdHlwZSI6IlU4Iiwic2hhcGUiOlszXSwi"
          + "ZGF0YV9vZmZzZXRzIjpbNTIsNTVdfX0gIAcAAAAAAAAAAAAAAAAA4L8AAAAAAADQPwAAgD8AAABAAABAQAAAgEAA"
          + "AKBAAADQQP////8Af/8=";

  @TempDir Path folder;

  @Test
  void readsAFileOfTheFormatsOwnLibrary() throws IOException {
    Path file = folder.resolve("python.safetensors");
    Files.write(file, Base64.getDecoder().decode(FROM_PYTHON));
    Safetensors read = Safetensors.read(file);

    assertEquals(Map.of("format", "pt", "ü", "naïve"), read.metadata());
    assertEquals(file, read.file());
    assertEquals(6, read.tensors().size());
    HostArray weight = read.tensors().get("weight");
    assertEquals(TensorType.float32(2, 3), weight.type());
    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6.5}, weight.toDoubles());
    HostArray bias = read.tensors().get("bias");
    assertEquals(TensorType.of(DType.FLOAT64, 2), bias.type());
    assertArrayEquals(new double[] {-0.5, 0.25}, bias.toDoubles());
    HostArray tracked = read.tensors().get("num_batches_tracked");
    assertEquals(TensorType.of(DType.INT64), tracked.type());
    assertEquals(7, tracked.scalar());
    assertEquals(-1, read.tensors().get("label").scalar());
    assertEquals(TensorType.of(DType.INT32, 1), read.tensors().get("label").type());
    HostArray pixels = read.tensors().get("pixels");
    assertEquals(TensorType.of(DType.UINT8, 3), pixels.type());
    assertArrayEquals(new double[] {0, 127, 255}, pixels.toDoubles());
    assertEquals(TensorType.float32(0, 4), read.tensors().get("empty").type());

    Map<String, TensorType> types = new LinkedHashMap<>();
    read.tensors().forEach((name, array) -> types.put(name, array.type()));
    assertEquals(types, Safetensors.readTypes(file));
    assertEquals(
        new ArrayList<>(types.keySet()), List.copyOf(Safetensors.readTypes(file).keySet()));
  }

  @Test
  void givesBackWhatWasWrittenToTheBit() throws IOException {
    int payload = 0x7FA12345; // a NaN with a payload
    HostArray odd = HostArray.allocate(TensorType.float32(3));
    odd.bytes().asIntBuffer().put(new int[] {payload, Float.floatToRawIntBits(-0f), 1});
    Map<String, HostArray> tensors = sample();
    tensors.put("odd", odd);
    Map<String, String> metadata = Map.of("epoch", "3", "text", "line\n\"quoted\" \\ \u0001 日本 😀");
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, tensors, metadata);

    Safetensors read = Safetensors.read(file);
    assertEquals(metadata, read.metadata());
    assertEquals(tensors.keySet(), read.tensors().keySet());
    tensors.forEach(
        (name, array) -> {
          assertEquals(array.type(), read.tensors().get(name).type(), name);
          assertEquals(array.bytes(), read.tensors().get(name).bytes(), name);
        });
    assertEquals(payload, read.tensors().get("odd").bytes().getInt(0));
  }

  @Test
  void writesTheBytesThatTheFormatDefines() throws IOException {
    Map<String, HostArray> tensors = new LinkedHashMap<>();
    tensors.put("b", HostArray.of(Shape.of(1), 1f));
    tensors.put("a", HostArray.of(Shape.of(1, 2), 2f, -1f));
    tensors.put("z", HostArray.scalar(DType.INT64, 258));
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, tensors, Map.of("k", "v"));

    String json =
        "{\"__metadata__\":{\"k\":\"v\"},"
            + "\"z\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[8,16]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[16,20]}}";
    int padded = (json.length() + 7) / 8 * 8;
    ByteBuffer expected = ByteBuffer.allocate(8 + padded + 20).order(ByteOrder.LITTLE_ENDIAN);
    expected.putLong(padded);
    expected.put((json + " ".repeat(padded - json.length())).getBytes(StandardCharsets.UTF_8));
    expected.putLong(258).putFloat(2).putFloat(-1).putFloat(1);
    assertArrayEquals(expected.array(), Files.readAllBytes(file));
  }

  @Test
  void writesTheSameBytesWhateverTheOrderOfTheMaps() throws IOException {
    Map<String, HostArray> reversed = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(sample().keySet());
    Collections.reverse(names);
    names.forEach(name -> reversed.put(name, sample().get(name)));
    Map<String, String> metadata = new LinkedHashMap<>(Map.of("a", "1"));
    metadata.put("b", "2");
    Map<String, String> other = new LinkedHashMap<>(Map.of("b", "2"));
    other.put("a", "1");
    Path one = folder.resolve("1");
    Path two = folder.resolve("2");
    Safetensors.write(one, sample(), metadata);
    Safetensors.write(two, reversed, other);
    assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two));
  }

  @Test
  void holdsNothingToo() throws IOException {
    Path file = folder.resolve("empty.safetensors");
    Safetensors.write(file, Map.of(), Map.of());
    assertEquals(Map.of(), Safetensors.read(file).tensors());
    assertEquals(Map.of(), Safetensors.read(file).metadata());
    assertEquals(16, Files.size(file)); // the length, and {} padded to 8
  }

  @Test
  void reversesEveryElementOnABigEndianMachine() {
    ByteBuffer four = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    Safetensors.swapToLittleEndian(four, 4, ByteOrder.BIG_ENDIAN);
    assertArrayEquals(new byte[] {4, 3, 2, 1, 8, 7, 6, 5}, four.array());
    ByteBuffer eight = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    Safetensors.swapToLittleEndian(eight, 8, ByteOrder.BIG_ENDIAN);
    assertArrayEquals(new byte[] {8, 7, 6, 5, 4, 3, 2, 1}, eight.array());
    Safetensors.swapToLittleEndian(eight, 8, ByteOrder.LITTLE_ENDIAN);
    Safetensors.swapToLittleEndian(eight, 1, ByteOrder.BIG_ENDIAN);
    assertArrayEquals(new byte[] {8, 7, 6, 5, 4, 3, 2, 1}, eight.array());
  }

  @Test
  void refusesNamesThatTheFormatCannotHold() {
    HostArray one = HostArray.scalar(DType.FLOAT32, 1);
    Path file = folder.resolve("a");
    for (Map<String, HostArray> tensors :
        List.of(Map.of("__metadata__", one), Map.of("a\uD800", one))) {
      IllegalArgumentException failure =
          assertThrows(
              IllegalArgumentException.class, () -> Safetensors.write(file, tensors, Map.of()));
      assertTrue(failure.getMessage().contains(tensors.keySet().iterator().next()));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> Safetensors.write(file, Map.of(), Map.of("k", "\uDC00")));
    assertFalse(Files.exists(file));
  }

  @Test
  void acceptsExactlyTheExpectedTensors() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, sample(), Map.of());
    Map<String, TensorType> expected = new LinkedHashMap<>();
    sample().forEach((name, array) -> expected.put(name, array.type()));
    assertEquals(sample().keySet(), Safetensors.read(file).require(expected).tensors().keySet());
  }

  @Test
  void namesEveryMissingUnexpectedAndMisshapenTensorAtOnce() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, sample(), Map.of());
    Map<String, TensorType> expected =
        Map.of(
            "fc.weight",
            TensorType.float32(3, 2),
            "fc.bias",
            TensorType.of(DType.INT32, 2),
            "head.weight",
            TensorType.float32(10),
            "head.bias",
            TensorType.float32(1));
    Safetensors read = Safetensors.read(file);
    SafetensorsException failure =
        assertThrows(SafetensorsException.class, () -> read.require(expected));
    assertEquals(
        file
            + ": it is without head.bias FLOAT32[1], head.weight FLOAT32[10]; "
            + "with unexpected pixels UINT8[3], steps INT64[]; "
            + "with another type: fc.bias FLOAT64[2], fc.weight FLOAT32[2, 3]; "
            + "expected fc.bias INT32[2], fc.weight FLOAT32[3, 2]; "
            + "4 tensors in all, those of the same architecture",
        failure.getMessage());
  }

  @Test
  void keepsTheOldFileByteForByteWhereverADiskFillsUp() throws IOException {
    Path file = folder.resolve("last.safetensors");
    Safetensors.write(file, sample(), Map.of("epoch", "1"));
    byte[] old = Files.readAllBytes(file);
    Map<String, HostArray> next = sample();
    next.put("fc.weight", HostArray.of(Shape.of(2, 3), 9f, 9f, 9f, 9f, 9f, 9f));
    for (int free = 0; free < old.length; free++) {
      int bytes = free;
      IOException failure =
          assertThrows(
              IOException.class,
              () ->
                  Safetensors.write(
                      file, next, Map.of("epoch", "2"), disk -> new FullDisk(bytes).over(disk)));
      assertTrue(failure.getMessage().contains("No space left on device"), failure.getMessage());
      assertArrayEquals(old, Files.readAllBytes(file), free + " bytes free");
      try (Stream<Path> files = Files.list(folder)) {
        assertEquals(List.of(file), files.toList());
      }
    }
    Safetensors.write(
        file, next, Map.of("epoch", "2"), disk -> new FullDisk(old.length).over(disk));
    assertEquals(9, Safetensors.read(file).tensors().get("fc.weight").get(0));
  }

  static Map<String, HostArray> sample() {
    Map<String, HostArray> tensors = new LinkedHashMap<>();
    tensors.put("fc.weight", HostArray.of(Shape.of(2, 3), 1f, 2f, 3f, 4f, 5f, 6f));
    tensors.put("fc.bias", HostArray.of(Shape.of(2), 0.1, -0.2));
    tensors.put("steps", HostArray.scalar(DType.INT64, 1L << 40));
    tensors.put("pixels", HostArray.of(TensorType.of(DType.UINT8, 3), new double[] {0, 7, 255}));
    return tensors;
  }
}
