package dev.cambium.conformance.report;

/** HTML that grows at its end. */
final class Html {
  private final StringBuilder page = new StringBuilder();

  /** Appends markup as it is. */
  Html raw(String markup) {
    page.append(markup);
    return this;
  }

  /** Appends text, in which nothing is markup; what HTML has no character for becomes U+FFFD. */
  Html text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> page.append("&amp;");
        case '<' -> page.append("&lt;");
        case '>' -> page.append("&gt;");
        case '"' -> page.append("&quot;");
        case '\'' -> page.append("&#39;");
        default -> page.append(Character.isISOControl(c) && c != '\n' && c != '\t' ? '\uFFFD' : c);
      }
    }
    return this;
  }

  /** Appends text between tags. */
  Html element(String tag, String text) {
    return raw("<" + tag + ">").text(text).raw("</" + tag + ">");
  }

  /** Begins anew. */
  void clear() {
    page.setLength(0);
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
