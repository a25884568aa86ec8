package io.weft.tck.soak;

import io.weft.Conn;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** One thread that uses one direction of a connection, whatever comes between. */
abstract class Half {
  private static final int PAUSE_NANOS_MAX = 300_000;

  final Conn conn;
  final Random random;
  final Buffers buffers;
  final Tally tally;

  Half(Conn conn, Random random, Tally tally) {
    this.conn = conn;
    this.random = random;
    this.tally = tally;
    buffers = new Buffers(random);
  }

  /** Lets the next call succeed after one that was ended. */
  final void resume(InterruptedIOException e) throws IOException {
    tally.ended(e);
    if (e instanceof SocketTimeoutException) {
      forgetDeadline();
    } else if (!Thread.interrupted()) {
      throw new AssertionError("an interrupt was told, and its flag is gone", e);
    }
  }

  /** Moves the deadline that ended a call. */
  abstract void forgetDeadline() throws IOException;

  /** Is slow now and then. */
  final void dawdle() {
    if (random.nextInt(24) == 0) {
      LockSupport.parkNanos(random.nextInt(PAUSE_NANOS_MAX));
    }
  }
}
