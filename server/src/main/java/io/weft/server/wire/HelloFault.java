package io.weft.server.wire;

/** What is wrong with a ClientHello; does not leave this package, and has no stack to fill. */
final class HelloFault extends Exception {
  private static final long serialVersionUID = 1L;

  HelloFault(String message) {
    super(message, null, false, false);
  }
}
