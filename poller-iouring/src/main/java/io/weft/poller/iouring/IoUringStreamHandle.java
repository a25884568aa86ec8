package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A stream on a ring.
 *
 * <p>A receive names no memory: the kernel takes a buffer of the ring when bytes arrive, the waiting
 * read is told to go on, and its next call copies. A canceled read leaves the receive where it is;
 * what that brings is the next reader's. A send names the caller's memory and is really canceled.
 */
final class IoUringStreamHandle extends IoUringHandle implements StreamHandle {
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_WAITALL = 0x100;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int CQE_F_BUFFER = 1;
  private static final int CQE_F_SOCK_NONEMPTY = 1 << 2;
  private static final int F_SETFL = 4;
  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 04000;
  private static final int MSGHDR_BYTES = 56;
  private static final int IOVEC_BYTES = 16;
  private static final int NONE = -1;

  private @Nullable Op receive;
  private @Nullable Op send;
  private @Nullable Completion reader;
  private @Nullable Completion writer;
  // the buffer that holds unread bytes, and which of its bytes these are
  private int inbox = NONE;
  private int inboxFrom;
  private int inboxTo;
  private int failure;
  private boolean endOfStream;
  private boolean moreExpected;

  IoUringStreamHandle(IoUringPoller poller, int fd, int family) {
    super(poller, fd, family);
  }

  @Override
  public void bind(SocketAddress local) throws IOException {
    bindTo(local);
  }

  @Override
  public int connect(SocketAddress remote, Completion done) {
    MemorySegment memory = Arena.ofAuto().allocate(SockAddr.BYTES, Long.BYTES);
    try {
      int bytes = SockAddr.write(remote, family, memory);
      if (family == SockAddr.UNIX) {
        return connectNow(memory, bytes);
      }
      poller.start(sendOp(), Sqe.CONNECT, fd, memory).memory(memory.address(), 0).offset(bytes);
    } catch (ErrnoException e) {
      return -e.errno();
    }
    writer = done;
    return Completion.PENDING;
  }

  /** A unix connect never takes time, but would wait here for a place in a full queue. */
  private int connectNow(MemorySegment memory, int bytes) throws ErrnoException {
    Sys.FCNTL.need(fd, F_SETFL, O_RDWR | O_NONBLOCK);
    long result = Sys.CONNECT.call(fd, memory.address(), bytes);
    Sys.FCNTL.need(fd, F_SETFL, O_RDWR);
    return (int) result;
  }

  @Override
  public int read(ByteBuffer dst, @Nullable Completion done) {
    if (inbox != NONE) {
      return take(dst);
    }
    if (endOfStream) {
      return 0;
    }
    if (failure != 0) {
      int result = failure;
      failure = 0;
      return result;
    }
    if (done == null) {
      return attempt(dst);
    }
    return await(done);
  }

  private int take(ByteBuffer dst) {
    int bytes = Math.min(dst.remaining(), inboxTo - inboxFrom);
    dst.put(dst.position(), poller.buffers().bytes(), inboxFrom, bytes);
    inboxFrom += bytes;
    if (inboxFrom == inboxTo) {
      int buffer = inbox;
      inbox = NONE;
      poller.giveBack(buffer);
    }
    return bytes;
  }

  /** Past a receive that is in flight nobody may read: its bytes come first. */
  private int attempt(ByteBuffer dst) {
    if (receive != null && receive.inFlight()) {
      return -Errno.EAGAIN.number();
    }
    long address = MemorySegment.ofBuffer(dst).address();
    return (int) Sys.RECVFROM.call(fd, address, dst.remaining(), MSG_DONTWAIT);
  }

  @Override
  public int readable(Completion done) {
    return inbox != NONE || endOfStream || failure != 0 ? 0 : await(done);
  }

  private int await(Completion done) {
    if (receive == null) {
      receive = poller.allocate(this);
    }
    if (!receive.inFlight()) {
      startReceive(receive);
    }
    reader = done;
    return Completion.PENDING;
  }

  private void startReceive(Op op) {
    Sqe sqe = poller.start(op, Sqe.RECV, fd, null).selectBuffer(BufferRing.GROUP);
    if (!moreExpected) {
      sqe.pollFirst();
    }
  }

  /** A buffer came back that this handle had to wait for. */
  void bufferIsBack() {
    if (reader != null && receive != null && !receive.inFlight()) {
      startReceive(receive);
    }
  }

  @Override
  public int write(ByteBuffer src, Completion done) {
    long address = MemorySegment.ofBuffer(src).address();
    poller
        .start(sendOp(), Sqe.SEND, fd, src)
        .memory(address, src.remaining())
        .opFlags(MSG_WAITALL | MSG_NOSIGNAL);
    writer = done;
    return Completion.PENDING;
  }

  @Override
  public int write(ByteBuffer[] srcs, int from, int to, Completion done) {
    int count = Math.min(to - from, GATHER_MAX);
    MemorySegment message = poller.scratch(MSGHDR_BYTES + (long) count * IOVEC_BYTES);
    message.fill((byte) 0);
    long vectors = message.address() + MSGHDR_BYTES;
    for (int i = 0; i < count; i++) {
      ByteBuffer src = srcs[from + i];
      long at = MSGHDR_BYTES + (long) i * IOVEC_BYTES;
      message.set(JAVA_LONG, at, MemorySegment.ofBuffer(src).address());
      message.set(JAVA_LONG, at + 8, src.remaining());
    }
    // struct msghdr: the vectors and their count
    message.set(JAVA_LONG, 16, vectors);
    message.set(JAVA_LONG, 24, count);
    poller
        .start(sendOp(), Sqe.SENDMSG, fd, srcs)
        .memory(message.address(), 1)
        .opFlags(MSG_WAITALL | MSG_NOSIGNAL);
    writer = done;
    return Completion.PENDING;
  }

  private Op sendOp() {
    if (send == null) {
      send = poller.allocate(this);
    }
    return send;
  }

  @Override
  public void completed(Op ended, int result, int flags) {
    if (ended == receive) {
      received(result, flags);
    } else {
      Completion told = writer;
      writer = null;
      if (told != null) {
        told.complete(result);
      }
    }
    closeIfDrained();
  }

  private void received(int result, int flags) {
    moreExpected = (flags & CQE_F_SOCK_NONEMPTY) != 0;
    if ((flags & CQE_F_BUFFER) != 0) {
      keep(poller.buffers().take(flags), result);
    }
    if (result == -Errno.ENOBUFS.number() && !isClosing()) {
      // only with a reader: without one the next read starts over
      moreExpected = true;
      if (reader != null) {
        poller.awaitBuffer(this);
      }
      return;
    }
    if (result == 0) {
      endOfStream = true;
    } else if (result < 0 && !isClosing()) {
      failure = result;
    }
    tellReader(Completion.AGAIN);
  }

  private void keep(int buffer, int bytes) {
    if (bytes <= 0 || isClosing()) {
      poller.giveBack(buffer);
      return;
    }
    inbox = buffer;
    inboxFrom = poller.buffers().start(buffer);
    inboxTo = inboxFrom + bytes;
  }

  private void tellReader(int result) {
    Completion told = reader;
    if (told != null) {
      reader = null;
      told.complete(result);
    }
  }

  @Override
  public void cancel(Direction direction) {
    if (direction == Direction.READ) {
      tellReader(Completion.CANCELED);
    } else if (send != null) {
      poller.cancel(send);
    }
  }

  @Override
  public void shutdown(Direction direction) throws IOException {
    Sys.SHUTDOWN.need(fd, direction == Direction.READ ? 0 : 1);
  }

  @Override
  public SocketAddress remoteAddress() throws IOException {
    return address(Sys.GETPEERNAME);
  }

  @Override
  boolean cancelAll() {
    boolean receiving = receive != null && poller.cancel(receive);
    boolean sending = send != null && poller.cancel(send);
    return receiving || sending;
  }

  @Override
  boolean inFlight() {
    return receive != null && receive.inFlight() || send != null && send.inFlight();
  }

  @Override
  void abandon() {
    cancel(Direction.READ);
  }

  @Override
  void release() {
    if (inbox != NONE) {
      poller.giveBack(inbox);
      inbox = NONE;
    }
    poller.free(receive);
    poller.free(send);
    super.release();
  }
}
