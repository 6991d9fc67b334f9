package dev.cambium.conformance.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class JsonReportTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode schema() throws IOException {
    try (InputStream in = JsonReport.class.getResourceAsStream(JsonReport.SCHEMA)) {
      return JSON.readTree(in);
    }
  }

  private static JsonNode read(ConformanceReport report) throws IOException {
    return JSON.readTree(new JsonReport(report).text());
  }

  private static JsonNode mixed() throws IOException {
    return read(Samples.mixed());
  }

  @Test
  void isWhatItsSchemaSays() throws IOException {
    assertEquals(List.of(), new JsonSchema(schema()).faults(mixed()));
  }

  @Test
  void theSchemaRefusesOtherFieldsMissingOnesAndOtherTypes() throws IOException {
    ObjectNode changed = (ObjectNode) mixed();
    changed.put("surprise", 1).put("seconds", "soon").remove("backend");
    ((ObjectNode) changed.at("/cases/0")).put("status", "perhaps");
    assertEquals(
        Set.of(
            "/: has no backend",
            "/surprise: is not foreseen",
            "/seconds: is no number",
            "/cases/0/status: is none of [\"passed\",\"failed\",\"skipped\"]"),
        Set.copyOf(new JsonSchema(schema()).faults(changed)));
  }

  @Test
  void aPartOfTheSuiteIsNoConformance() throws IOException {
    ConformanceReport whole = Samples.of(3);
    assertEquals("true", text(read(whole), "/conforming"));
    assertEquals("false", text(read(Samples.partOf(10, whole)), "/conforming"));
  }

  @Test
  void holdsWhatTheReportHolds() throws IOException {
    JsonNode root = mixed();
    assertEquals("toy:0", root.path("backend").asText());
    assertEquals(
        "{\"suite\":5,\"cases\":5,\"passed\":3,\"failed\":1,\"skipped\":1}", text(root, "/counts"));
    assertEquals("false", text(root, "/conforming"));
    assertEquals("12.34", text(root, "/seconds"));
    assertEquals("{\"ReLU of NaN\":[\"0\",\"NaN\"]}", text(root, "/observations"));
    assertEquals("\"Dropout\"", text(root, "/operations/0/name"));
    assertEquals(
        "{\"passed\":1,\"failed\":0,\"skipped\":1}", text(root, "/operations/0/ways/host"));
    assertEquals("2", text(root, "/operations/0/reasons/0/cases"));
    assertEquals("\"group\"", text(root, "/operations/2/kind"));
    assertEquals("null", text(root, "/cases/4/operation"));
    assertEquals(
        "Dropout/x[8]/normal: <script>alert('1')</script> & \"x\" é",
        root.at("/cases/3/message").asText());
    assertEquals("again 'Dropout/x[8]/normal'", root.at("/cases/3/rerun").asText());
  }

  private static String text(JsonNode root, String pointer) {
    return root.at(pointer).toString();
  }

  /** The page names every field with its path: {@code cases[].id}. */
  @Test
  void thePageDocumentsExactlyTheFieldsOfTheSchema() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "conformance-report.md"));
    Set<String> documented = new TreeSet<>();
    Matcher row = Pattern.compile("(?m)^\\| `([^`]+)` \\|").matcher(page);
    while (row.find()) {
      documented.add(row.group(1));
    }
    assertEquals(new TreeSet<>(new JsonSchema(schema()).fields()), documented);
    assertTrue(page.contains("`version`"), page);
  }
}
