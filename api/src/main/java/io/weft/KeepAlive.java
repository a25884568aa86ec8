package io.weft;

import java.time.Duration;
import java.util.Objects;

/**
 * Keep-alive probing of TCP connections. Each value has three ranges, as in Go: positive is taken
 * (times are rounded up to whole seconds), zero stands for Go's default, and negative leaves the
 * kernel's setting alone.
 *
 * @param enabled whether probes are sent at all; the other values then do not matter
 * @param idle silence before the first probe; zero for 15 s
 * @param interval time between probes; zero for 15 s
 * @param count unanswered probes before the connection is dropped; zero for 9
 */
public record KeepAlive(boolean enabled, Duration idle, Duration interval, int count) {
  private static final Duration PERIOD = Duration.ofSeconds(15);
  private static final int COUNT = 9;

  /** Go's default: on, 15 s idle, 15 s between probes, 9 probes. */
  public static final KeepAlive DEFAULT = new KeepAlive(true, PERIOD, PERIOD, COUNT);

  /** No probes. */
  public static final KeepAlive OFF = new KeepAlive(false, PERIOD, PERIOD, COUNT);

  /** Puts the defaults in place of zeros. */
  public KeepAlive {
    Objects.requireNonNull(idle, "idle");
    Objects.requireNonNull(interval, "interval");
    idle = idle.isZero() ? PERIOD : idle;
    interval = interval.isZero() ? PERIOD : interval;
    count = count == 0 ? COUNT : count;
  }

  /**
   * Keep-alive with a time of silence of its own.
   *
   * @param idle silence before the first probe; zero for the default, negative for no probes
   * @return the settings, the others being the defaults
   */
  public static KeepAlive of(Duration idle) {
    return idle.isNegative() ? OFF : new KeepAlive(true, idle, PERIOD, COUNT);
  }
}
