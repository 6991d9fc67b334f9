package dev.cambium.runtime;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.cambium.runtime.SafetensorsHeader.Entry;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the JSON header of a safetensors file, token by token: nothing that stands in it is
 * believed before it is checked, and nothing is allocated by a size that it claims.
 */
final class SafetensorsHeaderParser {
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private final Path file;
  private final JsonParser json;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private Map<String, String> metadata;

  private SafetensorsHeaderParser(Path file, JsonParser json) {
    this.file = file;
    this.json = json;
  }

  /**
   * The header that {@code bytes} hold, checked against the bytes of data that follow it.
   *
   * @throws SafetensorsException when it is no header of this format, or does not describe exactly
   *     {@code dataBytes} bytes
   */
  static SafetensorsHeader parse(Path file, byte[] bytes, long dataBytes)
      throws SafetensorsException {
    if (bytes.length == 0 || bytes[0] != '{') {
      throw new SafetensorsException(
          file,
          null,
          "the header does not start with '{'",
          "a JSON object: is it a safetensors file?");
    }
    try (InputStreamReader text =
            new InputStreamReader(
                new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder());
        JsonParser json = JSON.createParser(text)) {
      return new SafetensorsHeaderParser(file, json).header(dataBytes);
    } catch (SafetensorsException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw damaged(file, e.getOriginalMessage(), e);
    } catch (CharacterCodingException e) {
      throw damaged(file, "not UTF-8", e);
    } catch (IOException e) {
      throw damaged(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static SafetensorsException damaged(Path file, String reason, IOException cause) {
    SafetensorsException failure =
        new SafetensorsException(
            file, null, "the header is not valid JSON (" + reason + ")", "an undamaged file");
    failure.initCause(cause);
    return failure;
  }

  private SafetensorsHeader header(long dataBytes) throws IOException {
    json.nextToken();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals(SafetensorsHeader.METADATA)) {
        readMetadata();
      } else if (entries.put(name, entry(name)) != null) {
        throw wrong(name, "it stands in the header twice", "every name once");
      }
    }
    if (json.nextToken() != null) {
      throw wrong(null, "something follows the header's JSON object", "spaces only");
    }
    List<Entry> inOrder = new ArrayList<>(entries.values());
    inOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    checkCovered(inOrder, dataBytes);
    return new SafetensorsHeader(inOrder, metadata == null ? Map.of() : metadata);
  }

  private void readMetadata() throws IOException {
    String expected = "one object of texts";
    if (metadata != null) {
      throw wrong(null, SafetensorsHeader.METADATA + " stands in the header twice", expected);
    }
    metadata = new LinkedHashMap<>();
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw wrong(null, SafetensorsHeader.METADATA + " is " + found(), expected);
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw wrong(null, SafetensorsHeader.METADATA + " '" + key + "' is " + found(), expected);
      }
      if (metadata.put(key, json.getText()) != null) {
        throw wrong(null, SafetensorsHeader.METADATA + " has '" + key + "' twice", expected);
      }
    }
  }

  private Entry entry(String name) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw wrong(name, "its entry is " + found(), "an object of dtype, shape and data_offsets");
    }
    DType dtype = null;
    int[] shape = null;
    long[] offsets = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      boolean twice = false;
      json.nextToken();
      switch (key) {
        case "dtype" -> {
          twice = dtype != null;
          dtype = dtype(name);
        }
        case "shape" -> {
          twice = shape != null;
          shape = shape(name);
        }
        case "data_offsets" -> {
          twice = offsets != null;
          offsets = numbers(name, key);
        }
        default -> json.skipChildren();
      }
      if (twice) {
        throw wrong(name, key + " stands in its entry twice", "once");
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      String missing = dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets";
      throw wrong(name, "its entry has no " + missing, "dtype, shape and data_offsets");
    }
    return checked(name, dtype, shape, offsets);
  }

  private Entry checked(String name, DType dtype, int[] shape, long[] offsets)
      throws SafetensorsException {
    String was = "data_offsets were " + Arrays.toString(offsets);
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw wrong(name, was, "[begin, end] with begin <= end");
    }
    long bytes;
    TensorType type;
    try {
      type = new TensorType(dtype, Shape.of(shape));
      bytes = type.bytes();
    } catch (ArithmeticException e) {
      throw wrong(name, "shape was " + Arrays.toString(shape), "a size below 2^63 bytes");
    }
    if (bytes != offsets[1] - offsets[0]) {
      throw wrong(
          name,
          was + ", which is " + (offsets[1] - offsets[0]) + " bytes",
          bytes + " bytes for its type " + type);
    }
    if (bytes > Integer.MAX_VALUE) {
      throw wrong(name, "its type " + type + " is " + bytes + " bytes", "at most 2147483647 bytes");
    }
    return new Entry(name, type, offsets[0], offsets[1]);
  }

  private DType dtype(String name) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      for (DType dtype : DType.values()) {
        if (SafetensorsHeader.dtypeName(dtype).equals(json.getText())) {
          return dtype;
        }
      }
    }
    throw wrong(name, "dtype was " + found(), "F32, F64, I32, I64 or U8: convert it first");
  }

  private int[] shape(String name) throws IOException {
    long[] dimensions = numbers(name, "shape");
    for (long dimension : dimensions) {
      if (dimension > Integer.MAX_VALUE) {
        throw wrong(
            name, "shape was " + Arrays.toString(dimensions), "dimensions of at most 2147483647");
      }
    }
    return Arrays.stream(dimensions).mapToInt(d -> (int) d).toArray();
  }

  /** An array of whole numbers, none of them negative. */
  private long[] numbers(String name, String key) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw wrong(name, key + " was " + found(), "an array of whole numbers");
    }
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      boolean whole =
          json.currentToken() == JsonToken.VALUE_NUMBER_INT
              && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (!whole || json.getLongValue() < 0) {
        throw wrong(name, key + " holds " + found(), "whole numbers from 0 to 2^63 - 1");
      }
      numbers.add(json.getLongValue());
    }
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private void checkCovered(List<Entry> inOrder, long dataBytes) throws SafetensorsException {
    long covered = 0;
    for (Entry entry : inOrder) {
      String was = "data_offsets were [" + entry.begin() + ", " + entry.end() + "]";
      if (entry.end() > dataBytes) {
        throw wrong(
            entry.name(),
            was,
            "offsets within the file's " + dataBytes + " bytes of data: is it truncated?");
      }
      if (entry.begin() != covered) {
        String kind = entry.begin() < covered ? "an overlap" : "a gap";
        throw wrong(entry.name(), was + ", " + kind, "its data to begin at " + covered);
      }
      covered = entry.end();
    }
    if (covered != dataBytes) {
      throw wrong(null, dataBytes + " bytes of data", covered + " bytes, the sum of its tensors");
    }
  }

  private String found() throws IOException {
    JsonToken token = json.currentToken();
    if (token == null) {
      return "the end of the header";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "'" + abbreviated(json.getText()) + "'";
      default -> abbreviated(json.getText());
    };
  }

  private static String abbreviated(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }

  private SafetensorsException wrong(String tensor, String was, String expected) {
    return new SafetensorsException(file, tensor, was, expected);
  }
}
