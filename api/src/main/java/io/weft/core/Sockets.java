package io.weft.core;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.ListenConfig;
import io.weft.Listener;
import io.weft.Network;
import io.weft.spi.ErrnoException;
import io.weft.spi.Handle;
import io.weft.spi.ListenHandle;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Makes listeners and connections: the order of calls and the options, after Go's. */
final class Sockets {
  private static final Path SOMAXCONN = Path.of("/proc/sys/net/core/somaxconn");
  private static final int SOMAXCONN_ELSEWHERE = 128;

  private final LoopGroup loops;
  private final PolledConn.Wiring wiring;
  private final BooleanSupplier closed;
  private final int backlogDefaultMax = somaxconn();

  Sockets(LoopGroup loops, PolledConn.Wiring wiring, BooleanSupplier closed) {
    this.loops = loops;
    this.wiring = wiring;
    this.closed = closed;
  }

  /** socket, SO_REUSEADDR, setup, bind, listen; nothing is left open on an exception. */
  Listener listen(Network network, Target target, ListenConfig config) throws IOException {
    Loop loop = loops.own();
    Polled.Endpoint asked = new Polled.Endpoint(network, target.address(), null);
    ListenHandle handle;
    try {
      handle = loop.poller().listener(target.family());
    } catch (ErrnoException e) {
      throw NetErrors.errno(asked, "listen", e.errno(), e.getCause());
    } catch (UnsupportedOperationException e) {
      throw NetErrors.unsupported(asked, "listen", e);
    }
    boolean done = false;
    try {
      if (network.isTcp()) {
        handle.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      }
      UnconnectedSocket.prepare(handle, target, config.setup(), asked, "listen");
      SocketAddress bound = bind(handle, config.backlogMax(), asked, target);
      ConnOptions options = new ConnOptions(config.keepAlive(), config.noDelay());
      Polled.Endpoint accepting = new Polled.Endpoint(network, null, null);
      PolledListener.Wiring wiring =
          new PolledListener.Wiring(
              loops::nextAccepting,
              accepted -> adopt(accepting, accepted, options),
              config.unlinkOnClose() ? file(bound) : null);
      PolledListener listener =
          new PolledListener(new Polled.Endpoint(network, bound, null), loop, handle, wiring);
      done = true;
      return ifOpen(listener, "listen");
    } catch (ErrnoException e) {
      throw NetErrors.errno(asked, "listen", e.errno(), e.getCause());
    } finally {
      if (!done) {
        discard(handle, loop);
      }
    }
  }

  private SocketAddress bind(
      ListenHandle handle, int backlogMax, Polled.Endpoint asked, Target target)
      throws IOException {
    // the setup may have taken its time
    if (closed.getAsBoolean()) {
      throw NetErrors.closed(asked, "listen", true);
    }
    try {
      handle.listen(target.address(), backlogMax == 0 ? backlogDefaultMax : backlogMax);
      return handle.localAddress();
    } catch (UnsupportedOperationException e) {
      throw NetErrors.unsupported(asked, "listen", e);
    }
  }

  /** socket, and a connect that has not begun. */
  Dialing dialing(Attempts.Dial dial, Target target) throws IOException {
    Polled.Endpoint asked = dial.endpoint(target);
    StreamHandle handle;
    try {
      handle = dial.loop().poller().stream(target.family());
    } catch (ErrnoException e) {
      throw NetErrors.errno(asked, "dial", e.errno(), e.getCause());
    } catch (UnsupportedOperationException e) {
      throw NetErrors.unsupported(asked, "dial", e);
    }
    return ifOpen(new Dialing(asked, dial.loop(), handle), "dial");
  }

  /**
   * Addresses and options of a socket that has been connected.
   *
   * @param refusesSelf whether to close a socket that is connected with itself
   * @return the connection; null for such a socket
   */
  @Nullable PolledConn dialled(Attempts.Dial dial, Dialing dialing, boolean refusesSelf)
      throws IOException {
    StreamHandle handle = dialing.stream();
    Polled.Endpoint ends = ends(dialing.endpoint(), "dial", dial.loop(), handle);
    if (refusesSelf && Objects.equals(ends.local(), ends.remote())) {
      discard(handle, dial.loop());
      return null;
    }
    DialConfig config = dial.config();
    ConnOptions options = new ConnOptions(config.keepAlive(), config.noDelay());
    return connected(ends, "dial", new AcceptSide.Accepted(handle, dial.loop()), options);
  }

  // null: the connection died before it could be used, as if it had been reset in the queue
  private @Nullable Conn adopt(
      Polled.Endpoint asked, AcceptSide.Accepted accepted, ConnOptions options) throws IOException {
    try {
      Polled.Endpoint ends = ends(asked, "accept", accepted.loop(), accepted.handle());
      return connected(ends, "accept", accepted, options);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      return null;
    }
  }

  private static Polled.Endpoint ends(
      Polled.Endpoint asked, String op, Loop loop, StreamHandle handle) throws IOException {
    boolean done = false;
    try {
      SocketAddress local = handle.localAddress();
      SocketAddress remote = handle.remoteAddress();
      done = true;
      return new Polled.Endpoint(asked.network(), local, remote);
    } catch (ErrnoException e) {
      throw NetErrors.errno(asked, op, e.errno(), e.getCause());
    } finally {
      if (!done) {
        discard(handle, loop);
      }
    }
  }

  private PolledConn connected(
      Polled.Endpoint ends, String op, AcceptSide.Accepted accepted, ConnOptions options)
      throws IOException {
    boolean done = false;
    try {
      if (ends.network().isTcp()) {
        options.apply(accepted.handle());
      }
      PolledConn conn = new PolledConn(ends, accepted.loop(), accepted.handle(), wiring);
      done = true;
      return ifOpen(conn, op);
    } finally {
      if (!done) {
        discard(accepted.handle(), accepted.loop());
      }
    }
  }

  // close() may have looked at the loop's handles just before this one joined them
  private <T extends Polled> T ifOpen(T made, String op) throws IOException {
    if (closed.getAsBoolean()) {
      made.closeHandle();
      throw NetErrors.closed(made.endpoint(), op, true);
    }
    return made;
  }

  private static void discard(Handle handle, Loop loop) {
    Release release = new Release();
    release.start(handle, loop);
    release.await(handle);
  }

  private static @Nullable Path file(SocketAddress bound) {
    if (bound instanceof UnixDomainSocketAddress unix) {
      String path = unix.getPath().toString();
      return path.isEmpty() || path.startsWith("@") ? null : unix.getPath();
    }
    return null;
  }

  private static int somaxconn() {
    try (InputStream in = Files.newInputStream(SOMAXCONN)) {
      // in one read: a second one finds the end of the file, however short the first one was
      byte[] text = new byte[32];
      int length = Math.max(in.read(text), 0);
      int limit = Integer.parseInt(new String(text, 0, length, StandardCharsets.US_ASCII).trim());
      return limit > 0 ? limit : SOMAXCONN_ELSEWHERE;
    } catch (IOException | NumberFormatException e) {
      return SOMAXCONN_ELSEWHERE;
    }
  }
}
