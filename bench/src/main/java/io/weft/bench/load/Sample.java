package io.weft.bench.load;

import java.util.List;

/**
 * What a load has seen between two moments at which nothing was in flight.
 *
 * @param requests answered; of a stream none
 * @param bytes received
 * @param corruptBytes received, and not what was due
 * @param elapsedNanos from the first request to the last answer
 * @param latencyMicros at each of {@link #PERCENTILES}; empty when there was nothing to time
 * @param cpuNanos that the load's thread used
 * @param allocatedBytes by the load's thread
 */
public record Sample(
    long requests,
    long bytes,
    long corruptBytes,
    long elapsedNanos,
    List<Double> latencyMicros,
    long cpuNanos,
    long allocatedBytes) {
  /** Where latencies are told, in percent. */
  public static final List<Double> PERCENTILES =
      List.of(0.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.95, 99.99, 100.0);

  /** Requests per second. */
  public double rate() {
    return requests * 1e9 / elapsedNanos;
  }
}
