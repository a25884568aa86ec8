package io.weft.tck;

import static io.weft.Network.UNIX;
import static io.weft.Network.UNIXPACKET;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.ListenConfig;
import io.weft.Listener;
import io.weft.spi.Capability;
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

  @TckTest(networks = {UNIX, UNIXPACKET})
  @Case("H03")
  void manyServersAndClientsTalkThroughAnAbstractName(TestingNet net) throws Exception {
    String name = "@weft-tck-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    if (net.config().lacks().contains(Capability.ABSTRACT_NAMES)) {
      refused(net, name);
    } else {
      talk(net, name);
      assertThat(Files.exists(Path.of(name))).isFalse();
      // gone with its listener, so that it is free again
      talk(net, name);
    }
  }

  @TckTest(networks = UNIX)
  @Case("H04")
  void noNameIsAnAbstractNameOfTheKernelsChoice(TestingNet net) throws Exception {
    if (net.config().lacks().contains(Capability.ABSTRACT_NAMES)) {
      refused(net, "");
      return;
    }
    try (Listener one = net.start(() -> net.net().listen("unix", "")).join();
        Listener two = net.start(() -> net.net().listen("unix", "@")).join()) {
      assertThat(TestingNet.addressOf(one)).startsWith("@").hasSizeGreaterThan(1);
      assertThat(TestingNet.addressOf(two)).startsWith("@").hasSizeGreaterThan(1);
      assertThat(one.address()).isNotEqualTo(two.address());
      Conn client = net.dial(one);
      Conn server = net.start(one::accept).join();
      net.start(client, () -> Traffic.roundTrip(client, server)).join();
      net.start(one::close).join();
    }
  }

  /** No file of that name comes to be, and no socket stays. */
  private static void refused(TestingNet net, String name) throws Exception {
    int sockets = Resources.openSockets();
    String network = net.network().toString();
    assertThat(net.start(() -> net.net().listen(network, name)).failure())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("an abstract unix name is not supported by ");
    assertThat(Files.exists(Path.of(name.isEmpty() ? "@" : name))).isFalse();
    assertThat(Resources.openSockets()).isEqualTo(sockets);
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

  @TckTest(networks = {UNIX, UNIXPACKET})
  void theFileStaysWhenTheListenerIsToldToLeaveIt(TestingNet net) throws Exception {
    ListenConfig config = ListenConfig.DEFAULT.withUnlinkOnClose(false);
    Listener listener = net.start(() -> net.listen(config)).join();
    String address = TestingNet.addressOf(listener);
    net.start(listener::close).join();
    assertThat(Files.exists(Path.of(address))).isTrue();
    String network = net.network().toString();
    assertThat(net.start(() -> net.net().listen(network, address)).failure())
        .hasMessage("listen " + network + " " + address + ": address already in use (EADDRINUSE)");
    Files.delete(Path.of(address));
  }

  @TckTest(networks = UNIX)
  void aDialMayComeFromANameOfItsOwn(TestingNet net) throws Exception {
    Path own = Path.of(net.freeAddress());
    Listener listener = net.listen();
    DialConfig config = DialConfig.DEFAULT.withLocalAddress(UnixDomainSocketAddress.of(own));
    String address = TestingNet.addressOf(listener);
    Conn client = net.start(() -> net.net().dial("unix", address, config)).join();
    Conn server = net.start(listener::accept).join();
    assertThat(client.localAddress()).isEqualTo(UnixDomainSocketAddress.of(own));
    assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
    net.start(client, () -> Traffic.roundTrip(client, server)).join();
    net.start(client, client::close).join();
    Files.delete(own);
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
