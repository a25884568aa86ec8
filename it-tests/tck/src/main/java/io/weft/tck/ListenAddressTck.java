package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.AddressException;
import io.weft.Conn;
import io.weft.HostPort;
import io.weft.ListenConfig;
import io.weft.Listener;
import io.weft.NetError;
import io.weft.Network;
import io.weft.spi.Capability;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Goal: every form of an address listens where Go's does, on a socket of the same family, and can
 * be dialled in every way that Go's can.
 */
@Tck
class ListenAddressTck {
  private static final String V4 = "127.0.0.1";
  private static final String V6 = "::1";
  private static final int PEERS = 3;

  /**
   * A form of an address to listen on.
   *
   * @param network where
   * @param host the host, as it stands before the port
   * @param family the socket's: TCP for both IP families
   */
  private record Form(String network, String host, Network family) {
    String at(int port) {
      return host + ":" + port;
    }
  }

  private static List<Form> forms() {
    List<Form> forms = new ArrayList<>();
    for (String wildcard : List.of("", "0.0.0.0", "[::ffff:0.0.0.0]", "[::]")) {
      forms.add(new Form("tcp", wildcard, TCP));
    }
    for (String wildcard : List.of("", "0.0.0.0", "[::ffff:0.0.0.0]", "[::]")) {
      forms.add(new Form("tcp4", wildcard, Network.TCP4));
    }
    for (String network : List.of("tcp", "tcp4")) {
      forms.add(new Form(network, V4, Network.TCP4));
      forms.add(new Form(network, "[::ffff:127.0.0.1]", Network.TCP4));
      forms.add(new Form(network, "localhost", Network.TCP4));
    }
    forms.add(new Form("tcp6", "", Network.TCP6));
    forms.add(new Form("tcp6", "[::]", Network.TCP6));
    forms.add(new Form("tcp6", "[::1]", Network.TCP6));
    forms.add(new Form("tcp", "[::1]", Network.TCP6));
    forms.removeIf(form -> form.family == Network.TCP6 && !Machine.hasIpv6());
    return forms;
  }

  @TckTest(networks = TCP)
  @Case("C08")
  void everyFormOfAnAddressListensOnceOnASocketOfItsFamily(TestingNet net) throws Exception {
    for (Form form : forms()) {
      Listener listener = net.start(() -> net.net().listen(form.network, form.at(0))).join();
      InetSocketAddress bound = (InetSocketAddress) listener.address();
      assertThat(bound.getPort()).as(form.toString()).isPositive();
      boolean v4 = bound.getAddress() instanceof Inet4Address;
      // where ::1 is missing, a wildcard may have a socket for both families all the same
      if (form.family == Network.TCP4 || Machine.hasIpv6()) {
        assertThat(v4).as(form.toString()).isEqualTo(form.family == Network.TCP4);
      }
      assertThat(listener.network().toString()).isEqualTo(form.network);
      Throwable second =
          net.start(() -> net.net().listen(form.network, form.at(bound.getPort()))).failure();
      assertThat(second)
          .as(form.toString())
          .isInstanceOf(BindException.class)
          .hasMessageEndingWith(": address already in use (EADDRINUSE)");
      if (Machine.tellsListeners()) {
        assertThat(Machine.listenersOfV4(bound.getPort())).isEqualTo(v4 ? 1 : 0);
        assertThat(Machine.listenersOfV6(bound.getPort())).isEqualTo(v4 ? 0 : 1);
      }
      net.start(listener::close).join();
    }
  }

  /**
   * A way to a listener.
   *
   * @param form where it listens
   * @param network how it is dialled
   * @param host the address to dial
   */
  private record Way(Form form, String network, String host) {}

  private static List<Way> ways() {
    List<Way> ways = new ArrayList<>();
    for (Form form : forms()) {
      boolean loopback = !form.host.isEmpty() && !form.host.contains("0.0.0.0");
      if (form.family != Network.TCP6) {
        ways.add(new Way(form, "tcp", V4));
        ways.add(new Way(form, "tcp4", V4));
      }
      if (form.family != Network.TCP4 && Machine.hasIpv6() && !(loopback && form.host.equals(V4))) {
        ways.add(new Way(form, "tcp", "[" + V6 + "]"));
        ways.add(new Way(form, "tcp6", "[" + V6 + "]"));
      }
    }
    return ways;
  }

  @TckTest(networks = TCP)
  @Case("C09")
  void everyListenerIsReachedInEveryWayByManyAtOnce(TestingNet net) throws Exception {
    for (Way way : ways()) {
      try (Listener listener = net.net().listen(way.form.network, way.form.at(0))) {
        String address = way.host + ":" + portOf(listener);
        List<Task<Conn>> accepts = new ArrayList<>();
        List<Task<Conn>> dials = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
          accepts.add(net.start(listener::accept));
          dials.add(net.start(() -> net.net().dial(way.network, address)));
        }
        Map<SocketAddress, Conn> accepted = new HashMap<>();
        for (Task<Conn> accept : accepts) {
          Conn server = accept.join();
          accepted.put(server.remoteAddress(), server);
        }
        for (Task<Conn> dial : dials) {
          Conn client = dial.join();
          Conn server = accepted.remove(client.localAddress());
          assertThat(server).as(way.toString()).isNotNull();
          net.start(client, () -> Traffic.roundTrip(client, server)).join();
          // a v4 peer of a socket of both families, too, has a v4 address
          assertThat(client.remoteAddress()).isEqualTo(server.localAddress());
          client.close();
          server.close();
        }
      }
    }
  }

  private static int portOf(Listener listener) {
    return ((InetSocketAddress) listener.address()).getPort();
  }

  @TckTest(networks = TCP)
  @Case("C10")
  void noAddressIsTheWildcardWithAPortOfTheKernelsChoice(TestingNet net) throws Exception {
    for (String network : List.of("tcp", "tcp4")) {
      for (String address : List.of("", ":", ":0", "0.0.0.0:")) {
        try (Listener listener = net.start(() -> net.net().listen(network, address)).join()) {
          InetSocketAddress bound = (InetSocketAddress) listener.address();
          assertThat(bound.getAddress().isAnyLocalAddress()).as(network + address).isTrue();
          assertThat(bound.getPort()).isPositive();
          Conn client = net.net().dial(network, V4 + ":" + bound.getPort());
          Conn server = net.start(listener::accept).join();
          net.start(() -> Traffic.roundTrip(client, server)).join();
          client.close();
          server.close();
        }
      }
    }
  }

  @TckTest(networks = TCP)
  @Case("C12")
  void aListenerReusesItsAddressAndQueuesAsManyAsTheMachineAllows(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan();
    try (TestingNet watched = net.another(plan)) {
      for (String network : List.of("tcp", "tcp4")) {
        watched.start(() -> watched.net().listen(network, "127.0.0.1:0")).join();
      }
      ListenConfig config = ListenConfig.DEFAULT.withBacklogMax(17);
      watched.start(() -> watched.net().listen("tcp", "127.0.0.1:0", config)).join();
    }
    assertThat(plan.listenings()).hasSize(3).allMatch(FaultPlan.Listening::reuseAddress);
    assertThat(plan.listenings().getLast().backlogMax()).isEqualTo(17);
    OptionalInt backlogMax = Machine.backlogMax();
    if (backlogMax.isPresent()) {
      assertThat(plan.listenings().getFirst().backlogMax()).isEqualTo(backlogMax.getAsInt());
      assertThat(plan.listenings().get(1).backlogMax()).isEqualTo(backlogMax.getAsInt());
    }
  }

  @TckTest(networks = TCP)
  @Case("C12")
  void theKernelQueuesOneMoreThanTheBacklog(TestingNet net) throws Exception {
    ListenConfig config = ListenConfig.DEFAULT.withBacklogMax(3);
    Listener listener = net.start(() -> net.listen(config)).join();
    List<SocketChannel> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        SocketChannel client = SocketChannel.open();
        clients.add(client);
        client.configureBlocking(false);
        client.connect(listener.address());
      }
      Await.until("a full queue", () -> connected(clients) >= 4);
      // the kernel answers the others when there is room, and they ask again after a second
      Await.elapse(Duration.ofMillis(50));
      assertThat(connected(clients)).isEqualTo(4);
      net.start(listener::close).join();
    } finally {
      for (SocketChannel client : clients) {
        client.close();
      }
    }
  }

  private static long connected(List<SocketChannel> clients) throws IOException {
    long count = 0;
    for (SocketChannel client : clients) {
      count += client.finishConnect() ? 1 : 0;
    }
    return count;
  }

  @TckTest(networks = TCP)
  @Case("C12")
  void aListenerOfIpv6AloneLeavesThePortToIpv4(TestingNet net) throws Exception {
    if (!Machine.hasIpv6()) {
      return;
    }
    Listener both = net.start(() -> net.net().listen("tcp", ":0")).join();
    net.net().dial("tcp4", V4 + ":" + portOf(both)).close();
    Listener six = net.start(() -> net.net().listen("tcp6", ":0")).join();
    if (net.config().lacks().contains(Capability.V6ONLY)) {
      net.net().dial("tcp4", V4 + ":" + portOf(six)).close();
      return;
    }
    Listener four = net.start(() -> net.net().listen("tcp4", ":" + portOf(six))).join();
    Conn client = net.start(() -> net.net().dial("tcp", V4 + ":" + portOf(six))).join();
    Conn server = net.start(four::accept).join();
    net.start(() -> Traffic.roundTrip(client, server)).join();
  }

  @TckTest(networks = TCP)
  @Case({"D02", "D03"})
  void noHostAndTheWildcardAreDialledAtTheLocalHost(TestingNet net) throws Exception {
    Listener listener = net.listen();
    String port = ":" + portOf(listener);
    for (String network : List.of("tcp", "tcp4")) {
      for (String host : List.of("", "0.0.0.0", "[::]", "[::ffff:0.0.0.0]")) {
        Conn client = net.start(() -> net.net().dial(network, host + port)).join();
        Conn server = net.start(listener::accept).join();
        assertThat(client.remoteAddress()).as(network + host).isEqualTo(listener.address());
        net.start(client, () -> Traffic.roundTrip(client, server)).join();
      }
    }
  }

  @TckTest(networks = TCP)
  @Case("D04")
  void anAddressOfIpv4IsNoneForIpv6AndTheOtherWayRound(TestingNet net) throws Exception {
    String port = ":" + portOf(net.listen());
    String[][] rows = {{"tcp6", V4}, {"tcp6", "[::ffff:127.0.0.1]"}, {"tcp4", "[::1]"}};
    for (String[] row : rows) {
      assertThat(net.start(() -> net.net().dial(row[0], row[1] + port)).failure())
          .as(row[0] + row[1])
          .isInstanceOf(AddressException.class)
          .hasMessageEndingWith("no suitable address found");
    }
  }

  @TckTest
  @Case("G04")
  void bothEndsTellTheSameAddressesOnTheSameNetwork(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Conn client = net.start(() -> net.dial(listener)).join();
    Conn server = net.start(listener::accept).join();
    assertThat(listener.network()).isEqualTo(net.network());
    assertThat(client.localAddress()).isEqualTo(server.remoteAddress());
    assertThat(client.remoteAddress()).isEqualTo(server.localAddress());
    client.close();
    server.close();
    for (Conn conn : List.of(client, server)) {
      NetError closed = (NetError) net.start(conn, () -> conn.read(new byte[1])).failure();
      assertThat(closed.network()).isEqualTo(net.network().toString());
      assertThat(closed.local()).isEqualTo(conn.localAddress());
      assertThat(closed.remote()).isEqualTo(conn.remoteAddress());
    }
  }

  @TckTest(networks = TCP)
  @Case("G05")
  void aPeerOfIpv4HasAnAddressOfIpv4AtAListenerOfBoth(TestingNet net) throws Exception {
    Listener listener = net.start(() -> net.net().listen("tcp", ":0")).join();
    Conn client = net.net().dial("tcp4", V4 + ":" + portOf(listener));
    Conn server = net.start(listener::accept).join();
    InetSocketAddress remote = (InetSocketAddress) server.remoteAddress();
    assertThat(remote.getAddress()).isInstanceOf(Inet4Address.class);
    assertThat(HostPort.of(remote).join()).isEqualTo(V4 + ":" + remote.getPort());
    server.setReadTimeout(Duration.ZERO);
    assertThat(net.start(server, () -> server.read(new byte[1])).failure())
        .hasMessage(
            "read tcp %s:%d->%s:%d: i/o timeout"
                .formatted(V4, portOf(listener), V4, remote.getPort()));
    assertThat(client.localAddress()).isEqualTo(remote);
  }
}
