package io.weft.server.upstream;

import java.io.IOException;

/** A session finds no upstream. */
public final class NoUpstreamException extends IOException {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  NoUpstreamException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why a session finds no upstream. */
  public enum Reason {
    /** Every upstream is down or disabled. */
    NONE_UP,
    /** The session has tried every upstream that is up. */
    ALL_TRIED,
    /** Every upstream is at its limit of sessions, and none had room in time. */
    QUEUE_TIMEOUT,
    /** Every upstream is at its limit of sessions, and nobody, or nobody more, may wait. */
    QUEUE_FULL,
    /** The pool is closed. */
    CLOSED
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
