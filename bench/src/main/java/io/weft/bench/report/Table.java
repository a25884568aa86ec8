package io.weft.bench.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A comparison as rows of text: for the terminal, and for the report. */
public final class Table {
  private Table() {}

  /** The head and one row for each candidate. Ratios stand behind what they compare. */
  public static List<List<String>> rows(Comparison comparison) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("candidate"));
    for (Figure figure : comparison.figures()) {
      head.add(figure.title());
      if (comparison.compares(figure)) {
        head.add("ratio");
      }
    }
    rows.add(head);
    for (String candidate : comparison.candidates()) {
      List<String> row = new ArrayList<>(List.of(candidate));
      for (Figure figure : comparison.figures()) {
        row.add(median(figure, comparison.figure(candidate, figure)));
        if (comparison.compares(figure)) {
          Spread ratio = comparison.ratio(candidate, figure);
          row.add(ratio == null ? "-" : ratio.asRatio());
        }
      }
      rows.add(row);
    }
    return rows;
  }

  private static String median(Figure figure, @Nullable Spread spread) {
    return spread == null ? "-" : figure.format(spread.median());
  }

  /** What {@link #rows} gives, aligned, with a title and with what failed. */
  public static String text(Comparison comparison, String baseline) {
    List<List<String>> rows = rows(comparison);
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder(title(comparison, baseline)).append('\n');
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        String room = " ".repeat(widths[i] - cell.length());
        text.append(i == 0 ? cell + room : "  " + room + cell);
      }
      text.append('\n');
    }
    comparison.failures().forEach(failure -> text.append("failed: ").append(failure).append('\n'));
    return text.toString();
  }

  /** What the figures mean. */
  static String title(Comparison comparison, String baseline) {
    String work = comparison.scenario().work();
    return "%s; %smedians of %d round%s, ratios to %s [least..most]"
        .formatted(
            comparison.scenario().title(),
            work.isEmpty() ? "" : "rate per second, times in us, all else per " + work + "; ",
            comparison.rounds(),
            comparison.rounds() == 1 ? "" : "s",
            baseline);
  }
}
