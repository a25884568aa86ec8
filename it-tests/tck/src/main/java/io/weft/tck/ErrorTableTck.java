package io.weft.tck;

import static io.weft.Network.TCP;
import static io.weft.Network.UNIX;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.HostPort;
import io.weft.Listener;
import io.weft.spi.Errno;
import io.weft.tck.FaultPlan.Call;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Goal: every event has its type of the JDK, Go's text with the errno's name, and the facts of
 * {@link io.weft.NetError}. Timeouts, and only they, are a {@link SocketTimeoutException}.
 */
@Tck
class ErrorTableTck {
  private static final String CLOSED = "use of closed network connection";
  private static final int LARGE_BYTES = 32 * 1024 * 1024;

  private static String text(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? HostPort.of(inet).join()
        : address.toString();
  }

  /** An event of a connection, with the text that the kernel's error has, or one without. */
  private static void verify(
      Conn conn, Throwable thrown, Class<?> type, String op, Object problem) {
    String network = conn.localAddress() instanceof InetSocketAddress ? "tcp" : "unix";
    Errno errno = problem instanceof Errno known ? known : null;
    String text = errno == null ? problem.toString() : Errno.describe(errno.number());
    SocketAddress local = conn.localAddress();
    SocketAddress remote = conn.remoteAddress();
    Expect.error(
        thrown,
        type,
        op + " " + network + " " + text(local) + "->" + text(remote) + ": " + text,
        new Expect.Facts(op, network, local, remote, errno));
    isTimeoutOnlyIf(type == SocketTimeoutException.class, thrown);
  }

  private static void isTimeoutOnlyIf(boolean timeout, Throwable thrown) {
    assertThat(thrown instanceof SocketTimeoutException).as(thrown.toString()).isEqualTo(timeout);
  }

  /** Runs a call that an interrupt ends, and gives its exception. */
  private static Callable<Throwable> interrupted(Callable<?> call) {
    return () -> {
      Thread.currentThread().interrupt();
      try {
        Object result = call.call();
        throw new AssertionError("not interrupted: " + result);
      } catch (InterruptedIOException e) {
        assertThat(Thread.interrupted()).isTrue();
        return e;
      }
    };
  }

  @TckTest
  @Case("K03")
  void anEndOfACallTellsWhichOneItWas(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    Map<String, Callable<?>> calls =
        Map.of(
            "read", () -> conn.read(new byte[1]),
            "write", () -> conn.write(new byte[1]));
    for (Map.Entry<String, Callable<?>> call : calls.entrySet()) {
      conn.setTimeout(Duration.ZERO);
      Throwable late = net.start(conn, call.getValue()).failure();
      verify(conn, late, SocketTimeoutException.class, call.getKey(), "i/o timeout");
      conn.setTimeout(null);
      Throwable ended = net.start(conn, interrupted(call.getValue())).join();
      verify(conn, ended, InterruptedIOException.class, call.getKey(), "interrupted");
    }
    Task<Integer> reader = net.start(conn, () -> conn.read(new byte[1])).awaitParked();
    Task<Integer> writer = net.start(conn, () -> conn.write(new byte[LARGE_BYTES])).awaitParked();
    net.start(conn, conn::close).join();
    verify(conn, reader.failure(), AsynchronousCloseException.class, "read", CLOSED);
    verify(conn, writer.failure(), AsynchronousCloseException.class, "write", CLOSED);
  }

  @TckTest
  void everyCallOnAClosedConnectionTellsSo(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    net.start(conn, conn::close).join();
    Map<String, List<Step>> calls =
        Map.of(
            "read",
            List.of(
                () -> conn.read(new byte[1]),
                () -> conn.read(new byte[0]),
                () -> conn.read(ByteBuffer.allocateDirect(1)),
                conn::awaitReadable),
            "write",
            List.of(
                () -> conn.write(new byte[1]),
                () -> conn.write(new byte[0]),
                () -> conn.write(ByteBuffer.allocateDirect(1)),
                () -> conn.write(new ByteBuffer[] {ByteBuffer.allocate(1)}),
                () -> conn.write(new ByteBuffer[0])),
            "close",
            List.of(conn::closeRead, conn::closeWrite),
            "set",
            List.of(
                () -> conn.setDeadline(null),
                () -> conn.setReadDeadline(DeadlineTck.LONG_AGO),
                () -> conn.setWriteDeadline(DeadlineTck.LONG_AGO),
                () -> conn.setTimeout(null),
                () -> conn.setReadTimeout(Duration.ZERO),
                () -> conn.setWriteTimeout(Duration.ZERO),
                () -> conn.setOption(StandardSocketOptions.SO_RCVBUF, 4096)));
    for (Map.Entry<String, List<Step>> entry : calls.entrySet()) {
      for (Step call : entry.getValue()) {
        Throwable thrown = net.start(conn, call).failure();
        assertThat(thrown).isNotInstanceOf(AsynchronousCloseException.class);
        verify(conn, thrown, ClosedChannelException.class, entry.getKey(), CLOSED);
      }
    }
    net.start(conn, conn::close).join();
    assertThat(conn.isOpen()).isFalse();
  }

  @TckTest
  void aWriteBehindTheOwnEndIsABrokenPipe(TestingNet net) throws Exception {
    Conn conn = net.pair().client();
    net.start(conn, conn::closeWrite).join();
    Throwable thrown = net.start(conn, () -> conn.write(new byte[1])).failure();
    verify(conn, thrown, SocketException.class, "write", Errno.EPIPE);
  }

  @TckTest
  void whatTheKernelAnswersAReadOrWriteIsTold(TestingNet net) throws Exception {
    Map<Errno, Class<?>> types =
        Map.of(
            Errno.ETIMEDOUT, SocketTimeoutException.class,
            Errno.EPIPE, SocketException.class,
            Errno.EHOSTUNREACH, NoRouteToHostException.class,
            Errno.ENETUNREACH, NoRouteToHostException.class,
            Errno.ENOBUFS, SocketException.class,
            Errno.ENOMEM, SocketException.class,
            Errno.EIO, SocketException.class,
            Errno.ECONNRESET, SocketException.class);
    FaultPlan plan = new FaultPlan();
    try (TestingNet faulty = net.another(plan);
        Listener listener = faulty.listen()) {
      for (Map.Entry<Errno, Class<?>> row : types.entrySet()) {
        for (String op : List.of("read", "write")) {
          ConnPair pair = faulty.pair(listener);
          Conn conn = pair.client();
          plan.fail(op.equals("read") ? Call.READ : Call.WRITE, 1, row.getKey());
          Throwable thrown =
              faulty
                  .start(
                      conn,
                      () -> op.equals("read") ? conn.read(new byte[1]) : conn.write(new byte[1]))
                  .failure();
          verify(conn, thrown, row.getValue(), op, row.getKey());
          pair.close();
        }
      }
    }
  }

  @TckTest
  void whatTheKernelAnswersADialOrListenIsTold(TestingNet net) throws Exception {
    Map<Errno, Class<?>> dials =
        Map.of(
            Errno.ECONNREFUSED, ConnectException.class,
            Errno.ENETUNREACH, NoRouteToHostException.class,
            Errno.EHOSTUNREACH, NoRouteToHostException.class,
            Errno.ETIMEDOUT, SocketTimeoutException.class,
            Errno.EADDRNOTAVAIL, BindException.class,
            Errno.EACCES, SocketException.class,
            Errno.EPERM, SocketException.class,
            Errno.ECONNRESET, SocketException.class);
    Map<Errno, Class<?>> listens =
        Map.of(
            Errno.EADDRINUSE, BindException.class,
            Errno.EADDRNOTAVAIL, BindException.class,
            Errno.EACCES, BindException.class,
            Errno.EPERM, BindException.class,
            Errno.ENOBUFS, SocketException.class);
    String network = net.network().toString();
    FaultPlan plan = new FaultPlan();
    try (TestingNet faulty = net.another(plan);
        Listener listener = faulty.listen()) {
      String address = TestingNet.addressOf(listener);
      for (Map.Entry<Errno, Class<?>> row : dials.entrySet()) {
        // a port that was not free is tried again, twice
        boolean retried = row.getKey() == Errno.EADDRNOTAVAIL && net.network() == TCP;
        plan.fail(Call.CONNECT, retried ? 3 : 1, row.getKey());
        Throwable thrown = faulty.start(() -> faulty.dial(listener)).failure();
        Expect.error(
            thrown,
            row.getValue(),
            "dial " + network + " " + address + ": " + Errno.describe(row.getKey().number()),
            new Expect.Facts("dial", network, null, listener.address(), row.getKey()));
        isTimeoutOnlyIf(row.getValue() == SocketTimeoutException.class, thrown);
      }
      for (Map.Entry<Errno, Class<?>> row : listens.entrySet()) {
        plan.fail(Call.LISTEN, 1, row.getKey());
        Expect.error(
            faulty.start(() -> faulty.net().listen(network, address)).failure(),
            row.getValue(),
            "listen " + network + " " + address + ": " + Errno.describe(row.getKey().number()),
            new Expect.Facts("listen", network, listener.address(), null, row.getKey()));
      }
      assertThat(plan.hasFaultsLeft()).isFalse();
    }
  }

  @TckTest
  @Case("K03")
  void anEndOfAnAcceptTellsWhichOneItWas(TestingNet net) throws Exception {
    Listener listener = net.listen();
    String prefix = "accept " + net.network() + " " + text(listener.address()) + ": ";
    Expect.Facts facts =
        new Expect.Facts("accept", net.network().toString(), listener.address(), null, null);
    listener.setTimeout(Duration.ZERO);
    Throwable late = net.start(listener::accept).failure();
    Expect.error(late, SocketTimeoutException.class, prefix + "i/o timeout", facts);
    listener.setTimeout(null);
    Throwable ended = net.start(interrupted(listener::accept)).join();
    Expect.error(ended, InterruptedIOException.class, prefix + "interrupted", facts);
    isTimeoutOnlyIf(false, ended);
    Task<Conn> accept = net.start(listener::accept).awaitParked();
    net.start(listener::close).join();
    Expect.error(accept.failure(), AsynchronousCloseException.class, prefix + CLOSED, facts);
    Throwable closed = net.start(listener::accept).failure();
    Expect.error(closed, ClosedChannelException.class, prefix + CLOSED, facts);
    assertThat(closed).isNotInstanceOf(AsynchronousCloseException.class);
  }

  @TckTest(networks = UNIX)
  void aUnixListenerWithAFullQueueIsATimeout(TestingNet net) throws Exception {
    Path path = Path.of(net.freeAddress());
    List<SocketChannel> queued = new ArrayList<>();
    try (ServerSocketChannel full = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      full.bind(UnixDomainSocketAddress.of(path), 1);
      for (int i = 0; i < 2; i++) {
        queued.add(SocketChannel.open(UnixDomainSocketAddress.of(path)));
      }
      int sockets = Resources.openSockets();
      Throwable thrown = net.start(() -> net.net().dial("unix", path.toString())).failure();
      Expect.error(
          thrown,
          SocketTimeoutException.class,
          "dial unix " + path + ": resource temporarily unavailable (EAGAIN)",
          new Expect.Facts("dial", "unix", null, UnixDomainSocketAddress.of(path), Errno.EAGAIN));
      assertThat(Resources.openSockets()).as("nothing is left open").isEqualTo(sockets);
    }
    for (SocketChannel client : queued) {
      client.close();
    }
    Files.delete(path);
  }
}
