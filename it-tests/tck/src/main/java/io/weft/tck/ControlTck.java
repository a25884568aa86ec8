package io.weft.tck;

import static io.weft.Network.TCP;
import static io.weft.Network.UNIX;
import static io.weft.Network.UNIXPACKET;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.ListenConfig;
import io.weft.Listener;
import io.weft.NetError;
import io.weft.Network;
import io.weft.SocketControl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Goal: the control of a config sees each socket once, in time to change it or to refuse it. */
@Tck
class ControlTck {
  /** What a control was given, and what it found. */
  private record Seen(Network network, SocketAddress address, boolean reuses) {}

  private static SocketControl into(Queue<Seen> seen) {
    return socket ->
        seen.add(
            new Seen(
                socket.network(),
                socket.address(),
                socket.network().isTcp() && socket.getOption(StandardSocketOptions.SO_REUSEADDR)));
  }

  @TckTest(networks = {TCP, UNIX, UNIXPACKET})
  @Case("C11")
  void aListenersSocketIsSeenOnceBeforeItIsBound(TestingNet net) throws Exception {
    Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    ListenConfig config = ListenConfig.DEFAULT.withControl(into(seen));
    String network = net.network().toString();
    String address = net.freeAddress();
    Listener listener = net.start(() -> net.net().listen(network, address, config)).join();
    assertThat(seen).hasSize(1);
    Seen first = seen.remove();
    if (net.network().isTcp()) {
      assertThat(first.network).isEqualTo(Network.TCP4);
      assertThat(((InetSocketAddress) first.address).getPort()).as("not bound yet").isZero();
      assertThat(first.reuses).isTrue();
      try (Listener both = net.start(() -> net.net().listen("tcp", ":0", config)).join()) {
        assertThat(both.isOpen()).isTrue();
        // where ::1 is missing, a socket for both families may be had all the same
        List<Network> expected =
            Machine.hasIpv6() ? List.of(Network.TCP6) : List.of(Network.TCP4, Network.TCP6);
        assertThat(seen.remove().network).isIn(expected);
      }
    } else {
      assertThat(first.network).isEqualTo(net.network());
      assertThat(first.address).isEqualTo(UnixDomainSocketAddress.of(address));
    }
    Conn client = net.dial(listener);
    Conn server = net.start(listener::accept).join();
    net.start(client, () -> Traffic.roundTrip(client, server)).join();
    assertThat(seen).as("nothing else is controlled").isEmpty();
  }

  @TckTest(networks = {TCP, UNIX, UNIXPACKET})
  @Case("D10")
  void aDialledSocketIsSeenOnceBeforeItIsConnected(TestingNet net) throws Exception {
    Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    Listener listener = net.listen();
    String network = net.network().toString();
    String address = TestingNet.addressOf(listener);
    SocketControl small =
        socket -> {
          into(seen).control(socket);
          socket.setOption(StandardSocketOptions.SO_RCVBUF, 8 * 1024);
        };
    DialConfig config = DialConfig.DEFAULT.withControl(small);
    Conn client = net.start(() -> net.net().dial(network, address, config)).join();
    Network expected = net.network() == TCP ? Network.TCP4 : net.network();
    assertThat(seen).containsExactly(new Seen(expected, listener.address(), false));
    assertThat(client.getOption(StandardSocketOptions.SO_RCVBUF)).isLessThan(64 * 1024);
    Conn server = net.start(listener::accept).join();
    net.start(client, () -> Traffic.roundTrip(client, server)).join();
  }

  @TckTest(networks = {TCP, UNIX, UNIXPACKET})
  @Case({"C11", "D10"})
  void aControlThatThrowsEndsItsListenOrDialAndLeavesNothing(TestingNet net) throws Exception {
    Listener listener = net.listen();
    String network = net.network().toString();
    String dialled = TestingNet.addressOf(listener);
    String listened = net.freeAddress();
    int sockets = Resources.openSockets();
    IOException io = new IOException("refused by the control");
    IllegalStateException state = new IllegalStateException("a mistake of the control");
    List<SocketControl> controls =
        List.of(
            socket -> {
              throw io;
            },
            socket -> {
              throw state;
            });
    List<Throwable> thrown = new ArrayList<>();
    for (SocketControl control : controls) {
      DialConfig dial = DialConfig.DEFAULT.withControl(control);
      ListenConfig listen = ListenConfig.DEFAULT.withControl(control);
      thrown.add(net.start(() -> net.net().dial(network, dialled, dial)).failure());
      thrown.add(net.start(() -> net.net().listen(network, listened, listen)).failure());
    }
    assertThat(thrown.get(0))
        .isInstanceOf(NetError.class)
        .hasCause(io)
        .hasMessage("dial " + network + " " + dialled + ": refused by the control");
    assertThat(thrown.get(1))
        .isInstanceOf(NetError.class)
        .hasCause(io)
        .hasMessage("listen " + network + " " + listened + ": refused by the control");
    assertThat(thrown.get(2)).isSameAs(state);
    assertThat(thrown.get(3)).isSameAs(state);
    assertThat(Resources.openSockets()).as("nothing is left open").isEqualTo(sockets);
    if (!net.network().isTcp()) {
      assertThat(Files.exists(Path.of(listened))).isFalse();
    }
  }

  @TckTest(networks = {TCP, UNIX})
  void aSocketIsOutOfReachWhenItsControlHasReturned(TestingNet net) throws Exception {
    Queue<SocketControl.Unconnected> kept = new ConcurrentLinkedQueue<>();
    ListenConfig config = ListenConfig.DEFAULT.withControl(kept::add);
    Listener listener = net.start(() -> net.listen(config)).join();
    assertThat(net.start(() -> kept.remove().getOption(StandardSocketOptions.SO_RCVBUF)).failure())
        .isInstanceOf(IllegalStateException.class);
    assertThat(listener.isOpen()).isTrue();
  }

  @TckTest(networks = TCP)
  void optionsAreSetBeforeTheConnectionIsMade(TestingNet net) throws Exception {
    Queue<Integer> found = new ConcurrentLinkedQueue<>();
    SocketControl look = socket -> found.add(socket.getOption(StandardSocketOptions.SO_RCVBUF));
    ListenConfig listen =
        ListenConfig.DEFAULT
            .withOption(StandardSocketOptions.SO_RCVBUF, 16 * 1024)
            .withControl(look);
    DialConfig dial =
        DialConfig.DEFAULT.withOption(StandardSocketOptions.SO_RCVBUF, 16 * 1024).withControl(look);
    Listener listener = net.start(() -> net.listen(listen)).join();
    String address = TestingNet.addressOf(listener);
    Conn client = net.start(() -> net.net().dial("tcp", address, dial)).join();
    Conn server = net.start(listener::accept).join();
    // the kernel doubles what it is asked for, and a listener hands it on
    assertThat(found).hasSize(2).allMatch(bytes -> bytes >= 16 * 1024 && bytes <= 32 * 1024);
    for (Conn conn : List.of(client, server)) {
      assertThat(conn.getOption(StandardSocketOptions.SO_RCVBUF)).isBetween(16 * 1024, 32 * 1024);
    }
    net.start(client, () -> Traffic.roundTrip(client, server)).join();
  }
}
