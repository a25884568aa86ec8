package io.weft.core;

import io.weft.Network;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.NativeMemory;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The reading direction of a connection.
 *
 * <p>Into stable memory the kernel writes directly. Into all other memory bytes go through a buffer
 * of the pool, which is taken when an attempt is made and kept only if it brought bytes: a waiting
 * reader holds none.
 */
final class ReadSide extends Side {
  private final StreamHandle handle;
  private final BufferPool pool;
  // whether a receive brings a message, whose end is lost if there is no room for it
  private final boolean messages;
  // null: wait for readability only. Owned by the thread that holds the read lock.
  private @Nullable ByteBuffer target;
  private boolean staged;
  // the received bytes, when staged
  private @Nullable ByteBuffer lease;

  ReadSide(Polled owner, StreamHandle handle, BufferPool pool) {
    super(owner, Direction.READ);
    this.handle = handle;
    this.pool = pool;
    this.messages = owner.networkOf() == Network.UNIXPACKET;
  }

  @Override
  String op() {
    return "read";
  }

  /** Receives once; the bytes, 0 at end of stream, or a negated errno. */
  int receive(ByteBuffer dst) throws IOException {
    target = dst;
    staged = !NativeMemory.isStable(dst);
    try {
      int r = perform();
      ByteBuffer received = lease;
      if (received != null) {
        lease = null;
        dst.put(received.limit(r));
        pool.give(received);
      } else if (r > 0) {
        dst.position(dst.position() + r);
      }
      return r;
    } finally {
      target = null;
    }
  }

  /** Waits until a receive would have a result. */
  void awaitReadable() throws IOException {
    perform();
  }

  @Override
  int attempt() {
    ByteBuffer dst = target;
    if (dst == null) {
      return handle.readable(this);
    }
    return staged ? attemptStaged(dst.remaining()) : handle.read(dst, this);
  }

  private int attemptStaged(int wantedBytes) {
    ByteBuffer buffer = messages ? pool.takeForMessage(wantedBytes) : pool.take();
    buffer.limit(Math.min(wantedBytes, buffer.capacity()));
    int r = handle.read(buffer, null);
    if (r > 0) {
      lease = buffer;
      return r;
    }
    pool.give(buffer);
    if (r != -Errno.EAGAIN.number()) {
      return r;
    }
    return handle.readable(this) == PENDING ? PENDING : AGAIN;
  }
}
