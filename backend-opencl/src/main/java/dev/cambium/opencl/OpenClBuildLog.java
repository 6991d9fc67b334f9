package dev.cambium.opencl;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What matters of a compiler's log: its first errors, each with the line of the kernel that it is
 * about. Where a log names no line, its beginning.
 */
final class OpenClBuildLog {
  private static final int ERRORS = 5;
  private static final int LINES = 20;

  /** A position as all compilers write it, whatever stands before and after: FILE:LINE:COLUMN. */
  private static final Pattern POSITION = Pattern.compile("([\\w.-]+\\.c[lu]):(\\d+):\\d+");

  private static final Pattern MARK = Pattern.compile("#line (\\d+) \"(.*)\"");

  private OpenClBuildLog() {}

  /**
   * The first errors.
   *
   * @param log the compiler's
   * @param source what was compiled, with {@code #line} directives
   */
  static String errors(String log, String source) {
    List<String> errors =
        log.lines()
            .filter(line -> line.toLowerCase(Locale.ROOT).contains("error"))
            .filter(line -> POSITION.matcher(line).find())
            .toList();
    if (errors.isEmpty()) {
      return log.lines().limit(LINES).collect(Collectors.joining("\n"));
    }
    Map<String, String> lines = lines(source);
    String first =
        errors.stream()
            .limit(ERRORS)
            .map(error -> error.strip() + quote(error, lines))
            .collect(Collectors.joining("\n"));
    int more = errors.size() - ERRORS;
    return more > 0 ? first + "\n(and " + more + " more)" : first;
  }

  private static String quote(String error, Map<String, String> lines) {
    Matcher position = POSITION.matcher(error);
    String line = position.find() ? lines.get(position.group(1) + ":" + position.group(2)) : null;
    return line == null ? "" : "\n    " + line.strip();
  }

  /** The source's lines by FILE:LINE. */
  private static Map<String, String> lines(String source) {
    Map<String, String> lines = new HashMap<>();
    String file = "";
    int number = 1;
    for (String line : source.split("\n", -1)) {
      Matcher mark = MARK.matcher(line);
      if (mark.matches()) {
        number = Integer.parseInt(mark.group(1));
        file = mark.group(2);
      } else {
        lines.put(file + ":" + number++, line);
      }
    }
    return lines;
  }
}
