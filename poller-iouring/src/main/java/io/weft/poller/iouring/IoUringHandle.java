package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weft.Network;
import io.weft.spi.Completion;
import io.weft.spi.ErrnoException;
import io.weft.spi.Handle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A socket on a ring. It is a blocking one: on a non-blocking one an operation would end with
 * EAGAIN where it should wait.
 */
abstract class IoUringHandle implements Handle, Op.Target {
  static final int SOCK_CLOEXEC = 02000000;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final Path IF_INET6 = Path.of("/proc/net/if_inet6");

  final IoUringPoller poller;
  final int fd;
  final int family;
  private @Nullable Completion closing;

  IoUringHandle(IoUringPoller poller, int fd, int family) {
    this.poller = poller;
    this.fd = fd;
    this.family = family;
  }

  static int family(Network network) {
    return switch (network) {
      case UNIX, UNIXPACKET -> SockAddr.AF_UNIX;
      case TCP4 -> SockAddr.AF_INET;
      case TCP6 -> SockAddr.AF_INET6;
      case TCP -> Files.exists(IF_INET6) ? SockAddr.AF_INET6 : SockAddr.AF_INET;
    };
  }

  static int socket(Network network, int family) throws ErrnoException {
    int type = network == Network.UNIXPACKET ? SOCK_SEQPACKET : SOCK_STREAM;
    int fd = (int) Sys.SOCKET.need(family, type | SOCK_CLOEXEC, 0);
    if (family == SockAddr.AF_INET6) {
      SockOpt.IPV6_V6ONLY.set(fd, network == Network.TCP6 ? 1 : 0);
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
   * Closes the descriptor last: its number must not be another socket's while an operation is in
   * flight. No shutdown(2) before it: the reset that SO_LINGER 0 asks for would become an end of
   * stream.
   */
  @Override
  public int close(Completion done) {
    if (!poller.closed() && cancelInFlight()) {
      closing = done;
      return Completion.PENDING;
    }
    release();
    return 0;
  }

  boolean isClosing() {
    return closing != null;
  }

  /** Ends a close when nothing is in flight any more; to be called after each completion. */
  void closeIfDrained() {
    Completion done = closing;
    if (done != null && !isInFlight()) {
      closing = null;
      release();
      done.complete(0);
    }
  }

  /** Whether there was anything to cancel. */
  abstract boolean cancelInFlight();

  abstract boolean isInFlight();

  /** Gives everything back, the descriptor last. */
  abstract void release();
}
