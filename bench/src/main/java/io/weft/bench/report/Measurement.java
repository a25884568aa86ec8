package io.weft.bench.report;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one candidate did in one round of a scenario.
 *
 * @param scenario the load
 * @param candidate the server's name
 * @param round from 1 on
 * @param figures what was measured; what could not be is not there
 * @param latencyMicros at the percentiles that the results name; empty if nothing was timed
 * @param failure why there is nothing; null when there is
 */
public record Measurement(
    Scenario scenario,
    String candidate,
    int round,
    Map<Figure, Double> figures,
    List<Double> latencyMicros,
    @Nullable String failure) {
  /** One that failed. */
  public static Measurement failed(Scenario scenario, String candidate, int round, String failure) {
    return new Measurement(scenario, candidate, round, Map.of(), List.of(), failure);
  }
}
