package io.weft.server.proxy;

/** Why a session ended. */
public enum Cause {
  /** Both sides have ended; or the client did before it had said what it has to say first. */
  EOF,
  /** One side reset its connection, or takes no more bytes. */
  RESET,
  /** One side is gone: the kernel got no answer from it any more. */
  UNREACHABLE,
  IDLE_TIMEOUT,
  HALF_CLOSE_TIMEOUT,
  LIFETIME,
  HEADER_TIMEOUT,
  BAD_PROXY_HEADER,
  SNI_TIMEOUT,
  BAD_CLIENT_HELLO,
  /** No upstream is up, or none is for that server name. */
  NO_UPSTREAM,
  /** Every upstream was at its limit for too long. */
  QUEUE_TIMEOUT,
  /** Every upstream was at its limit, and nobody, or nobody more, may wait. */
  QUEUE_FULL,
  CONNECT_REFUSED,
  CONNECT_TIMEOUT,
  CONNECT_FAILED,
  DRAIN,
  KILLED,
  /** A fault of this machine, or of the proxy itself. */
  FAILURE;

  /** Whether what was sent is all there was, so that an end of stream does not mislead. */
  boolean isOrderly() {
    return this == EOF || this == IDLE_TIMEOUT;
  }

  @Override
  public String toString() {
    return Words.of(this);
  }
}
