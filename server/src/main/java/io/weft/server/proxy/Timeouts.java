package io.weft.server.proxy;

import java.time.Duration;

/**
 * How long a session that has its upstream may last. Zero stands for any time.
 *
 * @param idle how long no byte may move, in either direction
 * @param halfClose how long no byte may move once one side has ended
 * @param lifetime from accept to the end
 */
public record Timeouts(Duration idle, Duration halfClose, Duration lifetime) {
  /** An hour of silence, a minute of it once one side has ended, any lifetime. */
  public static final Timeouts DEFAULT =
      new Timeouts(Duration.ofHours(1), Duration.ofMinutes(1), Duration.ZERO);

  /** Checks the values. */
  public Timeouts {
    requireNotNegative("idle-timeout", idle);
    requireNotNegative("half-close-timeout", halfClose);
    requireNotNegative("lifetime", lifetime);
  }

  private static void requireNotNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " must not be negative: " + value);
    }
  }
}
