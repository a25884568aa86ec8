package io.weft.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Fixed results: two candidates, three rounds, two scenarios, one that failed. */
final class Sampled {
  static final Scenario FEW = new Scenario("pingpong", 64, "request", false);
  static final Scenario MANY = new Scenario("pingpong", 1_000, "request", false);

  private static final List<Double> PERCENTILES = List.of(50.0, 99.0, 100.0);

  private Sampled() {}

  static Results results() {
    List<Measurement> measurements = new ArrayList<>();
    for (Scenario scenario : List.of(FEW, MANY)) {
      for (int round = 1; round <= 3; round++) {
        // every round the machine is slower: the ratio is not
        measurements.add(measurement(scenario, "slow", round, 100_000.0 / round));
        measurements.add(measurement(scenario, "fast", round, (120_000.0 + round) / round));
      }
    }
    measurements.add(Measurement.failed(MANY, "dead", 1, "ended with code 1: \"no\", it said"));
    return new Results(
        Map.of("kernel", "Linux <6>"),
        Map.of("rounds", "3"),
        List.of("no perf & no figures of it"),
        "slow",
        PERCENTILES,
        List.of(
            new Results.Entrant("slow", "the slow one", "slow 0", null),
            new Results.Entrant("fast", "the fast one", "fast 0", null),
            new Results.Entrant("dead", "the dead one", "dead 0", null),
            new Results.Entrant("absent", "the absent one", "absent 0", "no such thing")),
        measurements);
  }

  private static Measurement measurement(
      Scenario scenario, String candidate, int round, double rate) {
    Map<Figure, Double> figures =
        Map.of(
            Figure.RATE,
            rate,
            Figure.CPU,
            5.0,
            Figure.USER,
            1.5,
            Figure.SYSTEM,
            3.5,
            Figure.P50,
            100.0 * round);
    return new Measurement(
        scenario, candidate, round, figures, List.of(100.0 * round, 900.0, 1_000.0), null);
  }
}
