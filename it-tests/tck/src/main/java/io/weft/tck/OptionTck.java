package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.KeepAlive;
import io.weft.ListenConfig;
import io.weft.Listener;
import io.weft.WeftOptions;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Goal: connections have Go's options unless others are asked for, on both ends alike. */
@Tck
class OptionTck {
  private static final List<SocketOption<?>> PROBES =
      List.of(WeftOptions.TCP_KEEPIDLE, WeftOptions.TCP_KEEPINTERVAL, WeftOptions.TCP_KEEPCOUNT);

  /** What the kernel tells: no delay, keep-alive; idle, interval and count where that is on. */
  private static List<Object> told(Conn conn) throws IOException {
    List<Object> told = new ArrayList<>();
    told.add(conn.getOption(StandardSocketOptions.TCP_NODELAY));
    boolean keptAlive = conn.getOption(StandardSocketOptions.SO_KEEPALIVE);
    told.add(keptAlive);
    for (SocketOption<?> probe : keptAlive ? PROBES : List.<SocketOption<?>>of()) {
      told.add(conn.getOption(probe));
    }
    return told;
  }

  @TckTest(networks = TCP)
  @Case({"L01", "D11"})
  void bothEndsSendAtOnceAndAreKeptAliveAsInGo(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    for (Conn conn : List.of(pair.client(), pair.server())) {
      assertThat(net.start(conn, () -> told(conn)).join()).containsExactly(true, true, 15, 15, 9);
    }
  }

  @TckTest(networks = TCP)
  @Case("D11")
  void keepAliveIsAsTheConfigurationSays(TestingNet net) throws Exception {
    KeepAlive own = new KeepAlive(true, Duration.ofSeconds(5), Duration.ofSeconds(3), 4);
    KeepAlive odd = new KeepAlive(true, Duration.ofMillis(1001), Duration.ofNanos(1), 1);
    verifyKeepAlive(net, own, List.of(true, true, 5, 3, 4));
    verifyKeepAlive(net, odd, List.of(true, true, 2, 1, 1));
    for (KeepAlive off : List.of(KeepAlive.OFF, KeepAlive.of(Duration.ofSeconds(-1)))) {
      verifyKeepAlive(net, off, List.of(true, false));
    }
    for (KeepAlive usual : List.of(KeepAlive.DEFAULT, KeepAlive.of(Duration.ZERO))) {
      verifyKeepAlive(net, usual, List.of(true, true, 15, 15, 9));
    }
    verifyKeepAlive(net, KeepAlive.of(Duration.ofSeconds(5)), List.of(true, true, 5, 15, 9));
    verifyKeepAlive(net, KeepAlive.of(Duration.ofSeconds(30)), List.of(true, true, 30, 15, 9));
  }

  private static void verifyKeepAlive(TestingNet net, KeepAlive keepAlive, List<Object> expected)
      throws Exception {
    try (Listener listener = net.listen(ListenConfig.DEFAULT.withKeepAlive(keepAlive))) {
      String address = TestingNet.addressOf(listener);
      DialConfig config = DialConfig.DEFAULT.withKeepAlive(keepAlive);
      Conn client = net.start(() -> net.net().dial("tcp", address, config)).join();
      Conn server = net.start(listener::accept).join();
      for (Conn conn : List.of(client, server)) {
        assertThat(net.start(conn, () -> told(conn)).join()).isEqualTo(expected);
        conn.close();
      }
    }
  }

  @TckTest(networks = TCP)
  @Case("L02")
  void optionsMayBeChangedWhileTheConnectionIsUsed(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    net.start(pair.server(), () -> Traffic.echo(pair.server()));
    Task<Integer> reader = net.start(conn, () -> conn.read(new byte[1])).awaitParked();
    net.start(
            conn,
            () -> {
              changeAndReadBack(conn, StandardSocketOptions.SO_KEEPALIVE, false);
              changeAndReadBack(conn, StandardSocketOptions.SO_KEEPALIVE, true);
              changeAndReadBack(conn, WeftOptions.TCP_KEEPIDLE, 3);
              changeAndReadBack(conn, WeftOptions.TCP_KEEPINTERVAL, 4);
              changeAndReadBack(conn, WeftOptions.TCP_KEEPCOUNT, 5);
              changeAndReadBack(conn, StandardSocketOptions.SO_LINGER, 2);
              changeAndReadBack(conn, StandardSocketOptions.SO_LINGER, -1);
              changeAndReadBack(conn, StandardSocketOptions.TCP_NODELAY, false);
              changeAndReadBack(conn, StandardSocketOptions.SO_SNDBUF, 16 * 1024);
              changeAndReadBack(conn, StandardSocketOptions.SO_RCVBUF, 16 * 1024);
            })
        .join();
    assertThat(reader.isDone()).isFalse();
    conn.write(new byte[1]);
    assertThat(reader.join()).isEqualTo(1);
    byte[] data = Traffic.randomBytes(net.random(), 200_000);
    Task<Integer> writer = net.start(conn, () -> conn.write(data));
    assertThat(net.start(conn, () -> Traffic.readFully(conn, data.length)).join()).isEqualTo(data);
    assertThat(writer.join()).isEqualTo(data.length);
  }

  private static <T> void changeAndReadBack(Conn conn, SocketOption<T> option, T value)
      throws IOException {
    conn.setOption(option, value);
    assertThat(conn.getOption(option)).as(option.name()).isEqualTo(value);
  }

  @TckTest(networks = TCP)
  void aLingerOfZeroResetsThePeer(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    net.start(
            pair.server(),
            () -> {
              changeAndReadBack(pair.server(), StandardSocketOptions.SO_LINGER, 0);
              pair.server().close();
            })
        .join();
    Conn conn = pair.client();
    Expect.reset(net.start(conn, () -> conn.read(new byte[1])).failure());
  }
}
