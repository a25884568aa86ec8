package io.weft.bench.side;

import io.weft.bench.load.Sample;
import io.weft.bench.report.Comparison;
import io.weft.bench.report.Figure;
import io.weft.bench.report.Measurement;
import io.weft.bench.report.Results;
import io.weft.bench.report.Scenario;
import io.weft.bench.report.Table;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Runs every candidate in every scenario, interleaved, and prints how far it is. */
final class Bench {
  private final Settings settings;
  private final List<Candidate> candidates;
  private final Map<String, String> machine;
  private final List<String> notes;
  private final String baseline;
  private final PrintWriter out;
  private final List<Measurement> measurements = new ArrayList<>();
  private final long startNanos = System.nanoTime();

  /** Prepares a run, and starts nothing yet. */
  Bench(Selection selection, Map<String, String> machine, PrintWriter out) {
    settings = selection.settings();
    candidates = selection.candidates();
    notes = selection.notes();
    baseline = selection.baseline();
    this.machine = machine;
    this.out = out;
  }

  /** Runs all trials on all candidates that are available; prints a table after each. */
  Results run(List<Trial> trials) throws InterruptedException {
    List<Candidate> runners =
        new ArrayList<>(candidates.stream().filter(c -> c.unavailable() == null).toList());
    int total = trials.size() * settings.rounds() * runners.size();
    for (Trial trial : trials) {
      for (int round = 1; round <= settings.rounds(); round++) {
        for (Candidate candidate : runners) {
          Measurement measurement = trial.run(candidate, round);
          measurements.add(measurement);
          out.println(progress(measurement, total));
        }
        Collections.rotate(runners, 1);
      }
      out.println();
      out.println(Table.text(comparison(trial.scenario()), baseline));
    }
    return results();
  }

  private Comparison comparison(Scenario scenario) {
    return Comparison.of(results(), scenario);
  }

  private Results results() {
    return new Results(
        machine,
        settings.facts(),
        notes,
        baseline,
        Sample.PERCENTILES,
        candidates.stream().map(Candidate::entrant).toList(),
        List.copyOf(measurements));
  }

  private String progress(Measurement measurement, int total) {
    int done = measurements.size();
    Duration left =
        Duration.ofNanos((System.nanoTime() - startNanos) / done).multipliedBy(total - done);
    String what =
        "[%d/%d, %d:%02d left] %s, round %d, %s: "
            .formatted(
                done,
                total,
                left.toMinutes(),
                left.toSecondsPart(),
                measurement.scenario().title(),
                measurement.round(),
                measurement.candidate());
    return measurement.failure() == null
        ? what + figures(measurement)
        : what + "FAILED: " + measurement.failure();
  }

  private static String figures(Measurement measurement) {
    List<String> figures = new ArrayList<>();
    for (Figure figure :
        List.of(Figure.RATE, Figure.CPU, Figure.P50, Figure.P99, Figure.RSS_PER_CONNECTION)) {
      Double value = measurement.figures().get(figure);
      if (value != null) {
        figures.add(figure.titleWithUnit() + " " + figure.format(value));
      }
    }
    return String.join(", ", figures);
  }
}
