package io.weft.tck;

import static io.weft.Network.UNIX;
import static io.weft.Network.UNIXPACKET;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.Listener;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Goal: a unix listener has its file exactly as long as it is open, and serves like any other. */
@Tck
class UnixTck {
  private static final int PEERS = 3;

  @TckTest(networks = UNIX)
  @Case("H01")
  void theFileIsThereWhileTheListenerIsOpen(TestingNet net) throws Exception {
    String address = net.freeAddress();
    Path file = Path.of(address);
    Listener listener = net.start(() -> net.net().listen("unix", address)).join();
    assertThat(listener.address()).isEqualTo(UnixDomainSocketAddress.of(address));
    assertThat(Files.exists(file)).isTrue();
    net.start(listener::close).join();
    assertThat(Files.exists(file)).isFalse();
    // so that the name is free again
    Listener again = net.start(() -> net.net().listen("unix", address)).join();
    Conn client = net.dial(again);
    Conn server = net.start(again::accept).join();
    net.start(client, () -> Traffic.roundTrip(client, server)).join();
  }

  @TckTest(networks = UNIX)
  @Case("H02")
  void aSecondCloseLeavesTheFileOfSomebodyElse(TestingNet net) throws Exception {
    Listener listener = net.listen();
    String address = TestingNet.addressOf(listener);
    net.start(listener::close).join();
    Listener other = net.start(() -> net.net().listen("unix", address)).join();
    net.start(listener::close).join();
    assertThat(Files.exists(Path.of(address))).isTrue();
    Conn client = net.start(() -> net.net().dial("unix", address)).join();
    Conn server = net.start(other::accept).join();
    net.start(client, () -> Traffic.roundTrip(client, server)).join();
  }

  @TckTest(networks = {UNIX, UNIXPACKET})
  @Case("H03")
  void manyServersAndClientsTalkThroughAFile(TestingNet net) throws Exception {
    talk(net, net.freeAddress());
  }

  static void talk(TestingNet net, String address) throws Exception {
    String network = net.network().toString();
    try (Listener listener = net.start(() -> net.net().listen(network, address)).join()) {
      List<Task<Conn>> accepts = new ArrayList<>();
      List<Task<Conn>> dials = new ArrayList<>();
      for (int i = 0; i < PEERS; i++) {
        accepts.add(net.start(listener::accept));
        dials.add(net.start(() -> net.net().dial(network, address)));
      }
      for (Task<Conn> accept : accepts) {
        Conn server = accept.join();
        net.start(server, () -> Traffic.echo(server));
      }
      for (Task<Conn> dial : dials) {
        Conn client = dial.join();
        assertThat(client.remoteAddress()).isEqualTo(listener.address());
        net.start(client, () -> Traffic.echoRoundTrip(client)).join();
      }
    }
  }

  @TckTest(networks = UNIX)
  @Case("H06")
  void aListenerHasADeadlineLikeAnyOther(TestingNet net) throws Exception {
    Listener listener = net.listen();
    listener.setTimeout(Duration.ofNanos(30));
    Expect.timeout(net.start(listener::accept).failure());
    Conn client = net.dial(listener);
    Expect.timeout(net.start(listener::accept).failure());
    listener.setTimeout(null);
    Conn server = net.start(listener::accept).join();
    net.start(client, () -> Traffic.roundTrip(client, server)).join();
  }

  @TckTest(networks = UNIX)
  void aFileThatIsNoSocketIsNeitherBoundNorRemoved(TestingNet net) throws Exception {
    Path file = Path.of(net.freeAddress());
    Files.writeString(file, "kept");
    assertThat(net.start(() -> net.net().listen("unix", file.toString())).failure())
        .hasMessage("listen unix " + file + ": address already in use (EADDRINUSE)");
    assertThat(net.start(() -> net.net().dial("unix", file.toString())).failure())
        .hasMessage("dial unix " + file + ": connection refused (ECONNREFUSED)");
    assertThat(Files.readString(file)).isEqualTo("kept");
    Files.delete(file);
  }
}
