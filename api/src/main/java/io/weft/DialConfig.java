package io.weft;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is dialled.
 *
 * <p>Immutable. Start from {@link #DEFAULT} and change what differs: {@code
 * DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(3)).withNoDelay(false)}.
 *
 * @param limits when the dial has to be done
 * @param keepAlive keep-alive of the TCP connection
 * @param noDelay whether the TCP connection sends small writes at once (TCP_NODELAY)
 * @param route where to connect from, and when to try the other IP family
 * @param setup what is done to each socket before it is connected
 */
public record DialConfig(
    Limits limits, KeepAlive keepAlive, boolean noDelay, Route route, SocketSetup setup) {
  /** Go's defaults: no limit of its own, keep-alive and TCP_NODELAY on, fallback after 300 ms. */
  public static final DialConfig DEFAULT =
      new DialConfig(
          new Limits(Duration.ZERO, null),
          KeepAlive.DEFAULT,
          true,
          new Route(null, Duration.ofMillis(300)),
          SocketSetup.NONE);

  /** Checks the values. */
  public DialConfig {
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(keepAlive, "keepAlive");
    Objects.requireNonNull(route, "route");
    Objects.requireNonNull(setup, "setup");
  }

  /**
   * When a dial has to be done, name resolution included; the earlier one of the two counts. With
   * several addresses to try, each gets an equal share of what is left, but at least two seconds.
   *
   * @param timeout time from the call of dial; zero for none, negative for passed already; the
   *     largest ones stand for never
   * @param deadline moment; null for none
   */
  public record Limits(Duration timeout, @Nullable Instant deadline) {
    /** Checks the values. */
    public Limits {
      Objects.requireNonNull(timeout, "timeout");
    }
  }

  /**
   * Where a dial connects from, and when it tries the other IP family.
   *
   * @param localAddress address to bind before connecting: an {@link InetSocketAddress} for TCP, a
   *     {@link java.net.UnixDomainSocketAddress} for unix; null to leave it to the kernel. Of
   *     several addresses to connect to only those of its family are tried. The file of a unix
   *     address stays when the connection is closed.
   * @param fallbackDelay with the network {@code tcp}, how long the addresses of the first one's
   *     family are tried before those of the other family are tried as well (Happy Eyeballs, RFC
   *     6555); zero to try all in order
   */
  public record Route(@Nullable SocketAddress localAddress, Duration fallbackDelay) {
    /** Checks the values. */
    public Route {
      Objects.requireNonNull(fallbackDelay, "fallbackDelay");
      if (fallbackDelay.isNegative()) {
        throw new IllegalArgumentException("fallbackDelay must not be negative: " + fallbackDelay);
      }
      if (localAddress instanceof InetSocketAddress inet && inet.isUnresolved()) {
        throw new IllegalArgumentException("localAddress must be resolved: " + localAddress);
      }
    }
  }

  /**
   * The time that a dial may take.
   *
   * @return the timeout of the {@link #limits()}; zero for none
   */
  public Duration timeout() {
    return limits.timeout();
  }

  /**
   * The moment by which a dial has to be done.
   *
   * @return the deadline of the {@link #limits()}; null for none
   */
  public @Nullable Instant deadline() {
    return limits.deadline();
  }

  /**
   * Returns a copy with another timeout.
   *
   * @param timeout the new value; zero for none, negative for passed already
   * @return the copy
   */
  public DialConfig withTimeout(Duration timeout) {
    return with(new Limits(timeout, limits.deadline()));
  }

  /**
   * Returns a copy with another deadline.
   *
   * @param deadline the new value; null for none
   * @return the copy
   */
  public DialConfig withDeadline(@Nullable Instant deadline) {
    return with(new Limits(limits.timeout(), deadline));
  }

  /**
   * Returns a copy with other keep-alive settings.
   *
   * @param keepAlive the new value
   * @return the copy
   */
  public DialConfig withKeepAlive(KeepAlive keepAlive) {
    return new DialConfig(limits, keepAlive, noDelay, route, setup);
  }

  /**
   * Returns a copy with another TCP_NODELAY.
   *
   * @param noDelay the new value
   * @return the copy
   */
  public DialConfig withNoDelay(boolean noDelay) {
    return new DialConfig(limits, keepAlive, noDelay, route, setup);
  }

  /**
   * Returns a copy that connects from another address.
   *
   * @param localAddress the new value; null to leave it to the kernel
   * @return the copy
   */
  public DialConfig withLocalAddress(@Nullable SocketAddress localAddress) {
    return with(new Route(localAddress, route.fallbackDelay()));
  }

  /**
   * Returns a copy with another delay before the other IP family is tried.
   *
   * @param fallbackDelay the new value; zero to try all addresses in order
   * @return the copy
   */
  public DialConfig withFallbackDelay(Duration fallbackDelay) {
    return with(new Route(route.localAddress(), fallbackDelay));
  }

  /**
   * Returns a copy that sets one more option of each socket, before it is connected.
   *
   * @param option a standard option or one of {@link WeftOptions}
   * @param value the value
   * @param <T> the value's type
   * @return the copy
   */
  public <T> DialConfig withOption(SocketOption<T> option, T value) {
    return with(setup.withOption(option, value));
  }

  /**
   * Returns a copy with another control of the sockets, called before each is connected.
   *
   * @param control the new value
   * @return the copy
   */
  public DialConfig withControl(SocketControl control) {
    return with(setup.withControl(control));
  }

  private DialConfig with(Limits changed) {
    return new DialConfig(changed, keepAlive, noDelay, route, setup);
  }

  private DialConfig with(Route changed) {
    return new DialConfig(limits, keepAlive, noDelay, changed, setup);
  }

  private DialConfig with(SocketSetup changed) {
    return new DialConfig(limits, keepAlive, noDelay, route, changed);
  }
}
