package io.weft.server.config;

/** Something is wrong at a place, and nothing behind it can be read. */
final class FaultException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Place place;

  FaultException(Place place, String text) {
    super(text);
    this.place = place;
  }

  Place place() {
    return place;
  }
}
