package io.weft.core;

import io.weft.Conn;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one implementation of {@link Conn}. */
final class PolledConn extends Polled implements Conn {
  private final StreamHandle stream;
  private final SocketAddress local;
  private final SocketAddress remote;
  private final ReadSide reads;
  private final WriteSide writes;
  // set by whoever first meets the reset, never cleared
  private volatile boolean reset;

  PolledConn(Endpoint endpoint, Loop loop, StreamHandle stream, BufferPool pool) {
    super(endpoint, loop, stream);
    this.stream = stream;
    this.local = Objects.requireNonNull(endpoint.local());
    this.remote = Objects.requireNonNull(endpoint.remote());
    this.reads = new ReadSide(this, stream, pool);
    this.writes = new WriteSide(this, stream, pool);
    join();
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    if (dst.isReadOnly()) {
      throw new IllegalArgumentException("read-only buffer: " + dst);
    }
    lock(true, "read");
    try {
      if (!dst.hasRemaining()) {
        return 0;
      }
      requireNoReset(reads);
      int r = reads.receive(dst);
      if (r < 0) {
        throw met("read", r);
      }
      return r == 0 ? -1 : r;
    } finally {
      unlock(true);
    }
  }

  @Override
  public void awaitReadable() throws IOException {
    lock(true, "read");
    try {
      if (reset) {
        reads.check();
      } else {
        reads.awaitReadable();
      }
    } finally {
      unlock(true);
    }
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    int bytes = src.remaining();
    lock(false, "write");
    try {
      requireNoReset(writes);
      int r = writes.send(src);
      if (r < 0) {
        throw after(bytes - src.remaining(), met("write", r));
      }
      return bytes;
    } finally {
      unlock(false);
    }
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    lock(false, "write");
    try {
      requireNoReset(writes);
      int end = offset + length;
      long bytes = WriteSide.remaining(srcs, offset, end);
      int r = writes.send(srcs, offset, end);
      if (r < 0) {
        throw after(bytes - WriteSide.remaining(srcs, offset, end), met("write", r));
      }
      return bytes;
    } finally {
      unlock(false);
    }
  }

  private void requireNoReset(Side side) throws IOException {
    if (reset) {
      side.check();
      throw failure(side.op(), -Errno.ECONNRESET.number());
    }
  }

  private IOException met(String op, int negatedErrno) {
    if (negatedErrno == -Errno.ECONNRESET.number()) {
      reset = true;
    }
    return failure(op, negatedErrno);
  }

  // keep-alive may give up in the middle of a write: a timeout, too, tells how far it came
  private static IOException after(long sentBytes, IOException failure) {
    if (failure instanceof InterruptedIOException ended) {
      ended.bytesTransferred = (int) Math.min(sentBytes, Integer.MAX_VALUE);
    }
    return failure;
  }

  @Override
  public void closeRead() throws IOException {
    shutdown(reads);
  }

  @Override
  public void closeWrite() throws IOException {
    shutdown(writes);
  }

  // what waits in that direction is started again, to meet the end: not every poller learns of it
  private void shutdown(Side side) throws IOException {
    inside(
        "close",
        () -> {
          stream.shutdown(side.direction());
          side.cancel();
          return side;
        });
  }

  @Override
  public void setReadDeadline(@Nullable Instant deadline) throws IOException {
    setSideDeadline(reads, nanosAt(deadline));
  }

  @Override
  public void setWriteDeadline(@Nullable Instant deadline) throws IOException {
    setSideDeadline(writes, nanosAt(deadline));
  }

  @Override
  public void setReadTimeout(@Nullable Duration timeout) throws IOException {
    setSideDeadline(reads, nanosAfter(timeout));
  }

  @Override
  public void setWriteTimeout(@Nullable Duration timeout) throws IOException {
    setSideDeadline(writes, nanosAfter(timeout));
  }

  @Override
  public SocketAddress localAddress() {
    return local;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remote;
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    inside(
        "set",
        () -> {
          stream.setOption(option, value);
          return option;
        });
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return inside("get", () -> stream.getOption(option));
  }

  /** A short use of the handle. */
  private interface Use<T> {
    T run() throws IOException;
  }

  private <T> T inside(String op, Use<T> use) throws IOException {
    enter(op);
    try {
      return use.run();
    } catch (ErrnoException e) {
      throw failure(op, e);
    } catch (UnsupportedOperationException e) {
      throw NetErrors.unsupported(endpoint(), op, e);
    } finally {
      leave();
    }
  }

  @Override
  public boolean isOpen() {
    return !isClosing();
  }

  @Override
  public void close() {
    closeHandle();
  }

  @Override
  void cancelAll() {
    reads.cancel();
    writes.cancel();
  }

  @Override
  void retireAll() {
    reads.retire();
    writes.retire();
  }
}
