package dev.cambium.conformance.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private final String page = new HtmlReport(Samples.mixed()).text();

  @Test
  void saysTheVerdictFirstAndFailuresBeforeTheMatrix() {
    int verdict = page.indexOf("does not conform");
    int failure = page.indexOf("output 0 at [1, 4] expected 1.5, got 2.5");
    int rerun = page.indexOf("<pre>again &#39;Linear/x[2, 3] to 5/reals&#39;</pre>");
    int matrix = page.indexOf("<table class=\"matrix\">");
    assertTrue(0 < verdict && verdict < failure, page);
    assertTrue(failure < rerun && rerun < matrix, page);
    assertTrue(
        new HtmlReport(Samples.of(3))
            .text()
            .contains("<p class=\"verdict good\">conforms: every case of the suite passed</p>"));
  }

  @Test
  void ofAPartOfTheSuiteItDoesNotSayThatTheBackendConforms() {
    String part = new HtmlReport(Samples.partOf(10, Samples.of(3))).text();
    assertTrue(part.contains("every chosen case passed, 3 of the suite's 10"), part);
    assertFalse(part.contains("conforms:"), part);
  }

  @Test
  void needsNoOtherFileAndNoScript() {
    assertFalse(page.contains("<script"), page);
    assertFalse(Pattern.compile("\\b(src|href)=\"(?!#)").matcher(page).find(), page);
    assertFalse(page.contains("url("), page);
    assertFalse(page.contains("@import"), page);
  }

  @Test
  void nothingThatABackendSaysIsMarkup() {
    assertTrue(
        page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot; é"));
    assertTrue(page.contains("a toy &lt;device&gt;"));
    assertEquals(
        "&lt;a b=&quot;&amp;&quot;&gt;\uFFFD", new Html().text("<a b=\"&\">\0").toString());
  }

  @Test
  void everyCaseIsListedUnderItsOperationToWhichTheMatrixLeads() {
    List<String> targets = all("<details id=\"([^\"]+)\"");
    assertEquals(targets, all("<a href=\"#([^\"]+)\""));
    assertEquals(List.of("Dropout", "Linear", "Memory"), all("<summary><b>([^<]+)"));
    for (String id : List.of("x[2, 3] to 4/integers", "x[8]/normal", "all of it is given back")) {
      assertTrue(page.contains("<td>" + id + "<td>"), id);
    }
    assertTrue(page.contains("<tr class=bad><td>x[2, 3] to 5/reals<td>failed<td>native<td>1.5 ms"));
  }

  private List<String> all(String regex) {
    Matcher matcher = Pattern.compile(regex).matcher(page);
    return matcher.results().map(match -> match.group(1)).toList();
  }

  @Test
  void fiveThousandCasesStayBelowAMegabyte() {
    String large = new HtmlReport(Samples.of(5000)).text();
    assertTrue(large.contains("case 4999/integers"));
    int bytes = large.getBytes(StandardCharsets.UTF_8).length;
    assertTrue(bytes < 1_000_000, bytes + " bytes");
  }
}
