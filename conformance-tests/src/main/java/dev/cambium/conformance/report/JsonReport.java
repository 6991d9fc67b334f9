package dev.cambium.conformance.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.runtime.Coverage;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A report as JSON, for other programs. Its fields are described by the JSON Schema {@value
 * #SCHEMA} beside this class.
 */
public final class JsonReport {
  /** The resource with the JSON Schema. */
  public static final String SCHEMA = "conformance-report.schema.json";

  /** What the field {@code version} says; a change that a reader has to know of raises it. */
  public static final int VERSION = 1;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final double NANOS_PER_SECOND = 1e9;

  private final ConformanceReport report;

  /** Of a finished run. */
  public JsonReport(ConformanceReport report) {
    this.report = report;
  }

  /** The whole file. */
  public String text() {
    try {
      return JSON.writeValueAsString(root()) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the report cannot be written as JSON", e);
    }
  }

  private ObjectNode root() {
    ObjectNode root = NODES.objectNode();
    root.put("format", "cambium-conformance").put("version", VERSION);
    root.put("backend", report.backend()).put("device", report.description());
    Environment environment = report.environment();
    ObjectNode in = root.putObject("environment");
    in.put("cambium", environment.cambium());
    in.put("java", environment.java()).put("os", environment.os());
    in.set("settings", strings(environment.settings()));
    root.put("started", report.started().toString());
    root.put("seconds", seconds(report.elapsed().toNanos()));
    root.put("conforming", report.isConforming());
    ObjectNode counts = root.putObject("counts").put("suite", report.suite());
    counts.put("cases", report.results().size());
    for (Status status : Status.values()) {
      counts.put(name(status), report.count(status));
    }
    ArrayNode operations = root.putArray("operations");
    report.summaries().forEach(row -> operations.add(operation(row)));
    ObjectNode observations = root.putObject("observations");
    report
        .observations()
        .forEach((what, found) -> found.forEach(observations.withArray(what)::add));
    ArrayNode cases = root.putArray("cases");
    report.results().forEach(result -> cases.add(examined(result)));
    return root;
  }

  private static ObjectNode operation(OpSummary row) {
    ObjectNode node = NODES.objectNode().put("name", row.name());
    node.put("kind", row.isOperation() ? "operation" : "group");
    node.put("seconds", seconds(row.nanoseconds()));
    ObjectNode ways = node.putObject("ways");
    for (Optional<Coverage.How> how : Ways.ALL) {
      ObjectNode counts = ways.putObject(Ways.name(how));
      for (Status status : Status.values()) {
        counts.put(name(status), row.count(how, status));
      }
    }
    ArrayNode reasons = node.putArray("reasons");
    row.reasons()
        .forEach(
            (reason, count) ->
                reasons
                    .addObject()
                    .put("how", Ways.name(Optional.of(reason.how())))
                    .put("reason", reason.text())
                    .put("cases", count));
    return node;
  }

  private static ObjectNode examined(CaseResult result) {
    ObjectNode node = NODES.objectNode().put("id", result.id());
    node.put("operation", result.op().isEmpty() ? null : result.op());
    node.put("status", name(result.status()));
    node.put("how", Ways.name(result.how()));
    node.put("seconds", seconds(result.nanoseconds()));
    result.reasons().forEach(node.putArray("reasons")::add);
    node.set("observations", strings(result.observations()));
    node.put("message", result.message()).put("rerun", result.rerun());
    return node;
  }

  private static ObjectNode strings(Map<String, String> map) {
    ObjectNode node = NODES.objectNode();
    map.forEach(node::put);
    return node;
  }

  private static String name(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static double seconds(long nanoseconds) {
    return nanoseconds / NANOS_PER_SECOND;
  }
}
