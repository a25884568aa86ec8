package io.weft;

import java.net.SocketOption;

/** Socket options that the JDK's {@code StandardSocketOptions} lacks. */
public final class WeftOptions {
  /** Idle seconds before the first keep-alive probe (tcp(7)). */
  public static final SocketOption<Integer> TCP_KEEPIDLE = new Named("TCP_KEEPIDLE");

  /** Seconds between keep-alive probes (tcp(7)). */
  public static final SocketOption<Integer> TCP_KEEPINTERVAL = new Named("TCP_KEEPINTERVAL");

  /** Unanswered keep-alive probes before the connection is dropped (tcp(7)). */
  public static final SocketOption<Integer> TCP_KEEPCOUNT = new Named("TCP_KEEPCOUNT");

  private WeftOptions() {}

  private record Named(String name) implements SocketOption<Integer> {
    @Override
    public Class<Integer> type() {
      return Integer.class;
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
