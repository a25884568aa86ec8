package io.weft;

import java.time.Duration;
import java.util.Objects;

/**
 * How a connection is dialled.
 *
 * @param timeout bound on the whole dial, name resolution included; zero for none
 * @param keepAlive keep-alive of the TCP connection
 * @param noDelay whether the TCP connection sends small writes at once (TCP_NODELAY)
 */
public record DialConfig(Duration timeout, KeepAlive keepAlive, boolean noDelay) {
  /** Go's defaults: no timeout of its own, keep-alive and TCP_NODELAY on. */
  public static final DialConfig DEFAULT = new DialConfig(Duration.ZERO, KeepAlive.DEFAULT, true);

  /** Checks the values. */
  public DialConfig {
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(keepAlive, "keepAlive");
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout must not be negative: " + timeout);
    }
  }

  /**
   * Returns a copy with another timeout.
   *
   * @param timeout the new value; zero for none
   * @return the copy
   */
  public DialConfig withTimeout(Duration timeout) {
    return new DialConfig(timeout, keepAlive, noDelay);
  }

  /**
   * Returns a copy with other keep-alive settings.
   *
   * @param keepAlive the new value
   * @return the copy
   */
  public DialConfig withKeepAlive(KeepAlive keepAlive) {
    return new DialConfig(timeout, keepAlive, noDelay);
  }
}
