package io.weft.tck.soak;

import io.weft.Conn;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Random;

/** Moves what comes over a connection to another one, or back. */
final class Mover extends Half {
  private final Conn target;

  Mover(Conn conn, Conn target, Random random, Tally tally) {
    super(conn, random, tally);
    this.target = target;
  }

  /** Moves all up to the end. */
  void move() throws IOException {
    for (boolean more = true; more; ) {
      long countMax = random.nextInt(4) == 0 ? Long.MAX_VALUE : 4L * Sizes.piece(random);
      try {
        more = conn.transferTo(target, countMax) == countMax;
        dawdle();
      } catch (InterruptedIOException e) {
        resume(e);
      }
    }
  }

  @Override
  void forgetDeadline() throws IOException {
    conn.setReadDeadline(null);
    target.setWriteDeadline(null);
  }
}
