package dev.cambium.conformance.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** As much of JSON Schema as the report's needs; another keyword is an error. */
final class JsonSchema {
  private static final Set<String> KEYWORDS =
      Set.of(
          "$schema",
          "title",
          "type",
          "required",
          "properties",
          "additionalProperties",
          "items",
          "enum",
          "const",
          "minimum",
          "format");

  private final JsonNode root;
  private final List<String> faults = new ArrayList<>();

  JsonSchema(JsonNode root) {
    this.root = root;
  }

  /** What is wrong with a document, each with the place. */
  List<String> faults(JsonNode document) {
    faults.clear();
    check("/", root, document);
    return List.copyOf(faults);
  }

  /** The paths of all fields that have a name in the schema. */
  List<String> fields() {
    List<String> fields = new ArrayList<>();
    collect("", root, fields);
    return fields;
  }

  private static void collect(String path, JsonNode schema, List<String> to) {
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              String field = path + (path.isEmpty() ? "" : ".") + property.getKey();
              to.add(field);
              collect(field, property.getValue(), to);
            });
    if (schema.has("items")) {
      collect(path + "[]", schema.get("items"), to);
    }
    if (schema.path("additionalProperties").isObject()) {
      collect(path + ".*", schema.get("additionalProperties"), to);
    }
  }

  private void check(String path, JsonNode schema, JsonNode value) {
    schema.fieldNames().forEachRemaining(JsonSchema::requireKnown);
    if (schema.has("type") && !isOfAnyType(schema.get("type"), value)) {
      faults.add(path + ": is no " + schema.get("type").asText());
      return;
    }
    if (schema.has("const") && !schema.get("const").equals(value)) {
      faults.add(path + ": is not " + schema.get("const"));
    }
    if (schema.has("enum") && !contains(schema.get("enum"), value)) {
      faults.add(path + ": is none of " + schema.get("enum"));
    }
    if (schema.has("minimum") && value.asDouble() < schema.get("minimum").asDouble()) {
      faults.add(path + ": is below " + schema.get("minimum"));
    }
    if (schema.path("format").asText().equals("date-time") && !isTime(value.asText())) {
      faults.add(path + ": is no time");
    }
    checkFields(path, schema, value);
    for (int i = 0; schema.has("items") && i < value.size(); i++) {
      check(inside(path, Integer.toString(i)), schema.get("items"), value.get(i));
    }
  }

  private void checkFields(String path, JsonNode schema, JsonNode value) {
    for (JsonNode required : schema.path("required")) {
      if (!value.has(required.asText())) {
        faults.add(path + ": has no " + required.asText());
      }
    }
    JsonNode others = schema.path("additionalProperties");
    value
        .properties()
        .forEach(
            field -> {
              String inside = inside(path, field.getKey());
              if (schema.path("properties").has(field.getKey())) {
                check(inside, schema.get("properties").get(field.getKey()), field.getValue());
              } else if (others.isObject()) {
                check(inside, others, field.getValue());
              } else {
                faults.add(inside + ": is not foreseen");
              }
            });
  }

  private static String inside(String path, String name) {
    return path.equals("/") ? path + name : path + "/" + name;
  }

  private static void requireKnown(String keyword) {
    if (!KEYWORDS.contains(keyword)) {
      throw new IllegalArgumentException("keyword " + keyword + " is not checked by this class");
    }
  }

  private static boolean isOfAnyType(JsonNode types, JsonNode value) {
    if (types.isTextual()) {
      return isOfType(types.asText(), value);
    }
    for (JsonNode type : types) {
      if (isOfType(type.asText(), value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfType(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "number" -> value.isNumber();
      case "integer" -> value.isIntegralNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new IllegalArgumentException("type " + type + " is not known");
    };
  }

  private static boolean contains(JsonNode array, JsonNode value) {
    for (JsonNode element : array) {
      if (element.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isTime(String text) {
    try {
      return Instant.parse(text).isAfter(Instant.EPOCH);
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
