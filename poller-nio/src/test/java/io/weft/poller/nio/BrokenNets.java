package io.weft.poller.nio;

import io.weft.AddressException;
import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.Net;
import io.weft.SocketControl;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One broken promise each. */
final class BrokenNets {
  private BrokenNets() {}

  /** Breaks nothing: what the suite says of it must be good. */
  public static final class Sound extends BrokenNet {
    @Override
    @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable {
      return proceed(conn, method, args);
    }
  }

  /** Sends a write in two parts, between which another one may come. */
  public static final class MixesWrites extends BrokenNet {
    @Override
    @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable {
      if (method.getName().equals("write") && args[0] instanceof byte[] bytes && args.length == 1) {
        int first = conn.write(bytes, 0, bytes.length / 2);
        Thread.yield();
        return first + conn.write(bytes, first, bytes.length - first);
      }
      return proceed(conn, method, args);
    }
  }

  /** After a timed-out read one byte is missing. */
  public static final class LosesDataByTimeout extends BrokenNet {
    // by identity, so that no connection is kept
    private final Set<Integer> timedOut = ConcurrentHashMap.newKeySet();

    @Override
    @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable {
      if (!method.getName().equals("read")) {
        return proceed(conn, method, args);
      }
      if (timedOut.contains(System.identityHashCode(conn)) && conn.read(new byte[1]) == 1) {
        timedOut.remove(System.identityHashCode(conn));
      }
      try {
        return proceed(conn, method, args);
      } catch (SocketTimeoutException e) {
        timedOut.add(System.identityHashCode(conn));
        throw e;
      }
    }
  }

  /** Close leaves the socket open, and whoever waits on it waiting. */
  public static final class CloseWakesNobody extends BrokenNet {
    @Override
    @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable {
      return method.getName().equals("close") ? null : proceed(conn, method, args);
    }
  }

  /** Deadlines come in half of their time. */
  public static final class EarlyDeadlines extends BrokenNet {
    @Override
    @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable {
      if (args.length == 1 && args[0] instanceof Duration timeout) {
        args[0] = timeout.dividedBy(2);
      }
      return proceed(conn, method, args);
    }
  }

  /** An interrupted call clears the flag. */
  public static final class SwallowsInterrupts extends BrokenNet {
    @Override
    @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable {
      try {
        return proceed(conn, method, args);
      } catch (InterruptedIOException e) {
        Thread.interrupted();
        throw e;
      }
    }
  }

  /** The end of stream is told once; then reads fail. */
  public static final class ForgetsEndOfStream extends BrokenNet {
    private final Set<Integer> ended = ConcurrentHashMap.newKeySet();

    @Override
    @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable {
      Object result = proceed(conn, method, args);
      boolean end = method.getName().equals("read") && Integer.valueOf(-1).equals(result);
      if (end && !ended.add(System.identityHashCode(conn))) {
        throw new IOException("the end of stream was told before");
      }
      return result;
    }
  }

  /** A write of nothing is not looked at. */
  public static final class IgnoresEmptyWrites extends BrokenNet {
    @Override
    @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable {
      boolean empty =
          method.getName().equals("write")
              && ((args[0] instanceof byte[] bytes && bytes.length == 0)
                  || (args[0] instanceof ByteBuffer buffer && !buffer.hasRemaining()));
      return empty ? Integer.valueOf(0) : proceed(conn, method, args);
    }
  }

  /** Each first read leaves a socket behind. */
  public static final class LeaksDescriptors extends BrokenNet {
    private final Set<SocketChannel> left = ConcurrentHashMap.newKeySet();

    @Override
    @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable {
      if (method.getName().equals("read")) {
        left.add(SocketChannel.open());
      }
      return proceed(conn, method, args);
    }
  }

  /** Tells that an address is bad, but not which, nor why. */
  public static final class VagueAboutAddresses extends BrokenNet {
    @Override
    @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable {
      return proceed(conn, method, args);
    }

    @Override
    @Nullable Object callNet(Net net, Method method, Object[] args) throws Throwable {
      try {
        return super.callNet(net, method, args);
      } catch (AddressException e) {
        throw new AddressException(e.op(), e.network(), "bad address");
      }
    }
  }

  /** What it dials is not kept alive. */
  public static final class ForgetsKeepAlive extends BrokenNet {
    @Override
    @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable {
      return proceed(conn, method, args);
    }

    @Override
    @Nullable Object callNet(Net net, Method method, Object[] args) throws Throwable {
      Object result = super.callNet(net, method, args);
      if (result instanceof Conn conn && conn.localAddress() instanceof InetSocketAddress) {
        conn.setOption(StandardSocketOptions.SO_KEEPALIVE, false);
      }
      return result;
    }
  }

  /** Dials without asking the control of its configuration. */
  public static final class SkipsControls extends BrokenNet {
    @Override
    @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable {
      return proceed(conn, method, args);
    }

    @Override
    @Nullable Object callNet(Net net, Method method, Object[] args) throws Throwable {
      for (int i = 0; i < args.length; i++) {
        args[i] =
            args[i] instanceof DialConfig config ? config.withControl(SocketControl.NONE) : args[i];
      }
      return super.callNet(net, method, args);
    }
  }

  /** A transfer that fails has lost a byte. */
  public static final class LosesWhatItTransfers extends BrokenNet {
    @Override
    @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable {
      try {
        return proceed(conn, method, args);
      } catch (InterruptedIOException e) {
        if (method.getName().equals("transferTo")) {
          Thread.interrupted();
          conn.read(new byte[1]);
          Thread.currentThread().interrupt();
        }
        throw e;
      }
    }
  }
}
