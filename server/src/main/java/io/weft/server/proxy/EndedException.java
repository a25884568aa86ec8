package io.weft.server.proxy;

import java.io.IOException;

/** Ends a session where it stands; has no stack to fill. */
final class EndedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Ending ending;

  EndedException(Ending ending) {
    super(ending.toString());
    this.ending = ending;
  }

  Ending ending() {
    return ending;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
