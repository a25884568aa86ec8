package io.weft.core;

import io.weft.Network;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.Pipe;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The reading direction of a connection.
 *
 * <p>Into stable memory the kernel writes directly. Into all other memory bytes go through a buffer
 * of the pool, which is taken for an attempt and kept only if it brought bytes: a waiting reader
 * holds none. A transfer receives in the same way, or into a pipe, and what it cannot write it
 * keeps here, for whoever reads next.
 */
final class ReadSide extends Side {
  // room for any message that the kernel lets a sender have in its usual configuration
  private static final int MESSAGE_BYTES_MAX = 512 * 1024;

  /** What {@link #fetchPiped} gives when there is no pipe, or none for this handle. */
  static final int NOT_PIPED = -Errno.EOPNOTSUPP.number();

  /** What {@link #fetchPiped} gives when it has waited in vain: memory may find something. */
  static final int NOTHING = -Errno.EAGAIN.number();

  private final StreamHandle handle;
  private final Poller poller;
  private final BufferPool pool;
  // whether a receive brings a message, whose end is lost if there is no room for it
  private final boolean messages;
  // whether the poller must not receive for a reader who waits: it would do on the loop's thread,
  // one after the other, what the readers' carriers do beside each other
  private final boolean receivesItself;
  // The fields below are owned by the thread that holds the read lock.
  // How much to receive into a buffer of the pool; 0 for the reader's own memory, or for none.
  private int stagedBytes;
  // The reader's own memory while it waits for that; what is to be received into while stagedBytes
  // is set; else bytes that were received, on their way to the reader or kept for the next one.
  // Null: wait for readability only.
  private @Nullable ByteBuffer buffer;
  // How much to receive into a pipe; 0 for memory, or for none.
  private int pipedBytes;
  // whether that has waited once
  private boolean waited;
  // what was received into, on its way to the transfer
  private @Nullable Pipe pipe;

  ReadSide(Polled owner, StreamHandle handle, BufferPool pool) {
    super(owner, Direction.READ);
    this.handle = handle;
    this.poller = owner.loop().poller();
    this.pool = pool;
    this.messages = owner.networkOf() == Network.UNIXPACKET;
    this.receivesItself = owner.loop().isPassed();
  }

  @Override
  String op() {
    return "read";
  }

  boolean hasMessages() {
    return messages;
  }

  /** Receives once; the bytes, 0 at end of stream, or a negated errno. */
  int receive(ByteBuffer dst) throws IOException {
    if (buffer != null) {
      return receiveKept(dst);
    }
    if (isStable(dst)) {
      return receiveDirect(dst);
    }
    int r = receiveStaged(dst.remaining());
    if (r > 0) {
      ByteBuffer received = takeKept();
      dst.put(received);
      pool.give(received);
    }
    return r;
  }

  private int receiveDirect(ByteBuffer dst) throws IOException {
    buffer = dst;
    try {
      int r = perform();
      if (r > 0) {
        dst.position(dst.position() + r);
      }
      return r;
    } finally {
      buffer = null;
    }
  }

  private int receiveStaged(int bytesMax) throws IOException {
    stagedBytes = bytesMax;
    int r = 0;
    try {
      r = perform();
      return r;
    } finally {
      stagedBytes = 0;
      if (r <= 0) {
        dropKept();
      }
    }
  }

  // the end of a message that finds no room is lost, as it is in the kernel
  private int receiveKept(ByteBuffer dst) throws IOException {
    check();
    ByteBuffer kept = takeKept();
    int length = Math.min(kept.remaining(), dst.remaining());
    dst.put(dst.position(), kept, kept.position(), length);
    dst.position(dst.position() + length);
    kept.position(messages ? kept.limit() : kept.position() + length);
    keep(kept);
    return length;
  }

  /** Waits until a receive would have a result. */
  void awaitReadable() throws IOException {
    if (buffer != null) {
      check();
    } else {
      perform();
    }
  }

  /** Receives once, for {@link #takeKept}; the bytes, 0 at end of stream, or a negated errno. */
  int fetch(int bytesMax) throws IOException {
    if (messages) {
      // memory for the longest message is dear, so it is made only when there is one
      awaitReadable();
      return receiveStaged(MESSAGE_BYTES_MAX);
    }
    return receiveStaged(bytesMax);
  }

  /**
   * Receives once, for {@link #takePipe}; the bytes, 0 at end of stream, or a negated errno, of
   * which two have a meaning here: {@link #NOT_PIPED} and {@link #NOTHING}. Nothing must be kept.
   */
  int fetchPiped(int bytesMax) throws IOException {
    pipedBytes = bytesMax;
    waited = false;
    try {
      return perform();
    } finally {
      pipedBytes = 0;
    }
  }

  /** The pipe with the received bytes, which the caller now owns. */
  Pipe takePipe() {
    Pipe filled = Objects.requireNonNull(pipe);
    pipe = null;
    return filled;
  }

  /** Keeps what remains in a pipe, which can then be released. */
  void keep(Pipe received) {
    ByteBuffer rest = pool.takeForMessage(received.bytes());
    for (int left = received.bytes(); left > 0; left = received.bytes()) {
      int r = received.read(rest);
      if (r <= 0) {
        throw new AssertionError(left + " bytes are in a pipe, and a read of it says " + r);
      }
      rest.position(rest.position() + r);
    }
    keep(rest.flip());
  }

  /** Whether received bytes are kept. */
  boolean hasKept() {
    return buffer != null;
  }

  /** The kept bytes, which the caller now owns. */
  ByteBuffer takeKept() {
    ByteBuffer kept = Objects.requireNonNull(buffer);
    buffer = null;
    return kept;
  }

  /** Keeps what remains in a buffer for the next reader. */
  void keep(ByteBuffer received) {
    if (received.hasRemaining()) {
      buffer = received;
    } else {
      pool.give(received);
    }
  }

  /** Gives a taken buffer back, and what is in it up. */
  void give(ByteBuffer received) {
    pool.give(received);
  }

  /** Gives up what is kept. */
  void dropKept() {
    if (buffer != null) {
      pool.give(takeKept());
    }
  }

  @Override
  void provide() {
    if (stagedBytes > 0 && buffer == null) {
      buffer = messages ? pool.takeForMessage(stagedBytes) : pool.take();
    }
  }

  @Override
  int attempt() {
    if (stagedBytes > 0) {
      return attemptStaged(stagedBytes);
    }
    if (pipedBytes > 0) {
      return attemptPiped(pipedBytes);
    }
    ByteBuffer dst = buffer;
    if (dst == null) {
      return handle.readable(this);
    }
    if (!receivesItself) {
      return handle.read(dst, this);
    }
    int r = handle.read(dst, null);
    return r == NOTHING ? waitUntilReadable() : r;
  }

  private int waitUntilReadable() {
    return handle.readable(this) == PENDING ? PENDING : AGAIN;
  }

  private int attemptStaged(int wantedBytes) {
    ByteBuffer staging = buffer;
    if (staging == null) {
      // again on the loop, which makes no memory
      staging = messages ? null : pool.takeKept();
      if (staging == null) {
        return CANCELED;
      }
    }
    buffer = null;
    staging.limit(Math.min(wantedBytes, staging.capacity()));
    int r = handle.read(staging, null);
    if (r > 0) {
      buffer = staging.limit(r);
      return r;
    }
    pool.give(staging);
    return r == NOTHING ? waitUntilReadable() : r;
  }

  private int attemptPiped(int wantedBytes) {
    Pipe empty = poller.pipe();
    if (empty == null) {
      return NOT_PIPED;
    }
    int r = handle.read(empty, wantedBytes);
    if (r > 0) {
      pipe = empty;
      return r;
    }
    empty.release();
    if (r != NOTHING || waited) {
      return r;
    }
    waited = true;
    return waitUntilReadable();
  }
}
