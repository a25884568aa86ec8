package io.weft.bench.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a request costs on the server's CPU: a bar for each candidate, of user and system time. */
final class BarChart {
  static final int BAR_HEIGHT = 14;

  private static final int ROW_HEIGHT = 22;
  private static final int NAMES_WIDTH = 150;
  private static final int BARS_WIDTH = 480;
  private static final int VALUES_WIDTH = 130;
  private static final int BASE_LINE = 11;

  private BarChart() {}

  /** The drawing; empty when nobody has the figure. */
  static String cpu(Comparison comparison) {
    double max =
        comparison.candidates().stream()
            .mapToDouble(name -> median(comparison.figure(name, Figure.CPU)))
            .max()
            .orElse(0);
    if (max == 0) {
      return "";
    }
    int height = comparison.candidates().size() * ROW_HEIGHT;
    Svg svg = new Svg(NAMES_WIDTH + BARS_WIDTH + VALUES_WIDTH, height);
    double y = 0;
    for (String name : comparison.candidates()) {
      double user = median(comparison.figure(name, Figure.USER));
      double system = median(comparison.figure(name, Figure.SYSTEM));
      double userWidth = user / max * BARS_WIDTH;
      double systemWidth = system / max * BARS_WIDTH;
      svg.text(NAMES_WIDTH - 6, y + BASE_LINE, "end", name);
      svg.bar(NAMES_WIDTH, y, userWidth, "fill:hsl(210 65% 48%)", Figure.USER.format(user));
      svg.bar(
          NAMES_WIDTH + userWidth,
          y,
          systemWidth,
          "fill:hsl(30 65% 48%)",
          Figure.SYSTEM.format(system));
      svg.text(
          NAMES_WIDTH + userWidth + systemWidth + 6,
          y + BASE_LINE,
          "start",
          String.format(Locale.ROOT, "%.2f us", user + system));
      y += ROW_HEIGHT;
    }
    return svg.toString();
  }

  private static double median(@Nullable Spread spread) {
    return spread == null ? 0 : spread.median();
  }
}
