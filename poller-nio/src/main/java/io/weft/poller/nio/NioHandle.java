package io.weft.poller.nio;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.Handle;
import io.weft.spi.SocketOptionCodec;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * A channel and its key, registered with one selector from the first wait on.
 *
 * @param <C> the channel's type
 */
abstract sealed class NioHandle<C extends SelectableChannel & NetworkChannel>
    implements Handle, NioInterest.Bits permits NioStreamHandle, NioListenHandle {
  private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("@");

  final C channel;
  final NioInterest in;
  final NioInterest out;
  private final NioPoller poller;
  // belongs to the loop
  private @Nullable SelectionKey key;

  NioHandle(NioPoller poller, C channel) {
    this.poller = poller;
    this.channel = channel;
    in = new NioInterest(poller, this);
    out = new NioInterest(poller, this);
  }

  @Override
  public final void putIn(int op) {
    try {
      if (key == null) {
        key = poller.register(channel, op, this);
      } else {
        key.interestOpsOr(op);
      }
    } catch (ClosedChannelException | CancelledKeyException e) {
      // closed meanwhile: by then nobody waits
    }
  }

  @Override
  public final void takeOut(int op) {
    if (key != null) {
      key.interestOpsAnd(~op);
    }
  }

  /** Events came. Loop only. */
  abstract void ready(int ops);

  final void cancelAll() {
    in.cancel();
    out.cancel();
  }

  @Override
  public final void cancel(Direction direction) {
    (direction == Direction.READ ? in : out).cancel();
  }

  @Override
  public final int close(Completion done) {
    boolean unknown = !in.waited() && !out.waited();
    if (unknown || poller.selectorClosed()) {
      NioClose.close(channel);
      return 0;
    }
    poller.change(new NioClose(poller, channel, done));
    return Completion.PENDING;
  }

  @Override
  public final <T> void setOption(SocketOption<T> option, T value) throws ErrnoException {
    try {
      channel.setOption(own(option), value);
    } catch (IOException e) {
      throw NioErrors.exception(e);
    }
  }

  @Override
  public final <T> T getOption(SocketOption<T> option) throws ErrnoException {
    try {
      return channel.getOption(own(option));
    } catch (IOException e) {
      throw NioErrors.exception(e);
    }
  }

  /** The channel's own constant for an option: some are not in java.base and known by name only. */
  @SuppressWarnings("unchecked")
  private <T> SocketOption<T> own(SocketOption<T> option) {
    if (channel.supportedOptions().contains(option)) {
      return option;
    }
    for (SocketOption<?> own : channel.supportedOptions()) {
      if (own.name().equals(option.name()) && own.type() == option.type()) {
        return (SocketOption<T>) own;
      }
    }
    throw lacking(option);
  }

  private <T> UnsupportedOperationException lacking(SocketOption<T> option) {
    // throws when nobody has it
    SocketOptionCodec.of(option);
    String what = "the socket option " + option.name() + " is";
    // the one option that all internet sockets of the JDK have, and no unix socket
    boolean inet = channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEADDR);
    return inet
        ? unsupported(what)
        : new UnsupportedOperationException(what + " not supported by nio for unix sockets");
  }

  @Override
  public final SocketAddress localAddress() throws ErrnoException {
    SocketAddress local;
    try {
      local = channel.getLocalAddress();
    } catch (IOException e) {
      throw NioErrors.exception(e);
    }
    return known(local, Errno.EINVAL);
  }

  /** The port's form of an address; the JDK has null for one that the socket has not got yet. */
  static SocketAddress known(@Nullable SocketAddress address, Errno none) throws ErrnoException {
    if (address == null) {
      throw new ErrnoException(none.number(), null);
    }
    boolean unnamed =
        address instanceof UnixDomainSocketAddress unix && unix.getPath().toString().isEmpty();
    return unnamed ? UNNAMED : address;
  }

  /**
   * Refuses names without a file.
   *
   * @throws UnsupportedOperationException for an abstract name and for autobind
   */
  static void requirePath(SocketAddress address) {
    if (address instanceof UnixDomainSocketAddress unix) {
      String path = unix.getPath().toString();
      if (path.isEmpty() || path.startsWith("@")) {
        throw unsupported("an abstract unix name is");
      }
    }
  }

  static UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException(
        what + " not supported by nio (epoll and io_uring have it)");
  }
}
