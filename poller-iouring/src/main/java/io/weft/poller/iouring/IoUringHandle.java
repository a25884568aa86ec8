package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weft.Network;
import io.weft.WeftOptions;
import io.weft.poller.iouring.ring.InFlight;
import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.ErrnoException;
import io.weft.spi.Handle;
import io.weft.spi.SocketAddressCodec;
import io.weft.spi.SocketOptionCodec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/**
 * A socket on a ring. It is a blocking one: on a non-blocking one an operation would end with
 * EAGAIN where it should wait.
 */
abstract class IoUringHandle extends InFlight implements Handle {
  private static final int SOCK_SEQPACKET = 5;
  private static final SocketOptionCodec<Boolean> V6ONLY =
      SocketOptionCodec.of(WeftOptions.IPV6_V6ONLY);

  final IoUringPoller poller;
  final int fd;
  final int family;

  /** Who waits for a receive or an accept, for a connect or a send. */
  private @Nullable Completion reader;

  private @Nullable Completion writer;
  private @Nullable Completion closing;
  private boolean descriptorIsClosed;

  /** Whether the send in flight has its result, and only its memory is the kernel's still. */
  boolean memoryIsLent;

  IoUringHandle(IoUringPoller poller, int fd, int family) {
    this.poller = poller;
    this.fd = fd;
    this.family = family;
  }

  static int socket(Sys sys, Network network, int family) throws ErrnoException {
    int type = network == Network.UNIXPACKET ? SOCK_SEQPACKET : Sys.SOCK_STREAM;
    int fd = (int) sys.need(Call.SOCKET, family, type | Sys.SOCK_CLOEXEC, 0);
    try {
      if (family == SocketAddressCodec.AF_INET6) {
        setOption(sys, fd, V6ONLY, network == Network.TCP6);
      }
    } catch (ErrnoException e) {
      sys.call(Call.CLOSE, fd);
      throw e;
    }
    return fd;
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    setOption(poller.sys, fd, SocketOptionCodec.of(option), value);
  }

  private static <T> void setOption(Sys sys, int fd, SocketOptionCodec<T> option, T value)
      throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ints = arena.allocateFrom(JAVA_INT, option.encode(value));
      sys.need(
          Call.SETSOCKOPT, fd, option.level(), option.number(), ints.address(), ints.byteSize());
    }
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    SocketOptionCodec<T> codec = SocketOptionCodec.of(option);
    return codec.decode(getOption(codec.level(), codec.number()));
  }

  final int[] getOption(int level, int number) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ints = arena.allocate(JAVA_INT, SocketOptionCodec.INTS_MAX);
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) ints.byteSize());
      poller.sys.need(Call.GETSOCKOPT, fd, level, number, ints.address(), length.address());
      return ints.toArray(JAVA_INT);
    }
  }

  @Override
  public SocketAddress localAddress() throws IOException {
    return address(Call.GETSOCKNAME);
  }

  SocketAddress address(Call which) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(SocketAddressCodec.BYTES_MAX, Long.BYTES);
      MemorySegment length = arena.allocateFrom(JAVA_INT, SocketAddressCodec.BYTES_MAX);
      poller.sys.need(which, fd, memory.address(), length.address());
      return SocketAddressCodec.decode(memory.asByteBuffer(), length.get(JAVA_INT, 0));
    }
  }

  /** As {@link io.weft.spi.StreamHandle#bind}, for listeners, too. */
  public void bind(SocketAddress local) throws IOException {
    ErrnoException.check(callWithAddress(Call.BIND, local));
  }

  /** Makes bind(2) or connect(2); 0 or a negated errno. */
  int callWithAddress(Call which, SocketAddress address) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(SocketAddressCodec.BYTES_MAX, Long.BYTES);
      int bytes = SocketAddressCodec.encode(address, family, memory.asByteBuffer());
      return (int) poller.sys.call(which, fd, memory.address(), bytes);
    }
  }

  final boolean hasReader() {
    return reader != null;
  }

  /** Waits for what is received: PENDING, or CANCELED when the poller is closed. */
  final int awaitIn(Completion done) {
    if (poller.closed()) {
      return Completion.CANCELED;
    }
    reader = done;
    if (!has(RECEIVE)) {
      receive();
    }
    return Completion.PENDING;
  }

  /** Whom a connect or a send ends for. */
  final void setWriter(Completion done) {
    writer = done;
  }

  final void tellReader(int result) {
    Completion told = reader;
    reader = null;
    if (told != null) {
      told.complete(result);
    }
  }

  final void tellWriterOfFull() {
    Completion told = writer;
    if (told != null) {
      told.full();
    }
  }

  final void tellWriter(int result) {
    Completion told = writer;
    writer = null;
    if (told != null) {
      told.complete(result);
    }
  }

  /**
   * A receive or an accept stays where it is, and what it brings is the next caller's. A send in
   * flight ends by itself with the next enter.
   */
  @Override
  public void cancel(Direction direction) {
    if (direction == Direction.READ) {
      tellReader(Completion.CANCELED);
    } else if (has(CONNECT)) {
      poller.cancel(this, CONNECT);
    } else if (has(SEND)) {
      markCanceled(SEND);
    } else {
      tellWriter(Completion.CANCELED);
    }
  }

  @Override
  public final void completed(int kind, int result, int flags) {
    if (kind == RECEIVE) {
      received(result, flags);
    } else {
      sent(kind, result, flags);
    }
    Completion done = closing;
    if (done != null) {
      closeDescriptorInTime();
      if (!hasAny()) {
        closing = null;
        release();
        done.complete(0);
      }
    }
  }

  /** Ends what no completion will end: the poller gives up. */
  final void abandon() {
    tellReader(Completion.CANCELED);
    tellWriter(Completion.CANCELED);
    if (closing != null) {
      release();
      closing.complete(0);
    }
  }

  /**
   * Closes the descriptor last: its number must not be another socket's while an operation is in
   * flight. No shutdown(2) before it: the reset that SO_LINGER 0 asks for would become an end of
   * stream.
   */
  @Override
  public int close(Completion done) {
    if (hasAny() && !poller.closed()) {
      closing = done;
      for (int kind = 0; kind < KINDS; kind++) {
        if (kind == SEND) {
          markCanceled(kind);
        } else {
          poller.cancel(this, kind);
        }
      }
      closeDescriptorInTime();
      return Completion.PENDING;
    }
    release();
    return 0;
  }

  private void release() {
    releaseArrived();
    poller.remove(this);
    closeDescriptor();
  }

  /** Memory may be lent for as long as the peer does not read, or knows that nobody is there. */
  private void closeDescriptorInTime() {
    if (memoryIsLent && !hasAnyBut(SEND)) {
      closeDescriptor();
    }
  }

  private void closeDescriptor() {
    if (!descriptorIsClosed) {
      descriptorIsClosed = true;
      poller.sys.call(Call.CLOSE, fd);
    }
  }

  /** Starts the receive or the accept. */
  abstract void receive();

  /** The receive or the accept has ended, or brought something. */
  abstract void received(int result, int flags);

  /** What the other direction has started has ended. */
  abstract void sent(int kind, int result, int flags);

  /** Gives back what arrived, taken or not. */
  abstract void releaseArrived();
}
