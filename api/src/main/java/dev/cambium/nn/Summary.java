package dev.cambium.nn;

import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a network is made of: a row per layer with its output shape, its parameters and its
 * multiply-adds, all for one input shape. {@link #toString} is a table.
 *
 * @param input the shape of the input, batch included
 * @param rows the layers in the order in which they finish; layers that only hold others are left
 *     out
 * @param otherState elements of states that are saved but not trained (running statistics)
 */
public record Summary(Shape input, List<Row> rows, long otherState) {
  /**
   * One layer.
   *
   * @param path its path, empty for a network of a single layer
   * @param kind its kind, {@code Conv2d}
   * @param output the shape of its output
   * @param parameters the elements of its own trainable states
   * @param multiplyAdds the products that its own operations sum, for the whole batch
   */
  public record Row(String path, String kind, Shape output, long parameters, long multiplyAdds) {
    /** Checks that nothing is null. */
    public Row {
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(output, "output");
    }
  }

  private static final List<String> TITLES =
      List.of("layer", "kind", "output", "parameters", "multiply-adds");

  /** Copies the rows. */
  public Summary {
    Objects.requireNonNull(input, "input");
    rows = List.copyOf(rows);
  }

  /** The number of trainable numbers in the network. */
  public long parameters() {
    return rows.stream().mapToLong(Row::parameters).sum();
  }

  /** The products that one forward pass of the whole batch sums. */
  public long multiplyAdds() {
    return rows.stream().mapToLong(Row::multiplyAdds).sum();
  }

  /** The table: a header, a row per layer, the totals. */
  @Override
  public String toString() {
    List<List<String>> table = new ArrayList<>();
    table.add(TITLES);
    table.add(List.of("(input)", "", input.toString(), "", ""));
    for (Row row : rows) {
      table.add(
          List.of(
              row.path().isEmpty() ? "(network)" : row.path(),
              row.kind(),
              row.output().toString(),
              grouped(row.parameters()),
              grouped(row.multiplyAdds())));
    }
    table.add(List.of("total", "", "", grouped(parameters()), grouped(multiplyAdds())));
    String text = render(table);
    return otherState == 0
        ? text
        : text + "untrained state: " + grouped(otherState) + " elements\n";
  }

  private static String render(List<List<String>> table) {
    int[] widths = new int[TITLES.size()];
    for (List<String> row : table) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    String format =
        String.format(
            Locale.ROOT,
            "%%-%ds  %%-%ds  %%-%ds  %%%ds  %%%ds",
            widths[0],
            widths[1],
            widths[2],
            widths[3],
            widths[4]);
    StringBuilder text = new StringBuilder();
    for (List<String> row : table) {
      text.append(String.format(Locale.ROOT, format, row.toArray()).stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
