package io.weft.server.upstream;

import java.time.Duration;
import java.util.Objects;

/**
 * When upstreams at which sessions fail are left alone for a while. The last one that is available
 * never is.
 *
 * @param failures how many failed connects, or early resets, in a row; 0 for never
 * @param backoff for how long
 * @param percentMax how many of a pool's upstreams at a time, rounded down, but one at least
 */
public record EjectionConfig(int failures, Backoff backoff, int percentMax) {
  /** After 3 failures for 10 s, then 20 s, to 5 minutes; at most half of the upstreams. */
  public static final EjectionConfig DEFAULT =
      new EjectionConfig(
          3, new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofMinutes(5)), 50);

  /** Checks the values. */
  public EjectionConfig {
    Objects.requireNonNull(backoff, "backoff");
    if (failures < 0) {
      throw new IllegalArgumentException("failures must be at least 0 (never): " + failures);
    }
    if (percentMax < 1 || percentMax > 100) {
      throw new IllegalArgumentException("percentMax must be between 1 and 100: " + percentMax);
    }
  }

  /** How many of so many upstreams may be ejected at a time. */
  int countMax(int upstreams) {
    return (int) Math.max(1, upstreams * (long) percentMax / 100);
  }

  /**
   * How long an ejection is.
   *
   * @param base the first one; the second one takes twice as long, the third three times
   * @param max the longest one
   * @param calm how long after an ejection the next one is a first one again
   */
  public record Backoff(Duration base, Duration max, Duration calm) {
    /** Checks the values. */
    public Backoff {
      Spans.positive("base", base);
      Spans.positive("max", max);
      Spans.positive("calm", calm);
    }

    Duration length(int times) {
      Duration length = base.multipliedBy(times);
      return length.compareTo(max) < 0 ? length : max;
    }
  }
}
