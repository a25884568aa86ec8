package io.weft.server.proxy;

/** How far a session has come. */
public enum Phase {
  /** The PROXY header is awaited. */
  HEADER,
  /** The TLS ClientHello is awaited. */
  SNI,
  /** A slot of an upstream is awaited. */
  QUEUE,
  /** An upstream is dialled. */
  CONNECT,
  /** Both sides may send. */
  DATA,
  /** One side has ended, the other may still send. */
  LAST_DATA;

  @Override
  public String toString() {
    return Words.of(this);
  }
}
