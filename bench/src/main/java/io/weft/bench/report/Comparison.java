package io.weft.bench.report;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The candidates of one scenario, side by side. */
public final class Comparison {
  private final Scenario scenario;
  private final String baseline;
  private final List<Measurement> measurements;

  private Comparison(Scenario scenario, String baseline, List<Measurement> measurements) {
    this.scenario = scenario;
    this.baseline = baseline;
    this.measurements = measurements;
  }

  /** What the results have on a scenario. */
  public static Comparison of(Results results, Scenario scenario) {
    return new Comparison(
        scenario,
        results.baseline(),
        results.measurements().stream().filter(m -> m.scenario().equals(scenario)).toList());
  }

  /** The load. */
  public Scenario scenario() {
    return scenario;
  }

  /** Those that ran, as they did in the first round. */
  public List<String> candidates() {
    return measurements.stream()
        .filter(m -> m.failure() == null)
        .map(Measurement::candidate)
        .distinct()
        .toList();
  }

  /** The figures that anybody has. */
  public List<Figure> figures() {
    return Arrays.stream(Figure.values())
        .filter(figure -> measurements.stream().anyMatch(m -> m.figures().containsKey(figure)))
        .toList();
  }

  /** Whether the ratio to the baseline says something. */
  public boolean compares(Figure figure) {
    return switch (figure) {
      case CPU, RSS_PER_CONNECTION -> true;
      case RATE -> !scenario.fixedRate();
      case P99 -> scenario.fixedRate();
      default -> false;
    };
  }

  /** Which rounds failed, and why. */
  public List<String> failures() {
    return measurements.stream()
        .filter(m -> m.failure() != null)
        .map(m -> "%s, round %d: %s".formatted(m.candidate(), m.round(), m.failure()))
        .toList();
  }

  /** How many rounds the candidate with the most of them had. */
  public int rounds() {
    return measurements.stream().mapToInt(Measurement::round).max().orElse(0);
  }

  /** A figure over all rounds; null when the candidate does not have it. */
  public @Nullable Spread figure(String candidate, Figure figure) {
    return Spread.of(
        of(candidate).stream()
            .map(m -> m.figures().get(figure))
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .toArray());
  }

  /**
   * A figure in ratio to the baseline's of the same round: what disturbs a round disturbs both.
   * Null when there is no round in which both have it.
   */
  public @Nullable Spread ratio(String candidate, Figure figure) {
    DoubleStream.Builder ratios = DoubleStream.builder();
    for (Measurement own : of(candidate)) {
      for (Measurement other : of(baseline)) {
        Double value = own.figures().get(figure);
        Double base = other.figures().get(figure);
        if (own.round() == other.round() && value != null && base != null && base > 0) {
          ratios.add(value / base);
        }
      }
    }
    return Spread.of(ratios.build().toArray());
  }

  /** Median latencies, one for each percentile of the results. */
  public List<Double> latencyMicros(String candidate) {
    List<List<Double>> rounds =
        of(candidate).stream()
            .map(Measurement::latencyMicros)
            .filter(micros -> !micros.isEmpty())
            .toList();
    return rounds.isEmpty()
        ? List.of()
        : IntStream.range(0, rounds.getFirst().size())
            .mapToObj(i -> rounds.stream().mapToDouble(round -> round.get(i)).toArray())
            .map(values -> Objects.requireNonNull(Spread.of(values)).median())
            .toList();
  }

  private List<Measurement> of(String candidate) {
    return measurements.stream().filter(m -> m.candidate().equals(candidate)).toList();
  }
}
