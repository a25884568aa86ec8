package io.weft;

import java.time.Duration;
import java.util.Objects;

/**
 * Keep-alive probing of TCP connections.
 *
 * @param enabled whether probes are sent at all
 * @param idle silence before the first probe; rounded up to whole seconds
 * @param interval time between probes; rounded up to whole seconds
 * @param count unanswered probes before the connection is dropped
 */
public record KeepAlive(boolean enabled, Duration idle, Duration interval, int count) {
  /** Go's default: on, 15 s idle, 15 s between probes, 9 probes. */
  public static final KeepAlive DEFAULT =
      new KeepAlive(true, Duration.ofSeconds(15), Duration.ofSeconds(15), 9);

  /** No probes. */
  public static final KeepAlive OFF =
      new KeepAlive(false, Duration.ofSeconds(15), Duration.ofSeconds(15), 9);

  /** Checks that the times and the count are positive. */
  public KeepAlive {
    requirePositive("idle", idle);
    requirePositive("interval", interval);
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1: " + count);
    }
  }

  private static void requirePositive(String name, Duration value) {
    Objects.requireNonNull(value, name);
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be positive: " + value);
    }
  }
}
