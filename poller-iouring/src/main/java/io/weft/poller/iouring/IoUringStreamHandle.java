package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.poller.iouring.Sys.Call;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.SocketAddressCodec;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A stream on a ring.
 *
 * <p>A receive names no memory: the kernel takes a buffer of the ring when bytes arrive, the
 * waiting read is told to go on, and its next call copies. A canceled read leaves the receive where
 * it is; what that brings is the next reader's. A send names the caller's memory and is really
 * canceled.
 */
final class IoUringStreamHandle extends IoUringHandle implements StreamHandle {
  private static final int MSG_WAITALL_NOSIGNAL = 0x100 | 0x4000;
  private static final int CQE_F_BUFFER = 1;
  private static final int CQE_F_SOCK_NONEMPTY = 1 << 2;
  private static final int F_SETFL = 4;
  private static final int O_NONBLOCK = 04000;
  private static final int MSGHDR_BYTES = 56;
  private static final int IOVEC_BYTES = 16;
  private static final int NONE = -1;

  // the buffer with unread bytes, and where these are
  private int inbox = NONE;
  private int inboxFrom;
  private int inboxTo;
  // of the last receive: 0, or an errno that nobody has been told
  private int failure;
  private boolean endOfStream;
  private boolean moreExpected;

  IoUringStreamHandle(IoUringPoller poller, int fd, int family) {
    super(poller, fd, family);
  }

  @Override
  public int connect(SocketAddress remote, Completion done) {
    if (poller.closed()) {
      return Completion.CANCELED;
    }
    try {
      if (family == SocketAddressCodec.AF_UNIX) {
        return connectNow(remote);
      }
      ByteBuffer name = ByteBuffer.allocateDirect(SocketAddressCodec.BYTES_MAX);
      int bytes = SocketAddressCodec.encode(remote, family, name);
      long address = MemorySegment.ofBuffer(name).address();
      startSend(Sqe.CONNECT, name, done).memory(address, 0).offset(bytes);
      return Completion.PENDING;
    } catch (ErrnoException e) {
      return -e.errno();
    }
  }

  /** A unix connect takes no time; in the ring it would wait for a place in a full queue. */
  private int connectNow(SocketAddress remote) throws ErrnoException {
    poller.sys.need(Call.FCNTL, fd, F_SETFL, O_NONBLOCK);
    int result = callWithAddress(Call.CONNECT, remote);
    poller.sys.need(Call.FCNTL, fd, F_SETFL, 0);
    return result;
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
    return done == null ? -Errno.EAGAIN.number() : await(done);
  }

  private int take(ByteBuffer dst) {
    int bytes = Math.min(dst.remaining(), inboxTo - inboxFrom);
    dst.put(dst.position(), poller.buffers.bytes, inboxFrom, bytes);
    inboxFrom += bytes;
    if (inboxFrom == inboxTo) {
      releaseArrived();
    }
    return bytes;
  }

  @Override
  public int readable(Completion done) {
    return inbox != NONE || endOfStream || failure != 0 ? 0 : await(done);
  }

  private int await(Completion done) {
    if (poller.closed()) {
      return Completion.CANCELED;
    }
    in.waiter = done;
    if (!in.inFlight) {
      startReceive();
    }
    return Completion.PENDING;
  }

  private void startReceive() {
    poller.start(in, Sqe.RECV, fd, null).selectBuffer(BufferRing.GROUP, !moreExpected);
  }

  /** Receives again, now that a buffer came back; false when nobody waits for it any more. */
  boolean resume() {
    if (in.waiter == null || in.inFlight) {
      return false;
    }
    startReceive();
    return true;
  }

  @Override
  public int write(ByteBuffer src, Completion done) {
    if (poller.closed()) {
      return Completion.CANCELED;
    }
    long address = MemorySegment.ofBuffer(src).address();
    startSend(Sqe.SEND, src, done).memory(address, src.remaining()).opFlags(MSG_WAITALL_NOSIGNAL);
    return Completion.PENDING;
  }

  @Override
  public int write(ByteBuffer[] srcs, int from, int to, Completion done) {
    if (poller.closed()) {
      return Completion.CANCELED;
    }
    int count = Math.min(to - from, GATHER_MAX);
    // struct msghdr, then its vectors
    MemorySegment message = poller.ring.scratch(MSGHDR_BYTES + (long) count * IOVEC_BYTES);
    message.fill((byte) 0);
    message.set(JAVA_LONG, 16, message.address() + MSGHDR_BYTES);
    message.set(JAVA_LONG, 24, count);
    for (int i = 0; i < count; i++) {
      long at = MSGHDR_BYTES + (long) i * IOVEC_BYTES;
      message.set(JAVA_LONG, at, MemorySegment.ofBuffer(srcs[from + i]).address());
      message.set(JAVA_LONG, at + 8, srcs[from + i].remaining());
    }
    startSend(Sqe.SENDMSG, srcs, done).memory(message.address(), 1).opFlags(MSG_WAITALL_NOSIGNAL);
    return Completion.PENDING;
  }

  private Sqe startSend(int opcode, Object memory, Completion done) {
    out.waiter = done;
    return poller.start(out, opcode, fd, memory);
  }

  @Override
  void completedIn(int result, int flags) {
    moreExpected = (flags & CQE_F_SOCK_NONEMPTY) != 0;
    if ((flags & CQE_F_BUFFER) != 0) {
      keep(poller.buffers.take(flags), result);
    }
    if (result == -Errno.ENOBUFS.number()) {
      // there are bytes, but no buffer: on again when one comes back, not by time
      moreExpected = true;
      poller.bufferWaiters.add(this);
      return;
    }
    endOfStream = result == 0;
    failure = Math.min(result, 0);
    in.tell(Completion.AGAIN);
  }

  private void keep(int buffer, int bytes) {
    if (bytes <= 0) {
      poller.giveBack(buffer);
      return;
    }
    inbox = buffer;
    inboxFrom = poller.buffers.start(buffer);
    inboxTo = inboxFrom + bytes;
  }

  @Override
  public void shutdown(Direction direction) throws IOException {
    poller.sys.need(Call.SHUTDOWN, fd, direction == Direction.READ ? 0 : 1);
  }

  @Override
  public SocketAddress remoteAddress() throws IOException {
    return address(Call.GETPEERNAME);
  }

  @Override
  void releaseArrived() {
    if (inbox != NONE) {
      int buffer = inbox;
      inbox = NONE;
      poller.giveBack(buffer);
    }
  }
}
