package io.weft;

import java.io.IOException;

/** The poller that was asked for, or every poller, cannot be used here; the message says why. */
public final class PollerUnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the poller, the reason and the remedy
   */
  public PollerUnavailableException(String message) {
    super(message);
  }
}
