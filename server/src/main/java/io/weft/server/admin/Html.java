package io.weft.server.admin;

import java.util.List;
import java.util.Locale;

/**
 * Builds a page. Whatever it is given is text, and is escaped; elements come from the code alone.
 */
final class Html {
  private final StringBuilder page = new StringBuilder(16 * 1024);

  /** A cell of a table: its text, and its class for the style sheet. */
  record Cell(String text, String style) {
    static Cell text(String text) {
      return new Cell(text, "");
    }

    static Cell number(long value) {
      return new Cell(String.format(Locale.ROOT, "%,d", value), "number");
    }

    static Cell number(String text) {
      return new Cell(text, "number");
    }
  }

  /** Adds what is no data. */
  Html markup(String constant) {
    page.append(constant).append('\n');
    return this;
  }

  /** Adds an element that has text only. */
  Html element(String name, String style, String text) {
    page.append('<').append(name).append(" class=\"").append(style).append("\">");
    page.append(escape(text)).append("</").append(name).append(">\n");
    return this;
  }

  /** Adds a table, or a sentence when it would be empty. */
  Html table(List<String> heads, List<List<Cell>> rows, String otherwise) {
    if (rows.isEmpty()) {
      return element("p", "none", otherwise);
    }
    markup("<div class=\"scroll\"><table><thead><tr>");
    for (int column = 0; column < heads.size(); column++) {
      String style = rows.getFirst().get(column).style();
      element("th", style.equals("number") ? style : "", heads.get(column));
    }
    markup("</tr></thead><tbody>");
    for (List<Cell> row : rows) {
      markup("<tr>");
      row.forEach(cell -> element("td", cell.style(), cell.text()));
      markup("</tr>");
    }
    return markup("</tbody></table></div>");
  }

  private static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      switch (each) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        default -> safe.append(each);
      }
    }
    return safe.toString();
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
