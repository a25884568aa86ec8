package io.weft;

import java.util.Objects;

/**
 * How a listener is made.
 *
 * @param backlogMax connections that the kernel queues before accept; 0 takes the machine's limit
 *     ({@code /proc/sys/net/core/somaxconn})
 * @param keepAlive keep-alive of accepted TCP connections
 * @param noDelay whether accepted TCP connections send small writes at once (TCP_NODELAY)
 */
public record ListenConfig(int backlogMax, KeepAlive keepAlive, boolean noDelay) {
  /** Go's defaults. */
  public static final ListenConfig DEFAULT = new ListenConfig(0, KeepAlive.DEFAULT, true);

  /** Checks the values. */
  public ListenConfig {
    Objects.requireNonNull(keepAlive, "keepAlive");
    if (backlogMax < 0) {
      throw new IllegalArgumentException("backlogMax must not be negative: " + backlogMax);
    }
  }

  /**
   * Returns a copy with another backlog.
   *
   * @param backlogMax the new value
   * @return the copy
   */
  public ListenConfig withBacklogMax(int backlogMax) {
    return new ListenConfig(backlogMax, keepAlive, noDelay);
  }

  /**
   * Returns a copy with other keep-alive settings.
   *
   * @param keepAlive the new value
   * @return the copy
   */
  public ListenConfig withKeepAlive(KeepAlive keepAlive) {
    return new ListenConfig(backlogMax, keepAlive, noDelay);
  }
}
