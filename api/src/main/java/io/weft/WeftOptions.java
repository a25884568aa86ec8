package io.weft;

import java.net.SocketOption;

/** Socket options that the JDK's {@code StandardSocketOptions} lacks. */
public final class WeftOptions {
  /** Idle seconds before the first keep-alive probe (tcp(7)). */
  public static final SocketOption<Integer> TCP_KEEPIDLE =
      new Named<>("TCP_KEEPIDLE", Integer.class);

  /** Seconds between keep-alive probes (tcp(7)). */
  public static final SocketOption<Integer> TCP_KEEPINTERVAL =
      new Named<>("TCP_KEEPINTERVAL", Integer.class);

  /** Unanswered keep-alive probes before the connection is dropped (tcp(7)). */
  public static final SocketOption<Integer> TCP_KEEPCOUNT =
      new Named<>("TCP_KEEPCOUNT", Integer.class);

  /**
   * Milliseconds that sent data may stay unacknowledged before the connection is dropped; 0 for the
   * kernel's own limit (tcp(7)). The poller nio does not have it.
   */
  public static final SocketOption<Integer> TCP_USER_TIMEOUT =
      new Named<>("TCP_USER_TIMEOUT", Integer.class);

  /**
   * Whether an IPv6 socket refuses IPv4 (ipv6(7)); to be set before a socket is bound. Sockets of
   * the network tcp6 have it on, dual-stack ones off. The poller nio does not have it.
   */
  public static final SocketOption<Boolean> IPV6_V6ONLY = new Named<>("IPV6_V6ONLY", Boolean.class);

  private WeftOptions() {}

  private record Named<T>(String name, Class<T> type) implements SocketOption<T> {
    @Override
    public String toString() {
      return name;
    }
  }
}
