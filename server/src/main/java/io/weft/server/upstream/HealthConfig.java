package io.weft.server.upstream;

import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * How upstreams are checked. A check connects, sends what it has to send, and reads what it
 * expects.
 *
 * @param pace how often, and how long it may take
 * @param thresholds how many results in a row change an upstream's state
 * @param send what to send; empty for nothing
 * @param expect how the answer has to begin; empty for any answer, or none
 * @param preamble what goes before it all
 */
public record HealthConfig(
    Pace pace, Thresholds thresholds, EscapedBytes send, EscapedBytes expect, Preamble preamble) {
  /** Every 2 s, within 2 s; two that pass mean up, three that fail mean down; connects only. */
  public static final HealthConfig DEFAULT =
      new HealthConfig(
          new Pace(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(2)),
          new Thresholds(2, 3),
          EscapedBytes.NONE,
          EscapedBytes.NONE,
          Preamble.NONE);

  /** No checks: upstreams are up until sessions fail there. */
  public static final HealthConfig OFF =
      new HealthConfig(
          new Pace(Duration.ZERO, Duration.ZERO, DEFAULT.pace.timeout),
          DEFAULT.thresholds,
          DEFAULT.send,
          DEFAULT.expect,
          DEFAULT.preamble);

  /** Checks the values. */
  public HealthConfig {
    Objects.requireNonNull(pace, "pace");
    Objects.requireNonNull(thresholds, "thresholds");
    Objects.requireNonNull(send, "send");
    Objects.requireNonNull(expect, "expect");
    Objects.requireNonNull(preamble, "preamble");
  }

  boolean isOff() {
    return pace.interval.isZero();
  }

  /**
   * The time of the checks. One upstream's checks come one after the other: the next one waits for
   * an answer, or its timeout, however short the interval is.
   *
   * @param interval from the begin of one check to that of the next, give or take a tenth; zero for
   *     no checks
   * @param downInterval the same while an upstream is down
   * @param timeout for all of a check
   */
  public record Pace(Duration interval, Duration downInterval, Duration timeout) {
    /** Checks the values. */
    public Pace {
      Spans.notNegative("interval", interval);
      if (!interval.isZero()) {
        Spans.positive("downInterval", downInterval);
      }
      Spans.positive("timeout", timeout);
    }

    /** From the begin of a check to that of the next one. */
    long nextNanos(boolean up, RandomGenerator random) {
      return (long) ((up ? interval : downInterval).toNanos() * random.nextDouble(0.9, 1.1));
    }
  }

  /**
   * How many results in a row change an upstream's state.
   *
   * @param rise how many checks have to pass until it is up
   * @param fall how many have to fail until it is down; of a new upstream the first one suffices
   */
  public record Thresholds(int rise, int fall) {
    /** Checks the values. */
    public Thresholds {
      if (rise < 1 || fall < 1) {
        throw new IllegalArgumentException(
            "rise and fall must be at least 1: %d and %d".formatted(rise, fall));
      }
    }
  }
}
