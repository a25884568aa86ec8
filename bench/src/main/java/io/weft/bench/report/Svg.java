package io.weft.bench.report;

import java.util.Locale;

/** A drawing that grows: text in the colour of the page around it, so that dark pages do, too. */
final class Svg {
  private final StringBuilder body = new StringBuilder();
  private final int width;
  private final int height;

  Svg(int width, int height) {
    this.width = width;
    this.height = height;
  }

  /** The colour of one of so many candidates. */
  static String color(int index, int count) {
    return String.format(Locale.ROOT, "hsl(%d 65%% 48%%)", index * 360 / Math.max(1, count));
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  /** Text that begins, is centred, or ends at a place: start, middle, end. */
  void text(double x, double y, String anchor, String text) {
    body.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            escape(text)));
  }

  void line(double x1, double y1, double x2, double y2) {
    body.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
            x1,
            y1,
            x2,
            y2));
  }

  /** A filled rectangle that tells its value when pointed at. */
  void bar(double x, double y, double barWidth, String style, String title) {
    body.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" style=\"%s\">"
                + "<title>%s</title></rect>%n",
            x,
            y,
            barWidth,
            BarChart.BAR_HEIGHT,
            style,
            escape(title)));
  }

  /** A curve through points, {@code x,y x,y}, that tells its name when pointed at. */
  void curve(String points, String color, boolean bold, String title) {
    body.append(
        String.format(
            Locale.ROOT,
            "<polyline points=\"%s\" style=\"stroke:%s;stroke-width:%s\"><title>%s</title>"
                + "</polyline>%n",
            points,
            color,
            bold ? "3" : "1.5",
            escape(title)));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">%n%s</svg>%n",
        width,
        height,
        width,
        height,
        body);
  }
}
