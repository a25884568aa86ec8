package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weft.Network;
import io.weft.spi.Completion;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.Handle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/**
 * A socket on a ring. It is a blocking one: for a non-blocking one the kernel would end an operation
 * with EAGAIN in place of waiting.
 */
abstract class IoUringHandle implements Handle, Op.Target {
  private static final int STREAM = 1;
  private static final int SEQPACKET = 5;
  private static final int CLOEXEC = 02000000;

  final IoUringPoller poller;
  final int fd;
  final int family;
  private @Nullable Completion closing;

  IoUringHandle(IoUringPoller poller, int fd, int family) {
    this.poller = poller;
    this.fd = fd;
    this.family = family;
  }

  static int family(Network network) throws ErrnoException {
    return switch (network) {
      case UNIX, UNIXPACKET -> SockAddr.UNIX;
      case TCP4 -> SockAddr.INET;
      case TCP6 -> SockAddr.INET6;
      case TCP -> hasInet6() ? SockAddr.INET6 : SockAddr.INET;
    };
  }

  private static boolean hasInet6() throws ErrnoException {
    long fd = Sys.SOCKET.call(SockAddr.INET6, STREAM | CLOEXEC, 0);
    if (fd == -Errno.EAFNOSUPPORT.number()) {
      return false;
    }
    Sys.CLOSE.call(Sys.checked(fd));
    return true;
  }

  static int socket(Network network, int family) throws ErrnoException {
    int type = network == Network.UNIXPACKET ? SEQPACKET : STREAM;
    int fd = (int) Sys.SOCKET.need(family, type | CLOEXEC, 0);
    if (family == SockAddr.INET6) {
      try {
        SockOpt.V6ONLY.set(fd, network == Network.TCP6 ? 1 : 0);
      } catch (ErrnoException e) {
        Sys.CLOSE.call(fd);
        throw e;
      }
    }
    return fd;
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    SockOpt.set(fd, option, value);
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return SockOpt.get(fd, option);
  }

  @Override
  public SocketAddress localAddress() throws IOException {
    return address(Sys.GETSOCKNAME);
  }

  SocketAddress address(Sys which) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(SockAddr.BYTES, Long.BYTES);
      MemorySegment length = arena.allocateFrom(JAVA_INT, SockAddr.BYTES);
      which.need(fd, address.address(), length.address());
      return SockAddr.read(address, length.get(JAVA_INT, 0));
    }
  }

  void bindTo(SocketAddress address) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(SockAddr.BYTES, Long.BYTES);
      int bytes = SockAddr.write(address, family, memory);
      Sys.BIND.need(fd, memory.address(), bytes);
    }
  }

  /**
   * Closes the descriptor last: while an operation is in flight, its number must not be given to
   * another socket. No shutdown(2) before it, which would turn the reset that SO_LINGER 0 asks for
   * into an end of stream.
   */
  @Override
  public int close(Completion done) {
    if (!poller.closed() && cancelAll()) {
      closing = done;
      return Completion.PENDING;
    }
    release();
    return 0;
  }

  boolean isClosing() {
    return closing != null;
  }

  /** Ends the close when nothing is in flight any more; to be called after each completion. */
  void closeIfDrained() {
    Completion done = closing;
    if (done != null && !inFlight()) {
      closing = null;
      release();
      done.complete(0);
    }
  }

  /** Gives back what belongs to the ring, then the descriptor. */
  void release() {
    Sys.CLOSE.call(fd);
  }

  /**
   * Cancels what is in flight.
   *
   * @return whether there was anything
   */
  abstract boolean cancelAll();

  abstract boolean inFlight();

  /** The poller ends: completes at once who can go at once. */
  abstract void abandon();
}
