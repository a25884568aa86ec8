package io.weft.tck;

/** From where a case makes its calls on a connection. */
enum Placement {
  /** From a thread that the connection's own loop carries. */
  OWN_LOOP("own loop"),
  /** From a thread that another loop carries. */
  OTHER_LOOP("other loop"),
  /** From a platform thread. */
  PLATFORM("platform thread");

  private final String text;

  Placement(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
