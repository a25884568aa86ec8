package io.weft.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Curves of all candidates over one axis. */
final class LineChart {
  private static final int LEFT = 64;
  private static final int TOP = 10;
  private static final int WIDTH = 520;
  private static final int HEIGHT = 260;
  private static final int BELOW = 26;
  private static final int LEGEND_WIDTH = 170;
  private static final int LEGEND_ROW = 17;

  private record Curve(String name, int color, List<double[]> points) {}

  private final DoubleUnaryOperator acrossScale;
  private final DoubleUnaryOperator upScale;
  private final int colors;
  private final List<Curve> curves = new ArrayList<>();

  private LineChart(DoubleUnaryOperator acrossScale, DoubleUnaryOperator upScale, int colors) {
    this.acrossScale = acrossScale;
    this.upScale = upScale;
    this.colors = colors;
  }

  /** Latency in microseconds over percentiles: the last ones are far from each other. */
  static LineChart ofPercentiles(int colors) {
    return new LineChart(percent -> -Math.log10(1 - percent / 100), Math::log10, colors);
  }

  /** Any figure over a number of connections. */
  static LineChart ofConnections(int colors) {
    return new LineChart(Math::log10, value -> value, colors);
  }

  /** A curve through points of x and y, each in its unit. */
  void add(String name, int color, List<double[]> points) {
    if (!points.isEmpty()) {
      curves.add(new Curve(name, color, points));
    }
  }

  boolean isEmpty() {
    return curves.isEmpty();
  }

  /** The drawing, with these ticks across. */
  String draw(List<Double> ticks) {
    double left = acrossScale.applyAsDouble(ticks.getFirst());
    double right = acrossScale.applyAsDouble(ticks.getLast());
    List<Double> levels = levels();
    double low = upScale.applyAsDouble(levels.getFirst());
    double high = upScale.applyAsDouble(levels.getLast());
    DoubleUnaryOperator x =
        value -> LEFT + (acrossScale.applyAsDouble(value) - left) / (right - left) * WIDTH;
    DoubleUnaryOperator y =
        value -> TOP + HEIGHT - (upScale.applyAsDouble(value) - low) / (high - low) * HEIGHT;

    int height = Math.max(TOP + HEIGHT + BELOW, TOP + curves.size() * LEGEND_ROW);
    Svg svg = new Svg(LEFT + WIDTH + LEGEND_WIDTH, height);
    for (double tick : ticks) {
      svg.line(x.applyAsDouble(tick), TOP, x.applyAsDouble(tick), TOP + HEIGHT);
      svg.text(x.applyAsDouble(tick), TOP + HEIGHT + BELOW - 8, "middle", number(tick));
    }
    for (double level : levels) {
      svg.line(LEFT, y.applyAsDouble(level), LEFT + WIDTH, y.applyAsDouble(level));
      svg.text(LEFT - 6, y.applyAsDouble(level) + 4, "end", number(level));
    }
    double legend = TOP + LEGEND_ROW / 2.0;
    for (Curve curve : curves) {
      String color = Svg.color(curve.color(), colors);
      boolean bold = curve.name().startsWith("weft");
      svg.curve(points(curve, x, y), color, bold, curve.name());
      double at = LEFT + WIDTH + 12;
      svg.curve(
          String.format(Locale.ROOT, "%.1f,%.1f %.1f,%.1f", at, legend, at + 18, legend),
          color,
          bold,
          "");
      svg.text(at + 24, legend + 4, "start", curve.name());
      legend += LEGEND_ROW;
    }
    return svg.toString();
  }

  private static String points(Curve curve, DoubleUnaryOperator x, DoubleUnaryOperator y) {
    return curve.points().stream()
        .map(
            p ->
                String.format(
                    Locale.ROOT, "%.1f,%.1f", x.applyAsDouble(p[0]), y.applyAsDouble(p[1])))
        .collect(Collectors.joining(" "));
  }

  /**
   * Where lines are drawn across: decades on a logarithmic scale, five steps from 0 on a linear.
   */
  private List<Double> levels() {
    double[] values =
        curves.stream()
            .flatMap(curve -> curve.points().stream())
            .mapToDouble(point -> point[1])
            .sorted()
            .toArray();
    double min = values[0];
    double max = values[values.length - 1];
    if (upScale.applyAsDouble(10) == 1) {
      double first = Math.pow(10, Math.floor(Math.log10(min)));
      return Stream.iterate(first, level -> level * 10)
          .limit((long) Math.max(1, Math.ceil(Math.log10(max / first))) + 1)
          .toList();
    }
    double decade = Math.pow(10, Math.floor(Math.log10(max)));
    double step =
        Stream.of(0.2, 0.5, 1.0, 2.0)
            .map(part -> part * decade)
            .filter(candidate -> candidate * 5 >= max)
            .findFirst()
            .orElse(decade * 2);
    return Stream.iterate(0.0, level -> level + step).limit(6).toList();
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : String.format(Locale.ROOT, "%s", Math.round(value * 1e4) / 1e4);
  }
}
