package io.weft.server.proxy;

/**
 * How many connections there may be. At a limit no more are accepted: they wait in the kernel.
 *
 * @param connectionsMax of all listeners together
 * @param listenerConnectionsMax of each listener
 * @param connectRetries how many other upstreams a session tries when one cannot be reached
 */
public record Limits(int connectionsMax, int listenerConnectionsMax, int connectRetries) {
  /** The limit that is none. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Any number of connections, three retries. */
  public static final Limits DEFAULT = new Limits(UNLIMITED, UNLIMITED, 3);

  /** Whether there is a limit of all and a smaller one of each. */
  boolean areBothSet() {
    return connectionsMax < UNLIMITED && listenerConnectionsMax < connectionsMax;
  }

  /** Checks the values. */
  public Limits {
    if (connectionsMax < 1 || listenerConnectionsMax < 1) {
      throw new IllegalArgumentException(
          "limits of connections must be at least 1: %d and %d"
              .formatted(connectionsMax, listenerConnectionsMax));
    }
    if (connectRetries < 0) {
      throw new IllegalArgumentException("connect-retries must be at least 0: " + connectRetries);
    }
  }
}
