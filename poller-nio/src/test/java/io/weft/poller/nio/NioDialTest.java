package io.weft.poller.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.AddressException;
import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.HostPort;
import io.weft.KeepAlive;
import io.weft.ListenConfig;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.WeftOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Goal: what is asked of a dial and a listen reaches the kernel, and unix names keep to rules. */
@Timeout(60)
class NioDialTest {
  @TempDir Path folder;
  private Net net;

  @BeforeEach
  void open() throws IOException {
    net = Net.open(NetConfig.DEFAULT.withPoller("nio").withLoops(1));
  }

  @AfterEach
  void close() {
    net.close();
  }

  private static String textOf(Listener listener) {
    return "127.0.0.1:" + ((InetSocketAddress) listener.address()).getPort();
  }

  @Test
  void aDialConnectsFromItsLocalAddress() throws IOException {
    try (Listener listener = net.listen("tcp", "127.0.0.1:0")) {
      InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0);
      DialConfig config = DialConfig.DEFAULT.withLocalAddress(local);
      try (Conn client = net.dial("tcp", textOf(listener), config);
          Conn server = listener.accept()) {
        InetSocketAddress from = (InetSocketAddress) client.localAddress();
        assertThat(from.getAddress()).isEqualTo(local.getAddress());
        assertThat(server.remoteAddress()).isEqualTo(from);
        DialConfig same = DialConfig.DEFAULT.withLocalAddress(from);
        assertThatThrownBy(() -> net.dial("tcp", textOf(listener), same))
            .as("without SO_REUSEADDR")
            .isInstanceOf(BindException.class)
            .hasMessageContaining("EADDRINUSE");
      }
    }
  }

  @Test
  void anyLocalAddressFitsBothFamilies() throws IOException {
    for (String ip : List.of("0.0.0.0", "::")) {
      InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral(ip), 0);
      DialConfig config = DialConfig.DEFAULT.withLocalAddress(local);
      try (Listener listener = net.listen("tcp", "127.0.0.1:0");
          Conn client = net.dial("tcp", textOf(listener), config)) {
        assertThat(client.remoteAddress()).isEqualTo(listener.address());
      }
    }
  }

  @Test
  void aUnixDialConnectsFromItsLocalName() throws IOException {
    Path client = folder.resolve("client");
    try (Listener listener = net.listen("unix", folder.resolve("server").toString())) {
      DialConfig config = DialConfig.DEFAULT.withLocalAddress(UnixDomainSocketAddress.of(client));
      String path = folder.resolve("server").toString();
      try (Conn conn = net.dial("unix", path, config);
          Conn server = listener.accept()) {
        assertThat(conn.localAddress()).isEqualTo(UnixDomainSocketAddress.of(client));
        assertThat(server.remoteAddress()).isEqualTo(UnixDomainSocketAddress.of(client));
      }
      assertThat(client).exists();
      DialConfig unnamed = DialConfig.DEFAULT.withLocalAddress(UnixDomainSocketAddress.of(""));
      try (Conn conn = net.dial("unix", path, unnamed)) {
        assertThat(conn.localAddress()).isEqualTo(UnixDomainSocketAddress.of("@"));
      }
    }
  }

  @Test
  void keepAliveOfADialIsTheKernels() throws IOException {
    try (Listener listener = net.listen("tcp", "127.0.0.1:0")) {
      assertThat(idleAfter(listener, KeepAlive.of(Duration.ofNanos(-1)))).isEqualTo(-1);
      assertThat(idleAfter(listener, KeepAlive.of(Duration.ZERO))).isEqualTo(15);
      assertThat(idleAfter(listener, KeepAlive.of(Duration.ofSeconds(5)))).isEqualTo(5);
      assertThat(idleAfter(listener, KeepAlive.of(Duration.ofMillis(29_001)))).isEqualTo(30);
    }
  }

  private int idleAfter(Listener listener, KeepAlive keepAlive) throws IOException {
    DialConfig config = DialConfig.DEFAULT.withKeepAlive(keepAlive);
    try (Conn conn = net.dial("tcp", textOf(listener), config)) {
      boolean on = conn.getOption(StandardSocketOptions.SO_KEEPALIVE);
      return on ? conn.getOption(WeftOptions.TCP_KEEPIDLE) : -1;
    }
  }

  @Test
  void keepAliveOffIsAlsoForConnectionsThatWouldInheritIt() throws IOException {
    ListenConfig config = ListenConfig.DEFAULT.withKeepAlive(KeepAlive.OFF).withNoDelay(false);
    try (Listener listener = net.listen("tcp", "127.0.0.1:0", config);
        Conn client = net.dial("tcp", textOf(listener));
        Conn server = listener.accept()) {
      assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
      assertThat(server.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
      assertThat(server.getOption(StandardSocketOptions.SO_KEEPALIVE)).isFalse();
    }
  }

  @Test
  void optionsAndControlComeBeforeBindAndConnect() throws IOException {
    List<String> seen = new CopyOnWriteArrayList<>();
    ListenConfig listening =
        ListenConfig.DEFAULT
            .withOption(StandardSocketOptions.SO_REUSEPORT, true)
            .withControl(socket -> seen.add("listen " + socket.network() + " " + socket.address()));
    DialConfig dialling =
        DialConfig.DEFAULT
            .withOption(StandardSocketOptions.SO_LINGER, 0)
            .withControl(socket -> seen.add("dial " + socket.network() + " " + socket.address()));
    try (Listener first = net.listen("tcp", "127.0.0.1:0", listening);
        Listener second = net.listen("tcp4", textOf(first), listening);
        Conn client = net.dial("tcp", textOf(first), dialling)) {
      assertThat(second.address()).isEqualTo(first.address());
      assertThat(client.getOption(StandardSocketOptions.SO_LINGER)).isZero();
      assertThat(seen)
          .containsExactly(
              "listen tcp4 /127.0.0.1:0",
              "listen tcp4 " + first.address(),
              "dial tcp4 " + first.address());
    }
  }

  @Test
  void anOptionThatTheAdapterLacksFailsTheDialAndTheListen() throws IOException {
    ListenConfig listening = ListenConfig.DEFAULT.withOption(WeftOptions.IPV6_V6ONLY, true);
    assertThatThrownBy(() -> net.listen("tcp6", "[::1]:0", listening))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContainingAll("IPV6_V6ONLY", "nio", "epoll and io_uring");
    DialConfig dialling = DialConfig.DEFAULT.withOption(WeftOptions.TCP_USER_TIMEOUT, 1000);
    try (Listener listener = net.listen("tcp", "127.0.0.1:0")) {
      assertThatThrownBy(() -> net.dial("tcp", textOf(listener), dialling))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContainingAll("TCP_USER_TIMEOUT", "nio", "epoll and io_uring");
    }
  }

  @Test
  void aUnixListenerRemovesItsFileUnlessToldNotTo() throws IOException {
    Path path = folder.resolve("s");
    net.listen("unix", path.toString()).close();
    assertThat(path).doesNotExist();
    net.listen("unix", path.toString(), ListenConfig.DEFAULT.withUnlinkOnClose(false)).close();
    assertThat(path).exists();
  }

  @Test
  void aFileThatIsThereIsInUseAndStays() throws IOException {
    Path stale = folder.resolve("stale");
    net.listen("unix", stale.toString(), ListenConfig.DEFAULT.withUnlinkOnClose(false)).close();
    Path foreign = Files.writeString(folder.resolve("foreign"), "precious");
    for (Path path : List.of(stale, foreign)) {
      assertThatThrownBy(() -> net.listen("unix", path.toString()))
          .isInstanceOf(BindException.class)
          .hasMessageContaining("EADDRINUSE");
      assertThat(path).exists();
    }
    assertThat(foreign).hasContent("precious");
  }

  @Test
  void namesWithoutAFileAreUnsupportedAndNeverFiles() throws IOException {
    String abstractName = "@weft-" + ProcessHandle.current().pid();
    for (String name : List.of("", "@", abstractName)) {
      assertThatThrownBy(() -> net.listen("unix", name))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContainingAll("abstract unix name", "nio", "epoll and io_uring");
    }
    for (String name : List.of("@", abstractName)) {
      assertThatThrownBy(() -> net.dial("unix", name))
          .isInstanceOf(UnsupportedOperationException.class);
    }
    DialConfig config =
        DialConfig.DEFAULT.withLocalAddress(UnixDomainSocketAddress.of(abstractName));
    try (Listener listener = net.listen("unix", folder.resolve("s").toString())) {
      assertThatThrownBy(() -> net.dial("unix", folder.resolve("s").toString(), config))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThat(listener.isOpen()).isTrue();
    }
    assertThat(Path.of(abstractName)).doesNotExist();
    assertThat(Path.of("@")).doesNotExist();
    assertThatThrownBy(() -> net.dial("unix", ""))
        .isInstanceOf(AddressException.class)
        .hasMessageContaining("missing address");
  }

  @Test
  void theOtherFamilyAnswersWhenTheFirstOneHangs() throws Exception {
    ListenConfig full = ListenConfig.DEFAULT.withBacklogMax(1);
    try (Listener six = net.listen("tcp6", "[::1]:0", full)) {
      String port = Integer.toString(((InetSocketAddress) six.address()).getPort());
      List<Conn> filling = fill(six);
      try (Listener four = net.listen("tcp4", "127.0.0.1:" + port)) {
        Duration delay = Duration.ofMillis(50);
        DialConfig config =
            DialConfig.DEFAULT.withFallbackDelay(delay).withTimeout(Duration.ofSeconds(20));
        long startNanos = System.nanoTime();
        try (Conn conn = net.dial("tcp", "[::]:" + port, config)) {
          assertThat(System.nanoTime() - startNanos).isGreaterThanOrEqualTo(delay.toNanos());
          assertThat(conn.remoteAddress()).isEqualTo(four.address());
        }
      } finally {
        for (Conn conn : filling) {
          conn.close();
        }
      }
    }
  }

  // until the kernel answers no more
  private List<Conn> fill(Listener listener) throws IOException {
    DialConfig config = DialConfig.DEFAULT.withTimeout(Duration.ofMillis(200));
    List<Conn> filling = new ArrayList<>();
    try {
      for (int i = 0; i < 16; i++) {
        filling.add(
            net.dial("tcp6", HostPort.of((InetSocketAddress) listener.address()).join(), config));
      }
    } catch (SocketTimeoutException e) {
      return filling;
    }
    throw new AssertionError("the queue has no end");
  }

  /** Both families answer at about the time at which the second one is tried. */
  @Test
  void closeRacesGiveOneConnectionAndLeaveNothingOpen() throws Exception {
    try (Listener six = net.listen("tcp6", "[::1]:0")) {
      String port = Integer.toString(((InetSocketAddress) six.address()).getPort());
      try (Listener four = net.listen("tcp4", "127.0.0.1:" + port)) {
        net.go(() -> serve(six));
        net.go(() -> serve(four));
        for (int i = 0; i < 300; i++) {
          Duration delay = Duration.ofNanos(1 + i * 1_000L);
          DialConfig config = DialConfig.DEFAULT.withFallbackDelay(delay);
          try (Conn conn = net.dial("tcp", "[::]:" + port, config)) {
            conn.write(new byte[] {7});
            assertThat(conn.read(new byte[1])).isEqualTo(1);
          }
        }
      }
    }
    long deadlineNanos = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (sockets() > 0 && System.nanoTime() < deadlineNanos) {
      Thread.onSpinWait();
    }
    assertThat(sockets()).isZero();
  }

  private void serve(Listener listener) {
    try {
      net.serve(
          listener,
          conn -> {
            byte[] one = new byte[1];
            while (conn.read(one) > 0) {
              conn.write(one);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // of TCP, in this process; those that wait in the kernel have no descriptor any more
  private static long sockets() throws IOException {
    Set<String> inodes = new HashSet<>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/self/net", table))) {
        inodes.add("socket:[" + line.trim().split("\\s+", -1)[9] + "]");
      }
    }
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(fd -> inodes.contains(target(fd))).count();
    }
  }

  private static String target(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (IOException e) {
      return "closed meanwhile";
    }
  }
}
