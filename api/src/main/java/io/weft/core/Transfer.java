package io.weft.core;

import io.weft.Conn;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Moves bytes from a connection, whose read lock the caller holds, to another one: receives a
 * buffer of the pool's, writes it, and leaves at the source what could not be written.
 *
 * <p>While it writes it uses the source's handle no more, though nobody else may read: the write
 * may wait for long, and a close of the source must not wait for it.
 */
final class Transfer {
  // when nothing makes the thread wait, the others that its carrier runs have a turn after so many
  private static final int TURN_CHUNKS = 16;

  private final PolledConn source;
  private final ReadSide reads;
  private final Conn target;
  private long movedBytes;
  private boolean inside = true;

  Transfer(PolledConn source, ReadSide reads, Conn target) {
    this.source = source;
    this.reads = reads;
    this.target = target;
  }

  /** What the target has taken so far. */
  long movedBytes() {
    return movedBytes;
  }

  /** Whether the caller still holds the read lock: not when the source was closed meanwhile. */
  boolean isInside() {
    return inside;
  }

  /** Moves until the count is reached or the stream ends. */
  void run(long countMax) throws IOException {
    int chunks = 0;
    while (movedBytes < countMax) {
      long left = countMax - movedBytes;
      if (!source.fetch((int) Math.min(left, Integer.MAX_VALUE))) {
        return;
      }
      write(left);
      if (++chunks % TURN_CHUNKS == 0) {
        Thread.yield();
      }
    }
  }

  private void write(long bytesMax) throws IOException {
    ByteBuffer chunk = reads.takeKept();
    int start = chunk.position();
    int end = chunk.limit();
    // what was kept of an earlier transfer may be more than this one may move
    if (!reads.hasMessages()) {
      chunk.limit(start + (int) Math.min(end - start, bytesMax));
    }
    source.leave();
    try {
      target.write(chunk);
    } finally {
      movedBytes += chunk.position() - start;
      chunk.limit(end);
      inside = source.mutex.enter();
      if (inside) {
        reads.keep(chunk);
      } else {
        reads.give(chunk);
      }
    }
    if (!inside) {
      throw source.closed("read");
    }
  }
}
