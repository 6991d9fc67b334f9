package dev.cambium.runtime;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON header of a safetensors file: what lies where in the bytes behind it.
 *
 * @param entries the tensors in the order of their data, without gap or overlap
 * @param metadata the texts under {@value #METADATA}
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {
  /** The one key of the header that is not a tensor. */
  static final String METADATA = "__metadata__";

  /** The longest header that is read or written, the limit of the format's own library. */
  static final int MAXIMUM_BYTES = 100_000_000;

  private static final int ALIGNMENT = 8;

  /**
   * A tensor in the file.
   *
   * @param begin the offset of its first byte behind the header
   * @param end the offset behind its last byte
   */
  record Entry(String name, TensorType type, long begin, long end) {}

  /** The format's name of an element type. */
  static String dtypeName(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> "F32";
      case FLOAT64 -> "F64";
      case INT32 -> "I32";
      case INT64 -> "I64";
      case UINT8 -> "U8";
    };
  }

  /**
   * The header of a file with the given content. Data lie by falling element size, then by name, so
   * that every tensor is aligned and the same content always gives the same bytes.
   */
  static SafetensorsHeader of(Map<String, HostArray> tensors, Map<String, String> metadata) {
    List<String> names = new ArrayList<>(tensors.keySet());
    names.sort(
        Comparator.comparing((String name) -> -tensors.get(name).dtype().bytes())
            .thenComparing(Comparator.naturalOrder()));
    List<Entry> entries = new ArrayList<>();
    long offset = 0;
    for (String name : names) {
      checkText("name of a tensor", name);
      if (name.equals(METADATA)) {
        throw new IllegalArgumentException(
            "a tensor cannot be named " + METADATA + ": the format keeps that name for itself");
      }
      TensorType type = tensors.get(name).type();
      entries.add(new Entry(name, type, offset, offset + type.bytes()));
      offset += type.bytes();
    }
    metadata.forEach(
        (key, value) -> {
          checkText("key of the metadata", key);
          checkText("metadata '" + key + "'", value);
        });
    return new SafetensorsHeader(entries, new TreeMap<>(metadata));
  }

  private static void checkText(String what, String text) {
    CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    if (text == null || !encoder.canEncode(text)) {
      throw new IllegalArgumentException(
          "the " + what + " must be text that UTF-8 can hold, got " + text);
    }
  }

  /** The bytes of the header, padded with spaces so that the data behind it are aligned. */
  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      writeTo(json);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    if (bytes.size() > MAXIMUM_BYTES) {
      throw new IllegalArgumentException(
          "the header of names, shapes and metadata would be "
              + bytes.size()
              + " bytes; the format allows "
              + MAXIMUM_BYTES);
    }
    return bytes.toByteArray();
  }

  private void writeTo(JsonGenerator json) throws IOException {
    json.writeStartObject();
    if (!metadata.isEmpty()) {
      json.writeObjectFieldStart(METADATA);
      for (Map.Entry<String, String> text : metadata.entrySet()) {
        json.writeStringField(text.getKey(), text.getValue());
      }
      json.writeEndObject();
    }
    for (Entry entry : entries) {
      json.writeObjectFieldStart(entry.name());
      json.writeStringField("dtype", dtypeName(entry.type().dtype()));
      json.writeArrayFieldStart("shape");
      for (int dimension : entry.type().shape().toArray()) {
        json.writeNumber(dimension);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("data_offsets");
      json.writeNumber(entry.begin());
      json.writeNumber(entry.end());
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndObject();
  }
}
