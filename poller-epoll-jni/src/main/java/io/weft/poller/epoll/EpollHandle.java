package io.weft.poller.epoll;

import io.weft.Network;
import io.weft.WeftOptions;
import io.weft.spi.Completion;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.Handle;
import io.weft.spi.Readiness;
import io.weft.spi.SocketAddressCodec;
import io.weft.spi.SocketOptionCodec;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;

/** A descriptor of a non-blocking socket. */
abstract sealed class EpollHandle implements Handle permits EpollStreamHandle, EpollListenHandle {
  /** No key of a table. */
  static final long UNREGISTERED = 0;

  static final int WOULD_BLOCK = -Errno.EAGAIN.number();
  static final int INTERRUPTED = -Errno.EINTR.number();
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_SEQPACKET = 5;

  /** A descriptor and how it was made; the family is that of its addresses. */
  record Socket(int fd, Network network, int family) {}

  final EpollPoller poller;
  final EpollNative sys;
  final Socket socket;

  /** The reads or the accepts. The first one is tried: nothing is known yet. */
  final Readiness in = new Readiness(true);

  /** What events of this handle bear; set by the table before there can be any. */
  long key = UNREGISTERED;

  EpollHandle(EpollPoller poller, Socket socket) {
    this.poller = poller;
    this.sys = poller.sys;
    this.socket = socket;
  }

  static int socket(EpollNative sys, Network network, int family) throws ErrnoException {
    int type = network == Network.UNIXPACKET ? SOCK_SEQPACKET : SOCK_STREAM;
    int fd = (int) ErrnoException.check(sys.socket(family, type));
    try {
      if (family == SocketAddressCodec.AF_INET6) {
        setOption(sys, fd, WeftOptions.IPV6_V6ONLY, network == Network.TCP6);
      }
    } catch (ErrnoException e) {
      sys.close(fd);
      throw e;
    }
    return fd;
  }

  /** Events came. Loop only. */
  abstract void ready(int events);

  /** Ends what pends in both directions. Loop only. */
  abstract void cancelAll();

  /**
   * Waits for the next event.
   *
   * @return PENDING, AGAIN when an event came meanwhile, CANCELED when the poller is closed
   */
  final int await(Readiness direction, Completion done) {
    if (!direction.arm(done)) {
      return Completion.AGAIN;
    }
    // The poller's close marks itself closed and then cancels what is armed: whoever sees no mark
    // here is seen there.
    if (poller.closed() && direction.disarm()) {
      return Completion.CANCELED;
    }
    return Completion.PENDING;
  }

  @Override
  public final <T> void setOption(SocketOption<T> option, T value) throws ErrnoException {
    setOption(sys, socket.fd, option, value);
  }

  private static <T> void setOption(EpollNative sys, int fd, SocketOption<T> option, T value)
      throws ErrnoException {
    SocketOptionCodec<T> codec = SocketOptionCodec.of(option);
    int[] ints = codec.encode(value);
    long low = ints[0] & 0xffff_ffffL;
    long both = ints.length == 1 ? low : low | ((long) ints[1] << Integer.SIZE);
    int bytes = ints.length * Integer.BYTES;
    ErrnoException.check(sys.setsockopt(fd, codec.level(), codec.number(), both, bytes));
  }

  @Override
  public final <T> T getOption(SocketOption<T> option) throws ErrnoException {
    SocketOptionCodec<T> codec = SocketOptionCodec.of(option);
    long both = ErrnoException.check(sys.getsockopt(socket.fd, codec.level(), codec.number()));
    return codec.decode(new int[] {(int) both, (int) (both >> Integer.SIZE)});
  }

  @Override
  public final SocketAddress localAddress() throws ErrnoException {
    ByteBuffer memory = poller.takeAddressMemory();
    try {
      long bytes = ErrnoException.check(sys.getsockname(socket.fd, sys.address(memory)));
      return SocketAddressCodec.decode(memory, (int) bytes);
    } finally {
      poller.give(memory);
    }
  }

  /** As {@link io.weft.spi.StreamHandle#bind}, for listeners, too. */
  public final void bind(SocketAddress local) throws ErrnoException {
    ByteBuffer memory = poller.takeAddressMemory();
    try {
      int bytes = SocketAddressCodec.encode(local, socket.family, memory);
      ErrnoException.check(sys.bind(socket.fd, sys.address(memory), bytes));
    } finally {
      poller.give(memory);
    }
  }

  @Override
  public final int close(Completion done) {
    if (key != UNREGISTERED) {
      poller.unregister(this);
    }
    sys.close(socket.fd);
    return 0;
  }
}
