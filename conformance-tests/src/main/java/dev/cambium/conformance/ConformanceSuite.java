package dev.cambium.conformance;

import static java.util.stream.Collectors.toList;

import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.net.NetCases;
import dev.cambium.conformance.op.OpCases;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The cases of the suite. */
public final class ConformanceSuite {
  private ConformanceSuite() {}

  /**
   * Every case for a backend, those of one group together.
   *
   * @param backend the provider's name: {@code reference}, which others are compared with, has a
   *     part of its own
   */
  public static List<ConformanceCase> cases(String backend) {
    List<ConformanceCase> cases =
        (backend.equals("reference") ? ofReference() : ofOthers()).flatMap(List::stream).toList();
    requireDistinct(cases.stream().map(ConformanceCase::id).toList());
    return cases.stream()
        .collect(Collectors.groupingBy(ConformanceCase::group, LinkedHashMap::new, toList()))
        .values()
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  /** An id as a pattern must match one case: no other is equal, or goes on after a slash. */
  static void requireDistinct(List<String> all) {
    Set<String> ids = new HashSet<>();
    for (String id : all) {
      if (!ids.add(id)) {
        throw new IllegalStateException("two cases have the id '" + id + "'");
      }
    }
    for (String id : all) {
      for (int slash = id.indexOf('/'); slash >= 0; slash = id.indexOf('/', slash + 1)) {
        if (ids.contains(id.substring(0, slash))) {
          throw new IllegalStateException(
              "the case '" + id.substring(0, slash) + "' is the beginning of '" + id + "'");
        }
      }
    }
  }

  private static Stream<List<ConformanceCase>> ofOthers() {
    return Stream.of(
        NetCases.memory(),
        OpCases.literals(),
        OpCases.all(),
        OpCases.sequences(),
        NetCases.agreement(),
        NetCases.bits());
  }

  /** It would be compared with itself: what it computes is checked by other means. */
  private static Stream<List<ConformanceCase>> ofReference() {
    return Stream.of(
        NetCases.memory(),
        OpCases.literals(),
        OpCases.gradients(),
        NetCases.gradients(),
        OpCases.lowerings(),
        OpCases.withoutOracle(),
        OpCases.aliasing(),
        OpCases.sequences(),
        NetCases.bits());
  }

  /**
   * Those whose id matches.
   *
   * @param pattern an id in which {@code *} stands for any characters, or the beginning of an id up
   *     to one of its slashes
   * @throws IllegalArgumentException when there is none
   */
  public static List<ConformanceCase> matching(List<ConformanceCase> cases, String pattern) {
    Pattern regex = regex(pattern);
    List<ConformanceCase> matching =
        cases.stream().filter(c -> regex.matcher(c.id()).matches()).toList();
    if (matching.isEmpty()) {
      String groups =
          cases.stream().map(ConformanceCase::group).distinct().collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "no case matches '"
              + pattern
              + "'; a pattern is an id with * for any characters, or its beginning: "
              + groups);
    }
    return matching;
  }

  /** Whether a case's id matches, as in {@link #matching}. */
  static boolean matches(ConformanceCase examined, String pattern) {
    return regex(pattern).matcher(examined.id()).matches();
  }

  private static Pattern regex(String pattern) {
    return Pattern.compile(
        Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"))
            + "(/.*)?");
  }
}
