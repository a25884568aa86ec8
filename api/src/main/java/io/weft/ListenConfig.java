package io.weft;

import java.net.SocketOption;
import java.util.Objects;

/**
 * How a listener is made.
 *
 * @param backlogMax connections that the kernel queues before accept; 0 takes the machine's limit
 *     ({@code /proc/sys/net/core/somaxconn})
 * @param keepAlive keep-alive of accepted TCP connections
 * @param noDelay whether accepted TCP connections send small writes at once (TCP_NODELAY)
 * @param unlinkOnClose whether closing a unix listener removes the file that it made; abstract
 *     names have none
 * @param setup what is done to the listening socket before it is bound
 */
public record ListenConfig(
    int backlogMax,
    KeepAlive keepAlive,
    boolean noDelay,
    boolean unlinkOnClose,
    SocketSetup setup) {
  /** Go's defaults. */
  public static final ListenConfig DEFAULT =
      new ListenConfig(0, KeepAlive.DEFAULT, true, true, SocketSetup.NONE);

  /** Checks the values. */
  public ListenConfig {
    Objects.requireNonNull(keepAlive, "keepAlive");
    Objects.requireNonNull(setup, "setup");
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
    return new ListenConfig(backlogMax, keepAlive, noDelay, unlinkOnClose, setup);
  }

  /**
   * Returns a copy with other keep-alive settings.
   *
   * @param keepAlive the new value
   * @return the copy
   */
  public ListenConfig withKeepAlive(KeepAlive keepAlive) {
    return new ListenConfig(backlogMax, keepAlive, noDelay, unlinkOnClose, setup);
  }

  /**
   * Returns a copy with another TCP_NODELAY.
   *
   * @param noDelay the new value
   * @return the copy
   */
  public ListenConfig withNoDelay(boolean noDelay) {
    return new ListenConfig(backlogMax, keepAlive, noDelay, unlinkOnClose, setup);
  }

  /**
   * Returns a copy that removes its socket file on close, or leaves it.
   *
   * @param unlinkOnClose the new value
   * @return the copy
   */
  public ListenConfig withUnlinkOnClose(boolean unlinkOnClose) {
    return new ListenConfig(backlogMax, keepAlive, noDelay, unlinkOnClose, setup);
  }

  /**
   * Returns a copy that sets one more option of the listening socket, before it is bound.
   *
   * @param option a standard option or one of {@link WeftOptions}
   * @param value the value
   * @param <T> the value's type
   * @return the copy
   */
  public <T> ListenConfig withOption(SocketOption<T> option, T value) {
    return with(setup.withOption(option, value));
  }

  /**
   * Returns a copy with another control of the listening socket, called before it is bound.
   *
   * @param control the new value
   * @return the copy
   */
  public ListenConfig withControl(SocketControl control) {
    return with(setup.withControl(control));
  }

  private ListenConfig with(SocketSetup changed) {
    return new ListenConfig(backlogMax, keepAlive, noDelay, unlinkOnClose, changed);
  }
}
