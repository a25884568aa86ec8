package io.weft;

import java.io.IOException;

/** A network name or an address, given as text, that cannot be used; the message names it. */
public final class AddressException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, with the offending text
   */
  public AddressException(String message) {
    super(message);
  }
}
