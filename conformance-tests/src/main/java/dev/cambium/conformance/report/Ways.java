package dev.cambium.conformance.report;

import dev.cambium.runtime.Coverage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The columns of the matrix: the ways in which an operation can run. */
final class Ways {
  /** Best first; the last, empty one is for cases of which no way is known. */
  static final List<Optional<Coverage.How>> ALL = all();

  private Ways() {}

  private static List<Optional<Coverage.How>> all() {
    List<Optional<Coverage.How>> all = new ArrayList<>();
    Arrays.stream(Coverage.How.values()).map(Optional::of).forEach(all::add);
    all.add(Optional.empty());
    return List.copyOf(all);
  }

  /** The name of a column. */
  static String name(Optional<Coverage.How> how) {
    return how.map(way -> way.name().toLowerCase(Locale.ROOT)).orElse("other");
  }
}
