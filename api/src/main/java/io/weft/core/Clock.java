package io.weft.core;

import java.time.Duration;
import java.time.Instant;

/**
 * Time as the core sees it: monotonic for waiting, wall time only to understand deadlines. A port,
 * so that deadlines are tested without sleeping.
 */
interface Clock {
  /** The monotonic time that never comes. */
  long NEVER = Long.MAX_VALUE;

  /** Nanoseconds since some moment before the first call; never negative, never going back. */
  long nanos();

  /** Wall time. */
  Instant now();

  /** The monotonic time of a wall time, saturating: too far is {@link #NEVER}. */
  default long nanosAt(Instant deadline) {
    return nanosAfter(Duration.between(now(), deadline));
  }

  /** The monotonic time a while from now, saturating: too far is {@link #NEVER}. */
  default long nanosAfter(Duration timeout) {
    long now = nanos();
    // 292 years fit into a long; one year less leaves room for the addition
    if (timeout.toSeconds() > 291L * 365 * 24 * 3600) {
      return NEVER;
    }
    return timeout.isNegative() ? Math.min(now, 0) - 1 : saturatedSum(now, timeout.toNanos());
  }

  private static long saturatedSum(long a, long b) {
    long sum = a + b;
    return sum < a ? NEVER : sum;
  }

  /** The machine's own clocks. */
  static Clock system() {
    long start = System.nanoTime();
    return new Clock() {
      @Override
      public long nanos() {
        return System.nanoTime() - start;
      }

      @Override
      public Instant now() {
        return Instant.now();
      }
    };
  }
}
