package io.weft.bench.report;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a run has to tell.
 *
 * @param machine facts about the machine and the versions of what ran on it, by name
 * @param settings how it was measured, by name
 * @param notes what is not there, and why
 * @param baseline the candidate to which others are compared
 * @param percentiles of the latencies that the measurements have
 * @param candidates all that were asked for
 * @param measurements in the order in which they were made
 */
public record Results(
    Map<String, String> machine,
    Map<String, String> settings,
    List<String> notes,
    String baseline,
    List<Double> percentiles,
    List<Entrant> candidates,
    List<Measurement> measurements) {
  /**
   * A candidate.
   *
   * @param name on the command line
   * @param description what it is
   * @param command what starts it
   * @param unavailable why it does not run here; null when it does
   */
  public record Entrant(
      String name, String description, String command, @Nullable String unavailable) {}

  /** All scenarios of which there is a measurement. */
  public List<Scenario> scenarios() {
    return measurements.stream().map(Measurement::scenario).distinct().toList();
  }
}
