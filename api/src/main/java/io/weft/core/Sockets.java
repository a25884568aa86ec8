package io.weft.core;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.KeepAlive;
import io.weft.ListenConfig;
import io.weft.Listener;
import io.weft.Network;
import io.weft.WeftOptions;
import io.weft.spi.ErrnoException;
import io.weft.spi.Handle;
import io.weft.spi.ListenHandle;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Makes listeners and connections: the order of calls and the options, after Go's. */
final class Sockets {
  private static final Path SOMAXCONN = Path.of("/proc/sys/net/core/somaxconn");
  private static final int SOMAXCONN_ELSEWHERE = 128;

  private final LoopGroup loops;
  private final BufferPool pool;
  private final BooleanSupplier closed;
  private final int backlogDefaultMax = somaxconn();

  Sockets(LoopGroup loops, BufferPool pool, BooleanSupplier closed) {
    this.loops = loops;
    this.pool = pool;
    this.closed = closed;
  }

  /** socket, SO_REUSEADDR, bind, listen; nothing is left open on an exception. */
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
      int backlog = config.backlogMax() == 0 ? backlogDefaultMax : config.backlogMax();
      handle.listen(target.address(), backlog);
      SocketAddress bound = handle.localAddress();
      PolledListener.Wiring wiring =
          new PolledListener.Wiring(
              loops::nextAccepting, accepted -> adopt(network, accepted, config), file(bound));
      PolledListener listener =
          new PolledListener(new Polled.Endpoint(network, bound, null), loop, handle, wiring);
      done = true;
      return ifOpen(listener, "listen");
    } catch (ErrnoException e) {
      throw NetErrors.errno(asked, "listen", e.errno(), e.getCause());
    } catch (UnsupportedOperationException e) {
      throw NetErrors.unsupported(asked, "listen", e);
    } finally {
      if (!done) {
        discard(handle, loop);
      }
    }
  }

  /** socket, connect, options. */
  Conn dial(Network network, Target target, DialConfig config, long deadlineNanos)
      throws IOException {
    Loop loop = loops.own();
    Polled.Endpoint asked = new Polled.Endpoint(network, null, target.address());
    StreamHandle handle;
    try {
      handle = loop.poller().stream(target.family());
    } catch (ErrnoException e) {
      throw NetErrors.errno(asked, "dial", e.errno(), e.getCause());
    } catch (UnsupportedOperationException e) {
      throw NetErrors.unsupported(asked, "dial", e);
    }
    Dialing dialing = ifOpen(new Dialing(asked, loop, handle), "dial");
    dialing.connect(deadlineNanos);
    return connected(asked, loop, handle, new ConnOptions(config.keepAlive(), config.noDelay()));
  }

  // null: the connection died before it could be used, as if it had been reset in the queue
  private @Nullable Conn adopt(Network network, AcceptSide.Accepted accepted, ListenConfig config)
      throws IOException {
    Polled.Endpoint asked = new Polled.Endpoint(network, null, null);
    ConnOptions options = new ConnOptions(config.keepAlive(), config.noDelay());
    try {
      return connected(asked, accepted.loop(), accepted.handle(), options);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      return null;
    }
  }

  private Conn connected(Polled.Endpoint asked, Loop loop, StreamHandle handle, ConnOptions options)
      throws IOException {
    String op = asked.remote() == null ? "accept" : "dial";
    boolean done = false;
    try {
      SocketAddress local = handle.localAddress();
      SocketAddress remote = handle.remoteAddress();
      if (asked.network().isTcp()) {
        options.apply(handle);
      }
      Polled.Endpoint endpoint = new Polled.Endpoint(asked.network(), local, remote);
      PolledConn conn = new PolledConn(endpoint, loop, handle, pool);
      done = true;
      return ifOpen(conn, op);
    } catch (ErrnoException e) {
      throw NetErrors.errno(asked, op, e.errno(), e.getCause());
    } finally {
      if (!done) {
        discard(handle, loop);
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

  /** The options of a TCP connection; what the kernel refuses is left as it is, as Go does. */
  private record ConnOptions(KeepAlive keepAlive, boolean noDelay) {
    void apply(Handle handle) {
      set(handle, StandardSocketOptions.TCP_NODELAY, noDelay);
      set(handle, StandardSocketOptions.SO_KEEPALIVE, keepAlive.enabled());
      if (keepAlive.enabled()) {
        set(handle, WeftOptions.TCP_KEEPIDLE, wholeSeconds(keepAlive.idle()));
        set(handle, WeftOptions.TCP_KEEPINTERVAL, wholeSeconds(keepAlive.interval()));
        set(handle, WeftOptions.TCP_KEEPCOUNT, keepAlive.count());
      }
    }

    private static <T> void set(Handle handle, SocketOption<T> option, T value) {
      try {
        handle.setOption(option, value);
      } catch (IOException | UnsupportedOperationException e) {
        // the connection works without it
      }
    }

    private static int wholeSeconds(Duration time) {
      long seconds = time.getSeconds() + (time.getNano() > 0 ? 1 : 0);
      return (int) Math.min(seconds, Integer.MAX_VALUE);
    }
  }
}
