package io.weft.bench.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One line for each measurement, after lines with {@code #} that tell of the machine. */
public final class Csv {
  private Csv() {}

  /** The whole file. */
  public static String of(Results results) {
    Stream<String> facts =
        Stream.concat(results.machine().entrySet().stream(), results.settings().entrySet().stream())
            .map(fact -> "# %s: %s".formatted(fact.getKey(), fact.getValue()));
    String head =
        Stream.concat(
                Stream.of("mode", "connections", "work", "candidate", "round"),
                Stream.concat(Arrays.stream(Figure.values()).map(Figure::id), Stream.of("failure")))
            .collect(Collectors.joining(","));
    return Stream.of(facts, Stream.of(head), results.measurements().stream().map(Csv::line))
        .flatMap(lines -> lines)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String line(Measurement measurement) {
    Scenario scenario = measurement.scenario();
    List<String> key =
        List.of(
            scenario.mode(),
            String.valueOf(scenario.connections()),
            scenario.work(),
            measurement.candidate(),
            String.valueOf(measurement.round()));
    Stream<String> figures =
        Arrays.stream(Figure.values())
            .map(figure -> measurement.figures().get(figure))
            .map(value -> value == null ? "" : String.valueOf(value));
    String failure = measurement.failure() == null ? "" : measurement.failure();
    return Stream.of(key.stream(), figures, Stream.of(failure))
        .flatMap(cells -> cells)
        .map(Csv::cell)
        .collect(Collectors.joining(","));
  }

  private static String cell(String text) {
    return text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n')
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }
}
