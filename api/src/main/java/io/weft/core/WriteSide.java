package io.weft.core;

import io.weft.Network;
import io.weft.spi.Direction;
import io.weft.spi.Pipe;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The writing direction of a connection: everything, or an exception.
 *
 * <p>Stable memory goes to the kernel as it is, several buffers in one call; all other memory goes
 * through a buffer of the pool, which also joins small buffers.
 */
final class WriteSide extends Side {
  private final StreamHandle handle;
  private final BufferPool pool;
  // whether what one send takes is a message of its own
  private final boolean messages;
  // what the next attempt sends. Owned by the thread that holds the write lock.
  private @Nullable ByteBuffer source;
  private ByteBuffer @Nullable [] sources;
  private int from;
  private int to;
  private @Nullable Pipe pipe;
  // whose bytes these are, if a transfer's; for the loop, too, while an operation is pending
  private @Nullable Transfer transfer;

  WriteSide(Polled owner, StreamHandle handle, BufferPool pool) {
    super(owner, Direction.WRITE);
    this.handle = handle;
    this.pool = pool;
    this.messages = owner.networkOf() == Network.UNIXPACKET;
  }

  @Override
  String op() {
    return "write";
  }

  /** Writes for a transfer from now on; null for somebody else. Under the write lock. */
  void writeFor(@Nullable Transfer by) {
    transfer = by;
  }

  @Override
  public void full() {
    if (transfer != null) {
      transfer.targetIsFull();
    }
  }

  @Override
  boolean isUnwanted() {
    return transfer != null && transfer.sourceHasFailed();
  }

  @Override
  void check() throws IOException {
    super.check();
    if (transfer != null) {
      transfer.requireSource();
    }
  }

  @Override
  int attempt() {
    ByteBuffer one = source;
    if (one != null) {
      return handle.write(one, this);
    }
    Pipe piped = pipe;
    if (piped != null) {
      return handle.write(piped, piped.bytes(), this);
    }
    ByteBuffer[] many = sources;
    assert many != null;
    return handle.write(many, from, to, this);
  }

  /** Sends all that is in a pipe; 0, or a negated errno. What is left tells how far it came. */
  int send(Pipe src) throws IOException {
    pipe = src;
    try {
      while (src.bytes() > 0) {
        int r = perform();
        if (r < 0) {
          return r;
        }
      }
      return 0;
    } finally {
      pipe = null;
    }
  }

  @Override
  int attemptElsewhere() {
    ByteBuffer one = source;
    return one != null ? handle.attemptWrite(one) : super.attemptElsewhere();
  }

  /** Sends all of it; 0, or a negated errno. The position tells how far it came. */
  int send(ByteBuffer src) throws IOException {
    if (!src.hasRemaining()) {
      return sendEmpty();
    }
    // a transfer's buffers are the pool's
    return transfer != null || isStable(src) ? sendStable(src) : sendStaged(src);
  }

  /** Sends all of them, in order; 0, or a negated errno. The positions tell how far it came. */
  int send(ByteBuffer[] srcs, int first, int end) throws IOException {
    if (remaining(srcs, first, end) == 0) {
      check();
      return 0;
    }
    boolean inOne = !messages || end - first <= StreamHandle.GATHER_MAX;
    return inOne && areStable(srcs, first, end)
        ? sendGathered(srcs, first, end)
        : sendStaged(srcs, first, end);
  }

  // nothing at all, or a message without bytes
  private int sendEmpty() throws IOException {
    if (!messages) {
      check();
      return 0;
    }
    ByteBuffer buffer = pool.take().limit(0);
    source = buffer;
    try {
      return perform();
    } finally {
      source = null;
      pool.give(buffer);
    }
  }

  private int sendStable(ByteBuffer src) throws IOException {
    source = src;
    try {
      while (src.hasRemaining()) {
        int r = perform();
        if (r < 0) {
          return r;
        }
        src.position(src.position() + r);
      }
      return 0;
    } finally {
      source = null;
    }
  }

  private int sendGathered(ByteBuffer[] srcs, int first, int end) throws IOException {
    sources = srcs;
    to = end;
    from = skipEmpty(srcs, first, end);
    try {
      while (from < end) {
        int r = perform();
        if (r < 0) {
          return r;
        }
        advance(srcs, from, end, r);
        from = skipEmpty(srcs, from, end);
      }
      return 0;
    } finally {
      sources = null;
    }
  }

  // not by the method for many: the list would be this path's only allocation
  private int sendStaged(ByteBuffer src) throws IOException {
    ByteBuffer buffer = messages ? pool.takeForMessage(src.remaining()) : pool.take();
    source = buffer;
    try {
      while (src.hasRemaining()) {
        copy(src, buffer.clear());
        buffer.flip();
        while (buffer.hasRemaining()) {
          int r = perform();
          if (r < 0) {
            return r;
          }
          buffer.position(buffer.position() + r);
          src.position(src.position() + r);
        }
      }
      return 0;
    } finally {
      source = null;
      pool.give(buffer);
    }
  }

  private int sendStaged(ByteBuffer[] srcs, int first, int end) throws IOException {
    ByteBuffer buffer = messages ? pool.takeForMessage(remaining(srcs, first, end)) : pool.take();
    source = buffer;
    try {
      int next = skipEmpty(srcs, first, end);
      while (next < end) {
        fill(buffer.clear(), srcs, next, end);
        while (buffer.hasRemaining()) {
          int r = perform();
          if (r < 0) {
            return r;
          }
          buffer.position(buffer.position() + r);
          advance(srcs, next, end, r);
        }
        next = skipEmpty(srcs, next, end);
      }
      return 0;
    } finally {
      source = null;
      pool.give(buffer);
    }
  }

  // copies as much as fits, without moving the sources
  private static void fill(ByteBuffer buffer, ByteBuffer[] srcs, int first, int end) {
    for (int i = first; i < end && buffer.hasRemaining(); i++) {
      copy(srcs[i], buffer);
    }
    buffer.flip();
  }

  private static void copy(ByteBuffer src, ByteBuffer buffer) {
    int length = Math.min(src.remaining(), buffer.remaining());
    buffer.put(buffer.position(), src, src.position(), length);
    buffer.position(buffer.position() + length);
  }

  private static void advance(ByteBuffer[] srcs, int first, int end, int sentBytes) {
    int left = sentBytes;
    for (int i = first; i < end && left > 0; i++) {
      int step = Math.min(left, srcs[i].remaining());
      srcs[i].position(srcs[i].position() + step);
      left -= step;
    }
    assert left == 0 : "the adapter took more than it was given";
  }

  private static int skipEmpty(ByteBuffer[] srcs, int first, int end) {
    int i = first;
    while (i < end && !srcs[i].hasRemaining()) {
      i++;
    }
    return i;
  }

  private boolean areStable(ByteBuffer[] srcs, int first, int end) {
    for (int i = first; i < end; i++) {
      if (!isStable(srcs[i])) {
        return false;
      }
    }
    return true;
  }

  static long remaining(ByteBuffer[] srcs, int first, int end) {
    long sum = 0;
    for (int i = first; i < end; i++) {
      sum += srcs[i].remaining();
    }
    return sum;
  }
}
