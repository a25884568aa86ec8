package io.weft.tck;

import static io.weft.Network.TCP;
import static io.weft.Network.UNIX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.AddressException;
import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetError;
import io.weft.PollerReport;
import io.weft.PollerUnavailableException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Goal: each event has its type of the JDK, Go's message with the errno's name, and the facts of
 * {@link NetError}; nothing stays open after a failure.
 */
@Tck
class ErrorTck {
  @TckTest(networks = TCP)
  void aRefusedDialNamesTheAddressAndTheErrno(TestingNet net) throws Exception {
    Listener listener = net.listen();
    String address = TestingNet.addressOf(listener);
    SocketAddress remote = listener.address();
    listener.close();
    Throwable thrown = net.start(() -> net.net().dial("tcp", address)).failure();
    assertThat(thrown)
        .isInstanceOf(ConnectException.class)
        .hasMessageStartingWith("dial tcp ")
        .hasMessageEndingWith(address + ": connection refused (ECONNREFUSED)");
    NetError error = (NetError) thrown;
    assertThat(error.op()).isEqualTo("dial");
    assertThat(error.network()).isEqualTo("tcp");
    assertThat(error.remote()).isEqualTo(remote);
    assertThat(error.errno()).isEqualTo(111);
    assertThat(error.errnoName()).isEqualTo("ECONNREFUSED");
  }

  @TckTest(networks = UNIX)
  void aUnixDialToNobodyNamesThePathAndTheErrno(TestingNet net) throws Exception {
    String path = net.freeAddress();
    Throwable missing = net.start(() -> net.net().dial("unix", path)).failure();
    assertThat(missing)
        .isInstanceOf(SocketException.class)
        .hasMessageStartingWith("dial unix ")
        .hasMessageEndingWith(path + ": no such file or directory (ENOENT)");
    ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    stale.bind(UnixDomainSocketAddress.of(path));
    stale.close();
    Throwable refused = net.start(() -> net.net().dial("unix", path)).failure();
    assertThat(refused)
        .isInstanceOf(ConnectException.class)
        .hasMessageEndingWith(path + ": connection refused (ECONNREFUSED)");
    Throwable inUse = net.start(() -> net.net().listen("unix", path)).failure();
    assertThat(inUse).isInstanceOf(BindException.class).hasMessageEndingWith("(EADDRINUSE)");
    Files.delete(Path.of(path));
  }

  @TckTest
  void anAddressInUseCannotBeBoundAgain(TestingNet net) throws Exception {
    Listener listener = net.listen();
    String address = TestingNet.addressOf(listener);
    Throwable thrown =
        net.start(() -> net.net().listen(net.network().toString(), address)).failure();
    assertThat(thrown)
        .isInstanceOf(BindException.class)
        .hasMessage(
            "listen " + net.network() + " " + address + ": address already in use (EADDRINUSE)");
    NetError error = (NetError) thrown;
    assertThat(error.op()).isEqualTo("listen");
    assertThat(error.errno()).isEqualTo(98);
    assertThat(error.remote()).isNull();
    assertThat(net.dial(listener).isOpen()).isTrue();
  }

  @TckTest(networks = TCP)
  void anAddressOfAnotherMachineCannotBeBound(TestingNet net) throws Exception {
    Throwable thrown = net.start(() -> net.net().listen("tcp", "192.0.2.1:0")).failure();
    assertThat(thrown)
        .isInstanceOf(BindException.class)
        .hasMessageEndingWith("cannot assign requested address (EADDRNOTAVAIL)");
  }

  @TckTest(networks = TCP)
  void unusableTextIsAnAddressExceptionThatQuotesIt(TestingNet net) throws Exception {
    Net opened = net.net();
    for (Callable<?> use :
        List.<Callable<?>>of(
            () -> opened.listen("foo", "127.0.0.1:0"), () -> opened.dial("foo", "127.0.0.1:1"))) {
      assertThat(net.start(use).failure())
          .isInstanceOf(AddressException.class)
          .hasMessageContaining("unknown network foo");
    }
    List<List<String>> malformed =
        List.of(
            List.of("127.0.0.1", "missing port in address"),
            List.of("::1:80", "too many colons in address"),
            List.of("[::1:80", "missing ']' in address"),
            List.of("127.0.0.1:-1", "-1"),
            List.of("127.0.0.1:65536", "65536"),
            List.of("127.0.0.1:no-such-port", "no-such-port"));
    for (List<String> row : malformed) {
      for (Callable<?> use :
          List.<Callable<?>>of(
              () -> opened.listen("tcp", row.getFirst()),
              () -> opened.dial("tcp", row.getFirst()))) {
        assertThat(net.start(use).failure())
            .as(row.getFirst())
            .isInstanceOf(AddressException.class)
            .hasMessageContaining(row.getLast());
      }
    }
    assertThat(net.start(() -> opened.dial("tcp4", "[::1]:80")).failure())
        .isInstanceOf(AddressException.class)
        .hasMessageContaining("no suitable address");
    assertThat(net.start(() -> opened.dial("tcp", "")).failure())
        .isInstanceOf(AddressException.class);
    assertThat(net.start(() -> opened.dial("unix", "")).failure())
        .isInstanceOf(AddressException.class);
  }

  @TckTest(networks = UNIX)
  void aPathThatIsTooLongIsRefused(TestingNet net) throws Exception {
    String path = "/tmp/" + "x".repeat(104);
    for (Callable<?> use :
        List.<Callable<?>>of(
            () -> net.net().listen("unix", path), () -> net.net().dial("unix", path))) {
      assertThat(net.start(use).failure()).isInstanceOf(IOException.class);
    }
  }

  @TckTest(networks = TCP)
  void anUnknownHostIsNamed(TestingNet net) throws Exception {
    // no label may be this long, so that no server is asked
    String host = "x".repeat(64) + ".invalid";
    Throwable thrown = net.start(() -> net.net().dial("tcp", host + ":80")).failure();
    assertThat(thrown).isInstanceOf(UnknownHostException.class).hasMessageContaining(host);
    assertThat(((NetError) thrown).op()).isEqualTo("dial");
  }

  @TckTest(networks = TCP)
  void aDialThatNobodyAnswersTimesOut(TestingNet net) throws Exception {
    try (ServerSocketChannel full = ServerSocketChannel.open()) {
      full.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1);
      String address = "127.0.0.1:" + ((InetSocketAddress) full.getLocalAddress()).getPort();
      List<Conn> queued = InterruptTck.fillQueue(net, address);
      int sockets = Resources.openSockets();
      DialConfig config = DialConfig.DEFAULT.withTimeout(Duration.ofMillis(50));
      Task<Throwable> dial =
          net.start(
              () -> {
                long start = System.nanoTime();
                try (Conn conn = net.net().dial("tcp", address, config)) {
                  throw new AssertionError("connected: " + conn);
                } catch (SocketTimeoutException e) {
                  assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000);
                  return e;
                }
              });
      Throwable thrown = dial.join();
      Expect.timeout(thrown);
      assertThat(thrown).hasMessageStartingWith("dial tcp ");
      assertThat(Resources.openSockets()).as("nothing is left open").isEqualTo(sockets);
      queued.forEach(Conn::close);
    }
  }

  @TckTest
  void aTimeoutTellsOperationNetworkAndAddresses(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    conn.setTimeout(Duration.ZERO);
    Throwable read = net.start(conn, () -> conn.read(new byte[1])).failure();
    Throwable write = net.start(conn, () -> conn.write(new byte[1])).failure();
    for (Throwable thrown : List.of(read, write)) {
      NetError error = (NetError) thrown;
      assertThat(error.op()).isEqualTo(thrown == read ? "read" : "write");
      assertThat(error.network()).isEqualTo(net.network().toString());
      assertThat(error.local()).isEqualTo(conn.localAddress());
      assertThat(error.remote()).isEqualTo(conn.remoteAddress());
      assertThat(error.errno()).isZero();
      assertThat(error.errnoName()).isEmpty();
      Expect.transferred(thrown, 0);
      assertThat(thrown).hasMessageStartingWith(error.op() + " " + net.network() + " ");
      assertThat(thrown).hasMessageEndingWith(": i/o timeout");
    }
  }

  @TckTest(networks = TCP)
  void aResetTellsOperationNetworkAndAddressesAsGoWritesThem(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    pair.server().setOption(StandardSocketOptions.SO_LINGER, 0);
    pair.server().close();
    Conn conn = pair.client();
    Throwable thrown = net.start(conn, () -> conn.read(new byte[1])).failure();
    assertThat(thrown)
        .hasMessage(
            "read tcp "
                + text(conn.localAddress())
                + "->"
                + text(conn.remoteAddress())
                + ": connection reset by peer (ECONNRESET)");
    NetError error = (NetError) thrown;
    assertThat(error.local()).isEqualTo(conn.localAddress());
    assertThat(error.remote()).isEqualTo(conn.remoteAddress());
    assertThat(error.errno()).isEqualTo(104);
  }

  private static String text(SocketAddress address) {
    InetSocketAddress inet = (InetSocketAddress) address;
    return inet.getAddress().getHostAddress() + ":" + inet.getPort();
  }

  @TckTest
  void aClosedConnectionIsToldWithItsAddresses(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    net.start(conn, conn::close).join();
    Throwable thrown = net.start(conn, () -> conn.read(new byte[1])).failure();
    Expect.closedBefore(thrown);
    NetError error = (NetError) thrown;
    assertThat(error.op()).isEqualTo("read");
    assertThat(error.local()).isEqualTo(conn.localAddress());
    assertThat(error.remote()).isEqualTo(conn.remoteAddress());
  }

  @TckTest(networks = TCP)
  void anUnknownPollerIsNamedWithThoseThatExist(TestingNet net) throws Exception {
    assertThatThrownBy(() -> Net.open(net.config().netConfig().withPoller("no-such-poller")))
        .isInstanceOf(PollerUnavailableException.class)
        .hasMessageContaining("no-such-poller")
        .hasMessageContaining(net.config().poller());
    String[] all = Net.probe().stream().map(PollerReport::name).toArray(String[]::new);
    assertThatThrownBy(() -> Net.open(net.config().netConfig().withPoller("auto").withDenied(all)))
        .isInstanceOf(PollerUnavailableException.class);
    assertThatThrownBy(() -> Net.open(net.config().netConfig().withDenied(net.config().poller())))
        .isInstanceOf(PollerUnavailableException.class)
        .hasMessageContaining(net.config().poller());
    assertThat(all).contains(net.config().poller());
  }

  @TckTest
  void aClosedNetRefusesEverything(TestingNet net) throws Exception {
    Net closed = net.config().opener().open(net.config().netConfig());
    Listener listener = closed.listen(net.network().toString(), net.freeAddress());
    String address = TestingNet.addressOf(listener);
    Conn conn = closed.dial(net.network().toString(), address);
    closed.close();
    closed.close();
    String network = net.network().toString();
    Expect.closed(net.start(() -> closed.listen(network, address)).failure());
    Expect.closed(net.start(() -> closed.dial(network, address)).failure());
    Expect.closed(net.start(listener::accept).failure());
    Expect.closed(net.start(() -> conn.read(new byte[1])).failure());
    Expect.closed(net.start(() -> conn.write(new byte[1])).failure());
    assertThat(net.start(() -> closed.go(() -> {})).failure())
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(net.start(() -> closed.go(conn, c -> {})).failure())
        .isInstanceOf(RejectedExecutionException.class);
    conn.close();
    listener.close();
  }

  @TckTest(networks = TCP)
  void mistakesOfTheProgramAreToldAtOnce(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    byte[] bytes = new byte[4];
    assertThat(net.start(conn, () -> conn.read(bytes, 2, 3)).failure())
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(net.start(conn, () -> conn.write(bytes, -1, 1)).failure())
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(net.start(conn, () -> conn.write(new ByteBuffer[2], 1, 2)).failure())
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(
            net.start(conn, () -> conn.read(ByteBuffer.allocate(4).asReadOnlyBuffer())).failure())
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(net.start(conn, () -> conn.write(new ByteBuffer[] {nothing()})).failure())
        .isInstanceOf(NullPointerException.class);
    Net other = net.config().opener().open(net.config().netConfig());
    assertThat(net.start(conn, () -> other.go(conn, c -> {})).failure())
        .isInstanceOf(IllegalArgumentException.class);
    other.close();
    net.start(conn, () -> Traffic.roundTrip(conn, pair.server())).join();
  }

  @TckTest
  void anOptionThatNobodyKnowsIsUnsupported(TestingNet net) throws Exception {
    Conn conn = net.pair().client();
    assertThat(net.start(conn, () -> conn.getOption(new Unheard())).failure())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("UNHEARD");
    assertThat(net.start(conn, () -> conn.setOption(new Unheard(), 1)).failure())
        .isInstanceOf(UnsupportedOperationException.class);
    net.start(conn, conn::close).join();
    Expect.closedBefore(
        net.start(conn, () -> conn.getOption(StandardSocketOptions.SO_RCVBUF)).failure());
    Expect.closedBefore(
        net.start(conn, () -> conn.setOption(StandardSocketOptions.SO_RCVBUF, 4096)).failure());
  }

  private record Unheard() implements SocketOption<Integer> {
    @Override
    public String name() {
      return "UNHEARD";
    }

    @Override
    public Class<Integer> type() {
      return Integer.class;
    }

    @Override
    public String toString() {
      return name();
    }
  }

  @SuppressWarnings("NullAway")
  private static <T> T nothing() {
    @Nullable T none = null;
    return none;
  }
}
