package io.weft.poller.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.AddressException;
import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.KeepAlive;
import io.weft.ListenConfig;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.WeftOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
}
