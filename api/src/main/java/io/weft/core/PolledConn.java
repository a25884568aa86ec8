package io.weft.core;

import io.weft.Conn;
import io.weft.NetError;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.Pipe;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one implementation of {@link Conn}. */
final class PolledConn extends Polled implements Conn {
  private static final VarHandle FATAL;

  static {
    try {
      FATAL = MethodHandles.lookup().findVarHandle(PolledConn.class, "fatal", IOException.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final StreamHandle stream;
  private final Wiring wiring;
  private final ReadSide reads;
  private final WriteSide writes;
  // the reset, set by whoever first meets it and never cleared; else the first other failure after
  // which there is no use in going on
  private volatile @Nullable IOException fatal;
  // Made when a transfer from here has met a full target. Owned by whoever runs the write of the
  // transfer that holds the read lock.
  private @Nullable Alarm alarm;
  // what the writer waits for instead of the handle
  private volatile @Nullable FileRead fileRead;

  PolledConn(Endpoint endpoint, Loop loop, StreamHandle stream, Wiring wiring) {
    super(endpoint, loop, stream);
    this.stream = stream;
    this.wiring = wiring;
    this.reads = new ReadSide(this, stream, wiring.pool());
    this.writes = new WriteSide(this, stream, wiring.pool());
    Observation observation = wiring.observation();
    if (observation != null) {
      observation.opened(this);
    }
    join();
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    Objects.requireNonNull(dst, "dst");
    if (dst.isReadOnly()) {
      throw new IllegalArgumentException("read-only buffer: " + dst);
    }
    lock(true, "read");
    try {
      if (!dst.hasRemaining()) {
        return 0;
      }
      // of kept bytes the observer has heard when they came
      boolean kept = reads.hasKept();
      if (!kept) {
        requireNoReset(reads);
      }
      int r = reads.receive(dst);
      if (r < 0) {
        throw met("read", r);
      }
      if (!kept) {
        received(r);
      }
      return r == 0 ? -1 : r;
    } finally {
      unlock(true);
    }
  }

  private void received(int bytes) {
    Observation observation = wiring.observation();
    if (observation != null && bytes > 0) {
      observation.received(this, bytes);
    }
  }

  @Override
  public void awaitReadable() throws IOException {
    lock(true, "read");
    try {
      if (isReset() && !reads.hasKept()) {
        reads.check();
      } else {
        reads.awaitReadable();
      }
    } finally {
      unlock(true);
    }
  }

  @Override
  public long transferTo(Conn target, long countMax) throws IOException {
    Objects.requireNonNull(target, "target");
    if (countMax < 0) {
      throw new IllegalArgumentException("countMax must not be negative: " + countMax);
    }
    lock(true, "read");
    Transfer transfer = new Transfer(this, reads, target);
    try {
      transfer.run(countMax);
      return transfer.movedBytes();
    } catch (IOException e) {
      throw NetErrors.after(transfer.movedBytes(), e);
    } finally {
      if (transfer.isInside()) {
        unlock(true);
      }
    }
  }

  /** Receives for a transfer, unless bytes are kept; false at end of stream. */
  boolean fetch(int bytesMax) throws IOException {
    if (reads.hasKept()) {
      reads.check();
      return true;
    }
    requireNoReset(reads);
    int r = reads.fetch(bytesMax);
    if (r < 0) {
      throw met("read", r);
    }
    received(r);
    return r > 0;
  }

  /**
   * Receives for a transfer, into a pipe, when nothing is kept; the bytes, 0 at end of stream,
   * {@link ReadSide#NOT_PIPED} or {@link ReadSide#NOTHING}.
   */
  int fetchPiped(int bytesMax) throws IOException {
    requireNoReset(reads);
    int r = reads.fetchPiped(bytesMax);
    if (r < 0 && r != ReadSide.NOT_PIPED && r != ReadSide.NOTHING) {
      throw met("read", r);
    }
    received(r);
    return r;
  }

  /** Whether bytes may come by pipe: not as messages. */
  boolean takesPipes() {
    return !reads.hasMessages();
  }

  /** What is raised when this connection has failed though nobody reads it. */
  Alarm alarm() {
    Alarm present = alarm;
    if (present != null) {
      return present;
    }
    Alarm made = new Alarm();
    alarm = made;
    // not once it is closed: then that ends what is under way
    if (mutex.enter()) {
      loop().execute(() -> watch(made));
    }
    return made;
  }

  private void watch(Alarm made) {
    if (!loop().hasEnded()) {
      stream.onFailure(made);
    }
    leave();
  }

  /** What this connection has failed with, when its alarm was raised. Under the read lock. */
  IOException failed() {
    if (!mutex.enter()) {
      return closed("read");
    }
    try {
      int negatedErrno = stream.failure();
      if (negatedErrno == 0 && fatal instanceof NetError met) {
        negatedErrno = -met.errno();
      }
      // behind the end of the peer's stream the kernel calls a reset EPIPE
      boolean reset = negatedErrno == 0 || negatedErrno == -Errno.EPIPE.number();
      return met("read", reset ? -Errno.ECONNRESET.number() : negatedErrno);
    } finally {
      leave();
    }
  }

  /** As {@link #write(ByteBuffer)}, for a transfer. */
  void write(ByteBuffer src, Transfer by) throws IOException {
    lock(false, "write");
    writes.writeFor(by);
    try {
      send(src);
    } finally {
      writes.writeFor(null);
      unlock(false);
    }
  }

  /**
   * Sends all that is in a pipe, or throws, for a transfer; false when that is not possible by
   * pipe.
   */
  boolean write(Pipe src, Transfer by) throws IOException {
    lock(false, "write");
    writes.writeFor(by);
    try {
      return send(src);
    } finally {
      writes.writeFor(null);
      unlock(false);
    }
  }

  /** Sends all that is in a pipe, or throws; false when that is not possible by pipe. */
  boolean send(Pipe src) throws IOException {
    int bytes = src.bytes();
    try {
      requireNoReset(writes);
      int r = writes.send(src);
      if (r < 0 && r != -Errno.EOPNOTSUPP.number()) {
        throw met("write", r);
      }
      return r == 0;
    } catch (IOException e) {
      throw NetErrors.after(bytes - src.bytes(), e);
    } finally {
      sent(bytes - src.bytes());
    }
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    Objects.requireNonNull(src, "src");
    lock(false, "write");
    try {
      return send(src);
    } finally {
      unlock(false);
    }
  }

  /** Sends all of it, or throws. Under the write lock. */
  int send(ByteBuffer src) throws IOException {
    int bytes = src.remaining();
    try {
      requireNoReset(writes);
      int r = writes.send(src);
      if (r < 0) {
        throw met("write", r);
      }
      return bytes;
    } catch (IOException e) {
      throw NetErrors.after(bytes - src.remaining(), e);
    } finally {
      sent(bytes - src.remaining());
    }
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    Objects.requireNonNull(srcs, "srcs");
    Objects.checkFromIndexSize(offset, length, srcs.length);
    int end = offset + length;
    long bytes = WriteSide.remaining(srcs, offset, end);
    lock(false, "write");
    try {
      requireNoReset(writes);
      int r = writes.send(srcs, offset, end);
      if (r < 0) {
        throw met("write", r);
      }
      return bytes;
    } catch (IOException e) {
      throw NetErrors.after(bytes - WriteSide.remaining(srcs, offset, end), e);
    } finally {
      if (wiring.observation() != null) {
        sent(bytes - WriteSide.remaining(srcs, offset, end));
      }
      unlock(false);
    }
  }

  private void sent(long bytes) {
    Observation observation = wiring.observation();
    if (observation != null && bytes > 0) {
      observation.sent(this, bytes);
    }
  }

  private boolean isReset() {
    return fatal instanceof NetError met && met.errno() == Errno.ECONNRESET.number();
  }

  private void requireNoReset(Side side) throws IOException {
    if (isReset()) {
      side.check();
      throw failure(side.op(), -Errno.ECONNRESET.number());
    }
  }

  private IOException met(String op, int negatedErrno) {
    IOException failure = failure(op, negatedErrno);
    Errno errno = Errno.of(-negatedErrno);
    if (errno == Errno.ECONNRESET) {
      fatal = failure;
    } else if (!isPassing(errno)) {
      // never over a reset, which the other direction may be meeting
      FATAL.compareAndSet(this, null, failure);
    }
    return failure;
  }

  // whether another try may succeed
  private static boolean isPassing(@Nullable Errno errno) {
    return switch (errno) {
      case EMSGSIZE, ENOBUFS, ENOMEM, EINVAL -> true;
      case null, default -> false;
    };
  }

  @Override
  public long transferFrom(FileChannel source, long position, long count) throws IOException {
    Objects.requireNonNull(source, "source");
    if (position < 0 || count < 0) {
      throw new IllegalArgumentException(
          "position and count must not be negative: " + position + ", " + count);
    }
    lock(false, "write");
    FileTransfer transfer = new FileTransfer(this, source, position, count);
    try {
      writes.check();
      transfer.run(wiring.pool());
      return transfer.sentBytes();
    } catch (IOException e) {
      throw NetErrors.after(transfer.sentBytes(), e);
    } finally {
      unlock(false);
    }
  }

  /** Reads from a file on a thread that may block; what the read returns. Under the write lock. */
  int read(FileRead.Call call) throws IOException {
    requireNoReset(writes);
    int r = Completion.CANCELED;
    while (r == Completion.CANCELED) {
      FileRead read = new FileRead(call, writes);
      try {
        r = writes.performElsewhere(() -> start(read));
      } finally {
        fileRead = null;
      }
      read.rethrow();
    }
    return r;
  }

  private void start(FileRead read) {
    fileRead = read;
    wiring.offload().run(read);
  }

  @Override
  void cancelPending(Direction direction) {
    FileRead read = fileRead;
    if (read != null && direction == Direction.WRITE) {
      read.abandon();
    } else {
      super.cancelPending(direction);
    }
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
    return Objects.requireNonNull(endpoint().local());
  }

  @Override
  public SocketAddress remoteAddress() {
    return Objects.requireNonNull(endpoint().remote());
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
  void afterRelease() {
    Observation observation = wiring.observation();
    if (observation != null) {
      observation.closed(this, fatal);
    }
  }

  @Override
  void cancelAll() {
    reads.cancel();
    writes.cancel();
  }

  @Override
  void retireAll() {
    reads.dropKept();
    reads.retire();
    writes.retire();
  }

  /**
   * What a connection needs of its net.
   *
   * @param observation null when nobody observes
   */
  record Wiring(BufferPool pool, Offload offload, @Nullable Observation observation) {}
}
