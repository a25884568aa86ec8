package io.weft;

import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The poller that was asked for, or every poller, cannot be used here; the message says why. */
public final class PollerUnavailableException extends IOException implements NetError {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the poller, the reason and the remedy
   */
  public PollerUnavailableException(String message) {
    super(message);
  }

  /**
   * The operation that failed.
   *
   * @return open
   */
  @Override
  public String op() {
    return "open";
  }

  /**
   * None.
   *
   * @return the empty string
   */
  @Override
  public String network() {
    return "";
  }

  /**
   * None.
   *
   * @return null
   */
  @Override
  public @Nullable SocketAddress local() {
    return null;
  }

  /**
   * None.
   *
   * @return null
   */
  @Override
  public @Nullable SocketAddress remote() {
    return null;
  }

  /**
   * None.
   *
   * @return 0
   */
  @Override
  public int errno() {
    return 0;
  }

  /**
   * None.
   *
   * @return the empty string
   */
  @Override
  public String errnoName() {
    return "";
  }
}
