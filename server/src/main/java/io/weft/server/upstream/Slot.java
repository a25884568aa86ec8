package io.weft.server.upstream;

import io.weft.Conn;
import java.io.IOException;

/**
 * The right to one session with one upstream. Who has it closes it, after its connection, whether
 * it has connected or not. Any thread may call any method.
 */
public final class Slot implements AutoCloseable {
  private final UpstreamPool pool;
  private final Upstream upstream;

  // guarded by the pool's lock
  private Stage stage = Stage.NEW;

  /** How far a slot has come. */
  enum Stage {
    NEW,
    DIALLED,
    CONNECTED,
    RESET_EARLY,
    CLOSED
  }

  Slot(UpstreamPool pool, Upstream upstream) {
    this.pool = pool;
    this.upstream = upstream;
  }

  /** Where the session goes. */
  public Upstream upstream() {
    return upstream;
  }

  /**
   * Dials the upstream, once, with the pool's timeout of a connect. Whether it succeeds is
   * remembered of the upstream. The connection is the caller's to close.
   *
   * @throws IOException as {@link io.weft.Net#dial}
   * @throws IllegalStateException it has been called before, or this slot is closed
   */
  public Conn connect() throws IOException {
    return pool.connect(this);
  }

  /**
   * Tells that the upstream reset the connection before any byte came from it: another failure that
   * is remembered of it. Has no effect when said twice, without a connection, or after close.
   */
  public void endedEarly() {
    pool.endedEarly(this);
  }

  /** Gives the slot to the next one that waits. A second close has no effect. */
  @Override
  public void close() {
    pool.release(this);
  }

  /** Goes on if this is where it stands; returns whether it was. */
  boolean advance(Stage from, Stage to) {
    if (stage != from) {
      return false;
    }
    stage = to;
    return true;
  }

  /** Ends; returns where it stood. */
  Stage end() {
    Stage last = stage;
    stage = Stage.CLOSED;
    return last;
  }
}
