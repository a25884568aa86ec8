package io.weft.core;

import io.weft.Conn;
import io.weft.spi.Pipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes from a connection, whose read lock the caller holds, to another one: receives a
 * buffer of the pool's, writes it, and leaves at the source what could not be written.
 *
 * <p>While a receive brings all that a buffer holds, more is there, and it goes on by pipe, which
 * saves both copies; when that brings little or is refused, it comes back to memory.
 *
 * <p>While it writes it uses the source's handle no more, though nobody else may read: the write
 * may wait for long, and a close of the source must not wait for it. Only if the target is a
 * connection of ours and has no room, the source's failure ends the write.
 */
final class Transfer {
  // when no read makes the thread wait, the others that its carrier runs have a turn after so many
  private static final int TURN_CHUNKS = 16;
  // for the same reason, what one of them is at most
  private static final int PIPED_BYTES_MAX = 1024 * 1024;
  // smaller pieces cost as much by pipe as by memory, and the smallest cost more; measured
  private static final int PIPED_BYTES_MIN = 32 * 1024;
  private static final int LITTLES_MAX = 2;
  // how many full buffers go by memory before a pipe is tried again that was refused
  private static final int REFUSED_CHUNKS = 64;

  private final PolledConn source;
  private final ReadSide reads;
  private final Conn target;
  private final Thread thread = Thread.currentThread();
  // the target as one of ours, and as one that may take pipes
  private final @Nullable PolledConn polled;
  private final @Nullable PolledConn outlet;
  private long movedBytes;
  private boolean inside = true;
  private boolean piping;
  private int littles;
  private int refusedChunks;
  // of the source, once the target was full. Written by whoever runs the write.
  private volatile @Nullable Alarm alarm;

  Transfer(PolledConn source, ReadSide reads, Conn target) {
    this.source = source;
    this.reads = reads;
    this.target = target;
    polled = target instanceof PolledConn to ? to : null;
    boolean streams = source.takesPipes() && polled != null && polled.takesPipes();
    outlet = streams ? polled : null;
  }

  /** What the target has taken so far. */
  long movedBytes() {
    return movedBytes;
  }

  /** Whether the caller still holds the read lock: not when the source was closed meanwhile. */
  boolean isInside() {
    return inside;
  }

  /** A write to the target has found no room. On the transfer's thread or the target's loop. */
  void targetIsFull() {
    // a target that is its own source fails as a target
    if (alarm == null && polled != source) {
      Alarm own = source.alarm();
      alarm = own;
      own.wake(thread);
    }
  }

  /** Whether it is known that the source has failed, and the target was full. Any thread. */
  boolean sourceHasFailed() {
    Alarm own = alarm;
    return own != null && own.isRaised();
  }

  /** Throws if it is so. On the transfer's thread. */
  void requireSource() throws IOException {
    if (sourceHasFailed()) {
      throw source.failed();
    }
  }

  /** Moves until the count is reached or the stream ends. */
  void run(long countMax) throws IOException {
    try {
      move(countMax);
    } finally {
      Alarm own = alarm;
      if (own != null) {
        own.wake(null);
      }
    }
  }

  private void move(long countMax) throws IOException {
    while (movedBytes < countMax) {
      long before = movedBytes;
      long left = countMax - before;
      PolledConn to = piping && left >= PIPED_BYTES_MIN ? outlet : null;
      boolean more = to == null ? copy(left) : pipe(left, to);
      if (!more) {
        return;
      }
      if (movedBytes - before >= PIPED_BYTES_MIN) {
        Loop.yieldBeforeWait();
      }
      if (reads.isUnbroken(TURN_CHUNKS)) {
        Thread.yield();
      }
    }
  }

  private boolean copy(long left) throws IOException {
    if (!source.fetch((int) Math.min(left, Integer.MAX_VALUE))) {
      return false;
    }
    ByteBuffer chunk = reads.takeKept();
    boolean full = chunk.remaining() == chunk.capacity();
    write(chunk, left);
    // nothing is kept after a write that has returned, but what this transfer may not move
    piping = full && outlet != null && --refusedChunks <= 0;
    return true;
  }

  private void write(ByteBuffer chunk, long bytesMax) throws IOException {
    int start = chunk.position();
    int end = chunk.limit();
    // what was kept of an earlier transfer may be more than this one may move
    if (!reads.hasMessages()) {
      chunk.limit(start + (int) Math.min(end - start, bytesMax));
    }
    source.leave();
    try {
      if (polled != null) {
        polled.write(chunk, this);
      } else {
        target.write(chunk);
      }
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
    requireInside();
  }

  private boolean pipe(long left, PolledConn to) throws IOException {
    int r = source.fetchPiped((int) Math.min(left, PIPED_BYTES_MAX));
    if (r == 0) {
      return false;
    }
    if (r == ReadSide.NOT_PIPED || (r > 0 && !write(reads.takePipe(), to))) {
      piping = false;
      refusedChunks = REFUSED_CHUNKS;
      return true;
    }
    littles = r < PIPED_BYTES_MIN ? littles + 1 : 0;
    if (littles == LITTLES_MAX || r == ReadSide.NOTHING) {
      littles = 0;
      piping = false;
    }
    return true;
  }

  // whether it could; what the target did not take is kept
  private boolean write(Pipe pipe, PolledConn to) throws IOException {
    int bytes = pipe.bytes();
    boolean taken;
    source.leave();
    try {
      taken = to.write(pipe, this);
    } finally {
      movedBytes += bytes - pipe.bytes();
      inside = source.mutex.enter();
      try {
        if (inside && pipe.bytes() > 0) {
          reads.keep(pipe);
        }
      } finally {
        pipe.release();
      }
    }
    requireInside();
    return taken;
  }

  private void requireInside() throws IOException {
    if (!inside) {
      throw source.closed("read");
    }
  }
}
