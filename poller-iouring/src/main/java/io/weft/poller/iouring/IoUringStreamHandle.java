package io.weft.poller.iouring;

import io.weft.poller.iouring.ring.BufferRing;
import io.weft.poller.iouring.ring.Caps.Feature;
import io.weft.poller.iouring.ring.Ring;
import io.weft.poller.iouring.ring.Sqe;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.KernelPipe;
import io.weft.spi.Pipe;
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
 * <p><b>Receiving.</b> A receive names no memory: the kernel takes a buffer of the ring when bytes
 * arrive, the waiting read is told to go on, and its next call copies. A canceled read leaves the
 * receive where it is. When a buffer was filled and there is more, that is received straight into
 * the reader's memory, by a system call that does not wait. Of messages, whose end would be lost,
 * only the arrival is awaited, and all are received so.
 *
 * <p><b>Sending.</b> A send does not wait in the kernel: one that did would be handed to a thread
 * there once the peer has closed its sending side, and hold it until the peer reads. It also would
 * tell the bytes taken so far in place of an error, which is then lost. So what finds the socket
 * full waits for space, which is asked for once in a connection's life, edge-triggered.
 *
 * <p><b>Failure.</b> Whoever does not read, but wants to know when the connection fails, has that
 * asked for once in a connection's life, too: by a wait for nothing but errors.
 *
 * <p><b>Pipes.</b> splice(2) is made here, not by the ring, which would give it to a thread of the
 * kernel's. It waits unless the socket does not block, and a receive in the ring has to wait: so
 * the socket blocks whenever there is one. A wait for what a pipe is to take leaves it in the
 * socket.
 *
 * <p><b>Sending without a copy</b>, where that is asked for, lets a write last until the kernel is
 * through with the memory: until the peer's system has acknowledged it. Nobody can take it back
 * before: neither a cancel nor a close.
 */
final class IoUringStreamHandle extends IoUringHandle implements StreamHandle {
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_DONTWAIT_NOSIGNAL = MSG_DONTWAIT | 0x4000;
  private static final int MSG_PEEK_TRUNC = 2 | 0x20;
  private static final int POLLIN_RDHUP = 1 | 1 << 13;
  private static final int POLLOUT = 4;
  private static final int POLLERR = 8;
  private static final int POLL_ADD_MULTI = 1;
  private static final int CQE_F_SOCK_NONEMPTY = 1 << 2;
  private static final int SOL_SOCKET = 1;
  private static final int SO_ERROR = 4;
  private static final int O_NONBLOCK = 04000;
  private static final int WOULD_BLOCK = -Errno.EAGAIN.number();
  // what a system call that filled all the room has to bring, so that the next read begins with one
  private static final int BULK_BYTES_MIN = 16 * 1024;
  private static final int NONE = -1;

  /** Below it a copy is thought to be cheaper than what keeping account of pages costs. */
  static final int ZERO_COPY_BYTES_MIN = 64 * 1024;

  // whether one read takes one message
  private final boolean messages;
  // unread bytes: in a buffer of the ring, or in a copy
  private int lent = NONE;
  private @Nullable ByteBuffer copy;
  private int from;
  private int to;
  // of the last receive: 0, or an errno that nobody has been told
  private int failure;
  private boolean endOfStream;
  private boolean moreExpected;
  private boolean bulk;
  // whether a pipe took bytes last: then a wait for more leaves them in the socket. Never without
  // bulk, which the read behind that wait needs.
  private boolean piped;
  // whether the socket blocks, as a receive in the ring needs and splice(2) must not have it
  private boolean blocks = true;
  private boolean zeroCopy;
  // of the send whose memory is lent
  int taken;
  private Runnable failureTold = () -> {};

  // keeps what a send in flight names reachable
  @SuppressWarnings("UnusedVariable")
  private @Nullable Object sending;

  IoUringStreamHandle(IoUringPoller poller, int fd, int family, boolean messages) {
    super(poller, fd, family);
    this.messages = messages;
    zeroCopy = family != SocketAddressCodec.AF_UNIX && poller.ring.caps.has(Feature.SEND_ZC);
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
      MemorySegment name = poller.ring.scratch(SocketAddressCodec.BYTES_MAX);
      int bytes = SocketAddressCodec.encode(remote, family, name.asByteBuffer());
      setWriter(done);
      poller.start(this, CONNECT, Sqe.CONNECT, fd).memory(name.address(), 0).offset(bytes);
      return Completion.PENDING;
    } catch (ErrnoException e) {
      return -e.errno();
    }
  }

  /** A unix connect takes no time; in the ring it would wait for a place in a full queue. */
  private int connectNow(SocketAddress remote) throws ErrnoException {
    ErrnoException.check(poller.ring.setFlagsNow(fd, O_NONBLOCK));
    int result = callWithAddress(Call.CONNECT, remote);
    ErrnoException.check(poller.ring.setFlagsNow(fd, 0));
    return result;
  }

  @Override
  public int read(ByteBuffer dst, @Nullable Completion done) {
    if (from < to) {
      return take(dst);
    }
    if (failure != 0) {
      int result = failure;
      failure = 0;
      return result;
    }
    if (endOfStream) {
      return 0;
    }
    if (messages || (bulk && !has(RECEIVE))) {
      int result = receiveNow(dst, 0);
      if (result != WOULD_BLOCK) {
        return result;
      }
    }
    return done == null ? WOULD_BLOCK : awaitIn(done);
  }

  private int take(ByteBuffer dst) {
    int bytes = Math.min(dst.remaining(), to - from);
    dst.put(dst.position(), copy != null ? copy : poller.buffers.bytes, from, bytes);
    from += bytes;
    if (from < to) {
      return bytes;
    }
    releaseArrived();
    if (moreExpected && bytes < dst.remaining()) {
      int more = receiveNow(dst, bytes);
      failure = more == WOULD_BLOCK ? 0 : Math.min(more, 0);
      endOfStream = more == 0;
      return bytes + Math.max(more, 0);
    }
    return bytes;
  }

  /** Receives behind the first bytes of a buffer, while no receive is in flight. */
  private int receiveNow(ByteBuffer dst, int offset) {
    int room = dst.remaining() - offset;
    long address = poller.addresses.of(dst) + offset;
    int result = poller.ring.receiveNow(fd, address, room, MSG_DONTWAIT);
    moreExpected = result == room && !messages;
    bulk = moreExpected && result >= BULK_BYTES_MIN;
    piped = false;
    return result;
  }

  @Override
  public int read(Pipe dst, int bytesMax) {
    if (messages || !(dst instanceof KernelPipe pipe)) {
      return KernelPipe.NOT_POSSIBLE;
    }
    if (poller.closed()) {
      return Completion.CANCELED;
    }
    // what is here, or on its way to a buffer, comes first
    if (from < to || failure != 0 || endOfStream || has(RECEIVE)) {
      return WOULD_BLOCK;
    }
    if (!block(false)) {
      return KernelPipe.NOT_POSSIBLE;
    }
    int result = pipe.receive(poller.pipeCalls, fd, bytesMax);
    piped = result != KernelPipe.NOT_POSSIBLE;
    // there may be more than the pipe had places for
    bulk = piped;
    return result;
  }

  // whether it is so now
  private boolean block(boolean wanted) {
    if (blocks != wanted && poller.ring.setFlagsNow(fd, wanted ? 0 : O_NONBLOCK) >= 0) {
      blocks = wanted;
    }
    return blocks == wanted;
  }

  @Override
  public int readable(Completion done) {
    boolean told = from < to || endOfStream || failure != 0 || (messages && moreExpected);
    return told ? 0 : awaitIn(done);
  }

  @Override
  void receive() {
    if (piped) {
      poller.start(this, RECEIVE, Sqe.POLL_ADD, fd).opFlags(POLLIN_RDHUP);
      return;
    }
    block(true);
    Sqe submission = poller.start(this, RECEIVE, Sqe.RECV, fd);
    if (messages) {
      submission.opFlags(MSG_PEEK_TRUNC);
    } else {
      submission.selectBuffer(BufferRing.GROUP, !moreExpected);
    }
  }

  @Override
  void received(int result, int flags) {
    if (piped) {
      piped = false;
      failure = Math.min(result, 0);
      tellReader(Completion.AGAIN);
      return;
    }
    moreExpected = messages || (flags & CQE_F_SOCK_NONEMPTY) != 0;
    if ((flags & Ring.CQE_F_BUFFER) != 0) {
      keep(BufferRing.buffer(flags), poller.buffers.take(flags, result), result);
    }
    if (result == -Errno.ENOBUFS.number()) {
      // there are bytes, but the completions before this one had each taken a buffer; most of them
      // have come back since
      poller.missesBuffer();
      moreExpected = true;
      if (hasReader()) {
        receive();
      }
      return;
    }
    endOfStream = result == 0 && !messages;
    failure = Math.min(result, 0);
    tellReader(Completion.AGAIN);
  }

  private void keep(int buffer, int start, int bytes) {
    if (bytes > 0 && !poller.buffers.isScarce()) {
      lent = buffer;
      from = start;
      to = from + bytes;
      return;
    }
    if (bytes > 0) {
      copy = ByteBuffer.allocate(bytes).put(0, poller.buffers.bytes, start, bytes);
      from = 0;
      to = bytes;
    }
    poller.giveBack(buffer);
  }

  @Override
  public int write(ByteBuffer src, Completion done) {
    if (poller.closed()) {
      return Completion.CANCELED;
    }
    int opcode = zeroCopy && src.remaining() >= ZERO_COPY_BYTES_MIN ? Sqe.SEND_ZC : Sqe.SEND;
    send(opcode, src, done).memory(poller.addresses.of(src), src.remaining());
    return Completion.PENDING;
  }

  /** An end may stand for the reset that a receive has met, of which the loop knows. */
  @Override
  public int attemptWrite(ByteBuffer src) {
    long address = MemorySegment.ofBuffer(src).address();
    int result = poller.sendNow(fd, address, src.remaining(), MSG_DONTWAIT_NOSIGNAL);
    return result == -Errno.EPIPE.number() ? WOULD_BLOCK : result;
  }

  @Override
  public int write(ByteBuffer[] srcs, int first, int end, Completion done) {
    if (poller.closed()) {
      return Completion.CANCELED;
    }
    long message =
        poller.addresses.gather(poller.ring, srcs, first, Math.min(end - first, GATHER_MAX));
    send(Sqe.SENDMSG, srcs, done).memory(message, 1);
    return Completion.PENDING;
  }

  @Override
  public int write(Pipe src, int bytesMax, Completion done) {
    if (messages || !(src instanceof KernelPipe pipe)) {
      return KernelPipe.NOT_POSSIBLE;
    }
    if (poller.closed()) {
      return Completion.CANCELED;
    }
    if (!block(false)) {
      return KernelPipe.NOT_POSSIBLE;
    }
    int result = pipe.send(poller.pipeCalls, fd, bytesMax);
    if (has(RECEIVE) && !piped) {
      block(true);
    }
    if (result != WOULD_BLOCK) {
      return orReset(result);
    }
    setWriter(done);
    awaitSpace();
    return Completion.PENDING;
  }

  private void awaitSpace() {
    if (!has(SPACE)) {
      poller.start(this, SPACE, Sqe.POLL_ADD, fd).memory(0, POLL_ADD_MULTI).opFlags(POLLOUT);
    }
    tellWriterOfFull();
  }

  // a socket tells its reset only once
  private int orReset(int result) {
    boolean reset = result == -Errno.EPIPE.number() && failure == -Errno.ECONNRESET.number();
    return reset ? failure : result;
  }

  @Override
  public boolean onFailure(Runnable told) {
    failureTold = told;
    // what a receive has met that nobody waits for any more, no event tells again
    if (failure != 0) {
      told.run();
    } else if (!poller.closed()) {
      poller.start(this, FAILURE, Sqe.POLL_ADD, fd).memory(0, POLL_ADD_MULTI).opFlags(POLLERR);
    }
    return true;
  }

  @Override
  public int failure() {
    int met = failure;
    failure = 0;
    try {
      return met != 0 ? met : -getOption(SOL_SOCKET, SO_ERROR)[0];
    } catch (ErrnoException e) {
      return -e.errno();
    }
  }

  private Sqe send(int opcode, Object memory, Completion done) {
    setWriter(done);
    sending = memory;
    return poller.start(this, SEND, opcode, fd).opFlags(MSG_DONTWAIT_NOSIGNAL);
  }

  @Override
  void sent(int kind, int result, int flags) {
    if (kind == FAILURE) {
      // the end of both directions comes, too
      if (result > 0 && (result & POLLERR) != 0) {
        failureTold.run();
      }
      return;
    }
    if (kind == SPACE) {
      // of a send in flight the result is to come, and may be that there is no space any more
      if (!has(SEND)) {
        tellWriter(Completion.AGAIN);
      }
      return;
    }
    if (kind == SEND && (flags & Ring.CQE_F_MORE) != 0) {
      // after errors, too
      memoryIsLent = true;
      taken = result;
      return;
    }
    sending = null;
    int told = memoryIsLent ? taken : result;
    memoryIsLent = false;
    // by this protocol, or with the memory that this user may lock: with a copy it is possible
    boolean refused =
        zeroCopy && (told == -Errno.EOPNOTSUPP.number() || told == -Errno.ENOMEM.number());
    zeroCopy &= !refused;
    if (kind == CONNECT || (told != WOULD_BLOCK && !refused)) {
      tellWriter(orReset(told));
    } else if (isCanceled(SEND)) {
      tellWriter(Completion.CANCELED);
    } else if (refused) {
      tellWriter(Completion.AGAIN);
    } else {
      awaitSpace();
    }
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
    from = 0;
    to = 0;
    copy = null;
    if (lent != NONE) {
      int buffer = lent;
      lent = NONE;
      poller.giveBack(buffer);
    }
  }
}
