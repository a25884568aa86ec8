package io.weft.tck;

import static io.weft.Network.TCP;
import static io.weft.Network.UNIX;
import static io.weft.Network.UNIXPACKET;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.Listener;
import io.weft.Network;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goal: accept waits for a connection, its deadline or close, and nothing is lost by an error. */
@Tck
class ListenerTck {
  @TckTest
  @Case("C01")
  void aPastDeadlineFailsAcceptAndLeavesTheConnectionQueued(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Conn client = net.dial(listener);
    for (Step past :
        List.<Step>of(
            () -> listener.setDeadline(Instant.now().minusSeconds(5)),
            () -> listener.setTimeout(Duration.ofSeconds(-5)))) {
      past.run();
      Expect.timeout(net.start(listener::accept).failure());
    }
    listener.setDeadline(null);
    Conn server = net.start(listener::accept).join();
    Traffic.roundTrip(client, server);
  }

  @TckTest
  @Case("C02")
  void acceptEndsWhenItsDeadlinePasses(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Task<Conn> accept =
        net.start(
            () -> {
              long start = System.nanoTime();
              listener.setTimeout(Duration.ofMillis(10));
              try {
                return listener.accept();
              } finally {
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(10_000_000);
              }
            });
    Expect.timeout(accept.failure());
    Expect.timeout(net.start(listener::accept).failure());
  }

  @TckTest
  @Case("C03")
  void aDeadlineThatIsSetAgainEndsAccept(TestingNet net) throws Exception {
    Listener listener = net.listen();
    listener.setDeadline(null);
    Task<Conn> accept = net.start(listener::accept).awaitParked();
    listener.setTimeout(Duration.ofMillis(10));
    Expect.timeout(accept.failure());
    listener.setDeadline(null);
    Task<Conn> again = net.start(listener::accept).awaitParked();
    Conn client = net.dial(listener);
    Traffic.roundTrip(client, again.join());
  }

  @TckTest(networks = {TCP, UNIX, UNIXPACKET})
  @Case("C04")
  void acceptOnAClosedListenerFails(TestingNet net) throws Exception {
    Listener listener = net.listen();
    net.start(listener::close).join();
    Expect.closedBefore(net.start(listener::accept).failure());
    Expect.closedBefore(net.start(() -> listener.setDeadline(null)).failure());
    Expect.closedBefore(net.start(() -> listener.setTimeout(Duration.ZERO)).failure());
    assertThat(listener.isOpen()).isFalse();
    assertThat(listener.network()).isEqualTo(net.network());
    assertThat(TestingNet.addressOf(listener)).isNotEmpty();
  }

  @TckTest
  @Case("C05")
  void anAddressCanBeBoundAgainWhenCloseReturns(TestingNet net) throws Exception {
    Listener listener = net.listen();
    String address = TestingNet.addressOf(listener);
    for (int round = 0; round < 20; round++) {
      Listener open = listener;
      Task<@Nullable Void> acceptor = net.start(() -> acceptAndClose(open));
      acceptor.awaitParked();
      Conn client = net.net().dial(net.network().toString(), address);
      assertThat(client.read(new byte[1])).isEqualTo(-1);
      listener =
          net.start(
                  () -> {
                    open.close();
                    return net.net().listen(net.network().toString(), address);
                  })
              .join();
      Expect.closed(acceptor.failure());
      client.close();
    }
  }

  private static void acceptAndClose(Listener listener) throws Exception {
    for (; ; ) {
      listener.accept().close();
    }
  }

  @TckTest
  @Case("C06")
  void manyMayAcceptAtTheSameTimeAndCloseReleasesAll(TestingNet net) throws Exception {
    Listener listener = net.listen();
    List<Task<@Nullable Void>> acceptors = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      acceptors.add(net.start(() -> acceptAndClose(listener)));
    }
    DialConfig config = DialConfig.DEFAULT.withTimeout(Duration.ofMillis(200));
    Task<Integer> dials =
        net.start(
            () -> {
              int answered = 0;
              for (int i = 0; i < 100; i++) {
                try (Conn conn =
                    net.net()
                        .dial(net.network().toString(), TestingNet.addressOf(listener), config)) {
                  answered += conn.read(new byte[1]) == -1 ? 1 : 0;
                } catch (SocketTimeoutException e) {
                  // a few may be late
                }
              }
              return answered;
            });
    assertThat(dials.join()).isGreaterThanOrEqualTo(100 * 8 / 9);
    net.start(listener::close).join();
    for (Task<@Nullable Void> acceptor : acceptors) {
      Expect.closed(acceptor.failure());
    }
  }

  @TckTest
  void closeWakesABlockedAccept(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Task<Conn> accept = net.start(listener::accept).awaitParked();
    net.start(listener::close).join();
    Expect.closedDuring(accept.failure());
    listener.close();
  }

  @TckTest
  void acceptWaitsForAConnection(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Task<Conn> accept = net.start(listener::accept).awaitParked();
    Conn client = net.start(() -> net.dial(listener)).join();
    Conn server = accept.join();
    net.start(server, () -> Traffic.echo(server));
    net.start(client, () -> Traffic.echoRoundTrip(client)).join();
  }

  @TckTest
  void connectionsAreAcceptedInTheOrderInWhichTheyCame(TestingNet net) throws Exception {
    Listener listener = net.listen();
    for (byte i = 0; i < 10; i++) {
      net.dial(listener).write(new byte[] {i});
    }
    for (byte i = 0; i < 10; i++) {
      Conn server = net.start(listener::accept).join();
      assertThat(Traffic.readFully(server, 1)).containsExactly(i);
    }
  }

  @TckTest
  void aConnectionThatNobodyAcceptedEndsWithItsListener(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Conn client = net.dial(listener);
    net.start(listener::close).join();
    try {
      assertThat(net.start(client, () -> client.read(new byte[1])).join()).isEqualTo(-1);
    } catch (SocketException e) {
      Expect.reset(e);
    }
  }

  @TckTest(networks = {UNIX, UNIXPACKET})
  void closeRemovesTheFileOnce(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Path file = Path.of(TestingNet.addressOf(listener));
    assertThat(Files.exists(file)).isTrue();
    net.start(listener::close).join();
    assertThat(Files.exists(file)).isFalse();
    Files.createFile(file);
    net.start(listener::close).join();
    assertThat(Files.exists(file)).isTrue();
    Files.delete(file);
  }

  @TckTest(networks = TCP)
  void portZeroBindsAPortThatTheAddressTells(TestingNet net) throws Exception {
    for (Network network : List.of(Network.TCP, Network.TCP4)) {
      Listener listener =
          net.start(() -> net.net().listen(network.toString(), "127.0.0.1:0")).join();
      assertThat(((InetSocketAddress) listener.address()).getPort()).isPositive();
      assertThat(listener.network()).isEqualTo(network);
      try (Conn conn = net.net().dial(network.toString(), TestingNet.addressOf(listener))) {
        assertThat(conn.remoteAddress()).isEqualTo(listener.address());
      }
    }
  }

  @TckTest
  void anAcceptorStaysUsableAfterManyTimeouts(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Task<Integer> acceptor =
        net.start(
            () -> {
              int accepted = 0;
              while (accepted < 20) {
                listener.setTimeout(Duration.ofNanos(300_000));
                try (Conn conn = listener.accept()) {
                  accepted += conn.write(new byte[1]);
                } catch (SocketTimeoutException e) {
                  // try again: a connection that comes meanwhile waits
                }
              }
              return accepted;
            });
    for (int i = 0; i < 20; i++) {
      try (Conn conn = net.dial(listener)) {
        assertThat(Traffic.readFully(conn, 1)).hasSize(1);
      }
    }
    assertThat(acceptor.join()).isEqualTo(20);
  }
}
