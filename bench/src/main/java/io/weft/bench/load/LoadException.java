package io.weft.bench.load;

import java.io.IOException;

/** A load that cannot go on: the server closed, went silent, or sent what nobody asked for. */
public final class LoadException extends IOException {
  private static final long serialVersionUID = 1;

  LoadException(String message) {
    super(message);
  }
}
