package io.weft.poller.epoll;

import io.weft.Network;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.KernelPipe;
import io.weft.spi.Pipe;
import io.weft.spi.Readiness;
import io.weft.spi.SocketAddressCodec;
import io.weft.spi.StreamHandle;
import java.lang.ref.Reference;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A stream, connected or about to be.
 *
 * <p>Every operation is attempted first, on the caller's thread, unless the last one has told that
 * there is nothing: EAGAIN, or on a stream a read that left room. Then only an event makes another
 * attempt worth it.
 */
final class EpollStreamHandle extends EpollHandle implements StreamHandle {
  // what the kernel moves in one call at most is a little below 2 GiB
  private static final int ONCE_BYTES_MAX = 1 << 30;
  private static final int POLLIN_RDHUP = 1 | 1 << 13;
  private static final int SOL_SOCKET = 1;
  private static final int SO_ERROR = 4;
  private static final int VECTOR_BYTES = 2 * Long.BYTES;
  private static final int VECTORS_MIN = 8;

  private final Readiness out = new Readiness(true);
  // whether a read or write moves one message, however much room or space there is
  private final boolean messages;
  // whether the kernel stops reading behind what descriptors came with
  private final boolean descriptors;
  // Whether only hope, and no event, says that a read has a result. Belongs to the reader, and
  // while it waits to the loop.
  private boolean hoped;
  // whether an event has told anything of reads yet: the first bytes, or the end, make one
  private volatile boolean told;
  // from now on every read has a result: a short one tells nothing any more
  private volatile boolean ended;
  // Whether the connection has failed, and whom to tell: who writes one looks at the other then.
  private volatile boolean failed;
  private volatile Runnable failureTold = () -> {};
  // What a waiting read wants to fill; null when it waits for readability only. The reader's until
  // it waits, then the loop's.
  private @Nullable ByteBuffer awaited;
  private boolean connecting;
  private @Nullable SocketAddress remote;
  // struct iovec of a gathering write; made for the first one, belongs to the writer
  private @Nullable ByteBuffer vectors;

  EpollStreamHandle(EpollPoller poller, Socket socket, @Nullable SocketAddress remote) {
    super(poller, socket);
    this.remote = remote;
    messages = socket.network() == Network.UNIXPACKET;
    descriptors = socket.network() == Network.UNIX;
  }

  @Override
  void ready(int events) {
    if ((events & EpollPoller.IN) != 0) {
      if ((events & EpollPoller.ENDED) != 0) {
        ended = true;
      }
      told = true;
      takeIn();
    }
    if ((events & EpollPoller.OUT) != 0) {
      out.signal();
    }
    if ((events & EpollPoller.FAILED) != 0) {
      failed = true;
      failureTold.run();
    }
  }

  @Override
  public boolean onFailure(Runnable told) {
    failureTold = told;
    if (failed) {
      told.run();
    }
    return true;
  }

  @Override
  public int failure() {
    return (int) -sys.getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR);
  }

  // Receives for the reader who waits: its thread has its bytes when it comes to run, and what the
  // events of one poll brought is received in one go, before anybody answers.
  private void takeIn() {
    Completion waiting = in.takeOver();
    ByteBuffer dst = awaited;
    if (waiting == null) {
      in.signal();
    } else if (dst == null) {
      in.more();
      waiting.complete(Completion.AGAIN);
    } else {
      int result = receive(dst);
      waiting.complete(result == WOULD_BLOCK ? Completion.AGAIN : result);
    }
  }

  @Override
  void cancelAll() {
    in.cancel();
    out.cancel();
  }

  @Override
  public void cancel(Direction direction) {
    (direction == Direction.READ ? in : out).cancel();
  }

  @Override
  public int connect(SocketAddress to, Completion done) {
    try {
      if (!connecting) {
        connecting = true;
        // from here on an event is what tells
        out.attempt();
        int result = start(to);
        boolean goesOn = result == -Errno.EINPROGRESS.number() || result == INTERRUPTED;
        if (result < 0 && !goesOn) {
          return result;
        }
        poller.register(this);
        if (!goesOn) {
          out.more();
          return 0;
        }
      }
    } catch (ErrnoException e) {
      return -e.errno();
    }
    for (; ; ) {
      if (out.attempt()) {
        int result = outcome();
        if (result != WOULD_BLOCK) {
          out.more();
          return result;
        }
      }
      int armed = await(out, done);
      if (armed != Completion.AGAIN) {
        return armed;
      }
    }
  }

  private int start(SocketAddress to) throws ErrnoException {
    ByteBuffer memory = poller.takeAddressMemory();
    try {
      int bytes = SocketAddressCodec.encode(to, socket.family(), memory);
      return sys.connect(socket.fd(), sys.address(memory), bytes);
    } finally {
      poller.give(memory);
    }
  }

  /** How a connect ended: an event alone is no proof that it has, nor is the lack of an error. */
  private int outcome() {
    long error = sys.getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR);
    if (error < 0) {
      return (int) error;
    }
    if (error == Errno.EINPROGRESS.number()
        || error == Errno.EALREADY.number()
        || error == Errno.EINTR.number()) {
      return WOULD_BLOCK;
    }
    if (error != 0 && error != Errno.EISCONN.number()) {
      return (int) -error;
    }
    try {
      remote = peer();
      return 0;
    } catch (ErrnoException e) {
      return e.errno() == Errno.ENOTCONN.number() ? WOULD_BLOCK : -e.errno();
    }
  }

  @Override
  public int read(ByteBuffer dst, @Nullable Completion done) {
    for (; ; ) {
      if (in.attempt()) {
        int result = receive(dst);
        if (result != WOULD_BLOCK) {
          return result;
        }
      }
      if (done == null) {
        return WOULD_BLOCK;
      }
      awaited = dst;
      int armed = await(in, done);
      if (armed != Completion.AGAIN) {
        return armed;
      }
    }
  }

  private int receive(ByteBuffer dst) {
    int room = Math.min(dst.remaining(), ONCE_BYTES_MAX);
    int position = dst.position();
    long result;
    do {
      result =
          descriptors
              ? sys.recvmsg(socket.fd(), dst, position, room)
              : sys.recv(socket.fd(), dst, position, room);
    } while (result == INTERRUPTED);
    boolean drained = result > 0 && result < room && !messages && !ended;
    hoped = !drained && result != WOULD_BLOCK;
    if (hoped) {
      in.more();
    }
    return (int) result;
  }

  @Override
  public int read(Pipe to, int bytesMax) {
    if (messages || !(to instanceof KernelPipe pipe)) {
      return KernelPipe.NOT_POSSIBLE;
    }
    if (!in.attempt()) {
      return WOULD_BLOCK;
    }
    int result = pipe.receive(sys, socket.fd(), bytesMax);
    // less than asked for is no proof that there is nothing left: the pipe has places for so many
    // pieces only
    hoped = result != WOULD_BLOCK;
    if (hoped) {
      in.more();
    }
    return result;
  }

  @Override
  public int readable(Completion done) {
    if (in.ready()) {
      if (!hoped && told) {
        return 0;
      }
      in.attempt();
      // who has told meanwhile is seen here; an event from now on makes it ready again
      if (hoped ? isReadable() : told) {
        in.more();
        return 0;
      }
      hoped = false;
    }
    awaited = null;
    int armed = await(in, done);
    return armed == Completion.AGAIN ? 0 : armed;
  }

  // Bytes that a filled read has left behind make no event: ask. By poll(2), as a peek would take
  // the socket's error away from the next read.
  private boolean isReadable() {
    int found;
    do {
      found = sys.poll(socket.fd(), POLLIN_RDHUP);
    } while (found == INTERRUPTED);
    return found != 0;
  }

  @Override
  public int write(ByteBuffer src, Completion done) {
    for (; ; ) {
      if (out.attempt()) {
        int result = send(src);
        if (result != WOULD_BLOCK) {
          return result;
        }
      }
      int armed = awaitRoom(done);
      if (armed != Completion.AGAIN) {
        return armed;
      }
    }
  }

  private int send(ByteBuffer src) {
    int position = src.position();
    int size = src.remaining();
    int result;
    do {
      result = sys.send(socket.fd(), src, position, size);
    } while (result == INTERRUPTED);
    return sent(result);
  }

  @Override
  public int write(Pipe from, int bytesMax, Completion done) {
    if (messages || !(from instanceof KernelPipe pipe)) {
      return KernelPipe.NOT_POSSIBLE;
    }
    for (; ; ) {
      if (out.attempt()) {
        // there is something in the pipe, so EAGAIN is the socket's
        int result = sent(pipe.send(sys, socket.fd(), bytesMax));
        if (result != WOULD_BLOCK) {
          return result;
        }
      }
      int armed = awaitRoom(done);
      if (armed != Completion.AGAIN) {
        return armed;
      }
    }
  }

  @Override
  public int write(ByteBuffer[] srcs, int from, int to, Completion done) {
    for (; ; ) {
      if (out.attempt()) {
        int result = gather(srcs, from, Math.min(to - from, GATHER_MAX));
        if (result != WOULD_BLOCK) {
          return result;
        }
      }
      int armed = awaitRoom(done);
      if (armed != Completion.AGAIN) {
        return armed;
      }
    }
  }

  private int gather(ByteBuffer[] srcs, int from, int count) {
    ByteBuffer memory = vectors(count);
    for (int i = 0; i < count; i++) {
      ByteBuffer src = srcs[from + i];
      memory.putLong(i * VECTOR_BYTES, sys.address(src) + src.position());
      memory.putLong(i * VECTOR_BYTES + Long.BYTES, src.remaining());
    }
    long address = sys.address(memory);
    try {
      int result;
      do {
        result = sys.sendmsg(socket.fd(), address, count);
      } while (result == INTERRUPTED);
      return sent(result);
    } finally {
      Reference.reachabilityFence(srcs);
    }
  }

  private int awaitRoom(Completion done) {
    done.full();
    return await(out, done);
  }

  /** Less than all is no proof that the socket is full, and then no event would follow. */
  private int sent(int result) {
    if (result != WOULD_BLOCK) {
      out.more();
    }
    return result;
  }

  private ByteBuffer vectors(int count) {
    ByteBuffer memory = vectors;
    if (memory == null || memory.capacity() < count * VECTOR_BYTES) {
      int room = Math.max(VECTORS_MIN, Integer.highestOneBit(2 * count - 1)) * VECTOR_BYTES;
      memory = ByteBuffer.allocateDirect(room).order(ByteOrder.nativeOrder());
      vectors = memory;
    }
    return memory;
  }

  @Override
  public void shutdown(Direction direction) throws ErrnoException {
    boolean reads = direction == Direction.READ;
    ErrnoException.check(sys.shutdown(socket.fd(), reads ? 0 : 1));
    (reads ? in : out).hangUp();
  }

  @Override
  public SocketAddress remoteAddress() throws ErrnoException {
    SocketAddress known = remote;
    return known != null ? known : peer();
  }

  private SocketAddress peer() throws ErrnoException {
    ByteBuffer memory = poller.takeAddressMemory();
    try {
      long bytes = ErrnoException.check(sys.getpeername(socket.fd(), sys.address(memory)));
      return SocketAddressCodec.decode(memory, (int) bytes);
    } finally {
      poller.give(memory);
    }
  }
}
