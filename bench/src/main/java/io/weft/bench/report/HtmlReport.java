package io.weft.bench.report;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One page without anything beside it: facts, tables and drawings. */
public final class HtmlReport {
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <title>Weft side by side</title>
      <style>
      :root { color-scheme: light dark; }
      body { font: 14px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .5rem 0 1rem; }
      th, td { padding: .1rem .6rem; text-align: right; white-space: nowrap; }
      th { border-bottom: 1px solid; font-weight: 600; }
      th:first-child, td:first-child, .facts td { text-align: left; }
      tr.baseline { font-weight: 600; }
      .facts td { white-space: normal; }
      .scroll { overflow-x: auto; }
      svg { max-width: 100%; height: auto; }
      svg text { fill: currentColor; font-size: 11px; }
      svg line { stroke: currentColor; stroke-opacity: .2; }
      svg polyline { fill: none; }
      </style>
      </head>
      <body>
      <h1>Weft side by side</h1>
      """;

  private final Results results;
  private final List<String> names;

  private HtmlReport(Results results) {
    this.results = results;
    names = results.candidates().stream().map(Results.Entrant::name).toList();
  }

  /** The whole page. */
  public static String of(Results results) {
    return new HtmlReport(results).page();
  }

  private String page() {
    StringBuilder page = new StringBuilder(HEAD);
    page.append(facts(results.machine())).append(facts(results.settings())).append(candidates());
    results.notes().forEach(note -> paragraph(page, note));
    for (Scenario scenario : results.scenarios()) {
      page.append(section(Comparison.of(results, scenario)));
    }
    results.scenarios().stream()
        .map(Scenario::mode)
        .distinct()
        .forEach(mode -> page.append(scaling(mode)));
    return page.append("</body>\n</html>\n").toString();
  }

  private static String facts(Map<String, String> facts) {
    return facts.entrySet().stream()
        .map(fact -> row(List.of(fact.getKey(), fact.getValue()), "td", ""))
        .collect(Collectors.joining("", "<table class=\"facts\">\n", "</table>\n"));
  }

  private String candidates() {
    return results.candidates().stream()
        .map(
            c ->
                List.of(
                    c.name(),
                    c.description(),
                    c.unavailable() == null ? c.command() : "not here: " + c.unavailable()))
        .map(cells -> row(cells, "td", ""))
        .collect(
            Collectors.joining("", "<h2>Candidates</h2>\n<table class=\"facts\">\n", "</table>\n"));
  }

  private static String row(List<String> cells, String element, String attributes) {
    return cells.stream()
        .map(cell -> "<%s>%s</%s>".formatted(element, Svg.escape(cell), element))
        .collect(Collectors.joining("", "<tr" + attributes + ">", "</tr>\n"));
  }

  private String section(Comparison comparison) {
    List<List<String>> rows = Table.rows(comparison);
    StringBuilder text = new StringBuilder();
    text.append("<h2>").append(Svg.escape(comparison.scenario().title())).append("</h2>\n");
    paragraph(text, Table.title(comparison, results.baseline()));
    text.append("<div class=\"scroll\"><table>\n").append(row(rows.getFirst(), "th", ""));
    for (List<String> cells : rows.subList(1, rows.size())) {
      boolean base = cells.getFirst().equals(results.baseline());
      text.append(row(cells, "td", base ? " class=\"baseline\"" : ""));
    }
    text.append("</table></div>\n");
    comparison.failures().forEach(failure -> paragraph(text, "failed: " + failure));
    drawing(text, "CPU of the server, user and system, us per work", BarChart.cpu(comparison));
    drawing(text, "Latency in us over percentiles", latencies(comparison));
    return text.toString();
  }

  private static void paragraph(StringBuilder text, String content) {
    text.append("<p>").append(Svg.escape(content)).append("</p>\n");
  }

  private static void drawing(StringBuilder text, String title, String drawing) {
    if (!drawing.isEmpty()) {
      text.append("<h3>").append(title).append("</h3>\n").append(drawing);
    }
  }

  private String latencies(Comparison comparison) {
    LineChart chart = LineChart.ofPercentiles(names.size());
    List<Double> percentiles = results.percentiles();
    for (String name : comparison.candidates()) {
      List<Double> micros = comparison.latencyMicros(name);
      chart.add(
          name,
          names.indexOf(name),
          IntStream.range(0, micros.size())
              .filter(i -> percentiles.get(i) < 100)
              .mapToObj(i -> new double[] {percentiles.get(i), Math.max(micros.get(i), 0.1)})
              .toList());
    }
    return chart.isEmpty() ? "" : chart.draw(List.of(0.0, 50.0, 90.0, 99.0, 99.9, 99.99));
  }

  /** What becomes of rate and CPU with more connections; nothing where there is one number. */
  private String scaling(String mode) {
    List<Scenario> scenarios =
        results.scenarios().stream().filter(s -> s.mode().equals(mode)).toList();
    if (scenarios.size() < 2) {
      return "";
    }
    StringBuilder text = new StringBuilder("<h2>" + Svg.escape(mode) + " with connections</h2>\n");
    for (Figure figure : List.of(Figure.RATE, Figure.CPU, Figure.P99)) {
      drawing(text, figure.titleWithUnit() + " over connections", scaling(scenarios, figure));
    }
    return text.toString();
  }

  private String scaling(List<Scenario> scenarios, Figure figure) {
    LineChart chart = LineChart.ofConnections(names.size());
    for (String name : names) {
      chart.add(
          name,
          names.indexOf(name),
          scenarios.stream()
              .map(scenario -> point(Comparison.of(results, scenario), name, figure))
              .filter(Objects::nonNull)
              .toList());
    }
    List<Double> ticks =
        scenarios.stream().map(scenario -> (double) scenario.connections()).sorted().toList();
    return chart.isEmpty() ? "" : chart.draw(ticks);
  }

  private static double @org.jspecify.annotations.Nullable [] point(
      Comparison comparison, String name, Figure figure) {
    Spread spread = comparison.figure(name, figure);
    return spread == null
        ? null
        : new double[] {comparison.scenario().connections(), spread.median()};
  }
}
