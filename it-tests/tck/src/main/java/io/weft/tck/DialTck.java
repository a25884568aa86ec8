package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.AddressException;
import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.HostPort;
import io.weft.Listener;
import io.weft.NetError;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goal: a dial keeps its time, tries every address that it has, comes from where it is told to, and
 * leaves nothing open that is not the connection which it returns.
 */
@Tck
class DialTck {
  private static final InetAddress V4 = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress V6 = InetAddress.ofLiteral("::1");
  private static final Duration LONG = Duration.ofHours(1);

  /** A listener whose queue is full, so that it does not answer. */
  private static final class Silent implements AutoCloseable {
    private final ServerSocketChannel channel = ServerSocketChannel.open();
    private final List<Conn> queued;

    Silent(TestingNet net, InetSocketAddress address) throws Exception {
      channel.bind(address, 1);
      queued = InterruptTck.fillQueue(net, text(address()));
    }

    InetSocketAddress address() throws IOException {
      return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
      channel.close();
      queued.forEach(Conn::close);
    }
  }

  private static String text(InetSocketAddress address) {
    return HostPort.of(address).join();
  }

  @TckTest(networks = TCP)
  @Case("D01")
  void aDialThatNobodyAnswersEndsWithItsTimeAndNotBefore(TestingNet net) throws Exception {
    DialConfig plain = DialConfig.DEFAULT;
    try (Silent silent = new Silent(net, new InetSocketAddress(V4, 0))) {
      int sockets = Resources.openSockets();
      List<DialConfig> over =
          List.of(
              plain.withTimeout(Duration.ofSeconds(-5)),
              plain.withTimeout(Duration.ofSeconds(Long.MIN_VALUE)),
              plain.withDeadline(Instant.now().minusSeconds(5)),
              plain.withDeadline(Instant.MIN),
              plain.withTimeout(LONG).withDeadline(Instant.EPOCH),
              plain.withTimeout(Duration.ofNanos(-1)).withDeadline(Instant.MAX));
      for (DialConfig config : over) {
        timesOut(net, silent, config, 0);
      }
      timesOut(net, silent, plain.withTimeout(Duration.ofMillis(1)), 1);
      timesOut(net, silent, plain.withTimeout(Duration.ofMillis(20)).withDeadline(Instant.MAX), 20);
      // an instant is told by another clock than the time that passes
      timesOut(net, silent, plain.withTimeout(LONG).withDeadline(Instant.now().plusMillis(1)), 0);
      assertThat(Resources.openSockets()).as("nothing is left open").isEqualTo(sockets);
    }
  }

  private static void timesOut(TestingNet net, Silent silent, DialConfig config, long leastMillis)
      throws Exception {
    String address = text(silent.address());
    long start = System.nanoTime();
    Throwable thrown = net.start(() -> net.net().dial("tcp", address, config)).failure();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(leastMillis * 1_000_000);
    Expect.timeout(thrown);
    assertThat(thrown).hasMessage("dial tcp " + address + ": i/o timeout");
    assertThat(((NetError) thrown).remote()).isEqualTo(silent.address());
  }

  @TckTest(networks = TCP)
  @Case("B15")
  void theLongestTimeoutOfADialMeansNever(TestingNet net) throws Exception {
    Listener listener = net.listen();
    String address = TestingNet.addressOf(listener);
    for (DialConfig config :
        List.of(
            DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(Long.MAX_VALUE)),
            DialConfig.DEFAULT.withDeadline(Instant.MAX))) {
      Conn client = net.start(() -> net.net().dial("tcp", address, config)).join();
      Conn server = listener.accept();
      net.start(client, () -> Traffic.roundTrip(client, server)).join();
    }
  }

  /** Two addresses with one port; the wildcard of IPv6 is dialled at both, that of IPv6 first. */
  private record Both(InetSocketAddress six, InetSocketAddress four) {
    static Both free() throws IOException {
      for (int attempt = 0; attempt < 100; attempt++) {
        try (ServerSocketChannel one = ServerSocketChannel.open();
            ServerSocketChannel two = ServerSocketChannel.open()) {
          one.bind(new InetSocketAddress(V6, 0));
          InetSocketAddress six = (InetSocketAddress) one.getLocalAddress();
          InetSocketAddress four = new InetSocketAddress(V4, six.getPort());
          two.bind(four);
          return new Both(six, four);
        } catch (BindException e) {
          // another port
        }
      }
      throw new AssertionError("no port is free on both families");
    }

    String sixFirst() {
      return "[::]:" + six.getPort();
    }
  }

  @TckTest(networks = TCP)
  @Case("D07")
  void aFamilyThatHangsIsOvertakenByTheOtherAfterTheFallbackDelay(TestingNet net) throws Exception {
    if (!Machine.hasIpv6()) {
      return;
    }
    Both both = Both.free();
    try (Silent silent = new Silent(net, both.six);
        Listener listener = net.net().listen("tcp", text(both.four))) {
      DialConfig config = DialConfig.DEFAULT.withFallbackDelay(Duration.ofMillis(200));
      int sockets = Resources.openSockets();
      long start = System.nanoTime();
      Conn client = net.start(() -> net.net().dial("tcp", both.sixFirst(), config)).join();
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(200_000_000);
      assertThat(client.remoteAddress()).isEqualTo(both.four);
      Conn server = listener.accept();
      net.start(client, () -> Traffic.roundTrip(client, server)).join();
      client.close();
      server.close();
      assertThat(Resources.openSockets()).as("the loser is closed").isEqualTo(sockets);
      assertThat(silent.channel.isOpen()).isTrue();
    }
  }

  @TckTest(networks = TCP)
  @Case("D07")
  void aFamilyThatRefusesGivesWayToTheOtherAtOnce(TestingNet net) throws Exception {
    if (!Machine.hasIpv6()) {
      return;
    }
    Both both = Both.free();
    for (Duration delay : List.of(LONG, Duration.ZERO)) {
      DialConfig config = DialConfig.DEFAULT.withFallbackDelay(delay);
      try (Listener listener = net.net().listen("tcp", text(both.four))) {
        Conn client = net.start(() -> net.net().dial("tcp", both.sixFirst(), config)).join();
        assertThat(client.remoteAddress()).isEqualTo(both.four);
        Conn server = listener.accept();
        net.start(client, () -> Traffic.roundTrip(client, server)).join();
        client.close();
        server.close();
      }
      // of all failures that of the address which comes first is told
      assertThat(net.start(() -> net.net().dial("tcp", both.sixFirst(), config)).failure())
          .isInstanceOf(ConnectException.class)
          .hasMessage("dial tcp " + text(both.six) + ": connection refused (ECONNREFUSED)");
    }
  }

  @TckTest(networks = TCP)
  @Case("D08")
  void aShortTimeIsNotSharedAmongTheAddresses(TestingNet net) throws Exception {
    if (!Machine.hasIpv6()) {
      return;
    }
    Both both = Both.free();
    try (Silent silent = new Silent(net, both.six);
        Listener listener = net.net().listen("tcp", text(both.four))) {
      DialConfig config =
          DialConfig.DEFAULT.withFallbackDelay(Duration.ZERO).withTimeout(Duration.ofMillis(50));
      long start = System.nanoTime();
      Throwable thrown = net.start(() -> net.net().dial("tcp", both.sixFirst(), config)).failure();
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000);
      Expect.timeout(thrown);
      assertThat(((NetError) thrown).remote()).isEqualTo(silent.address());
      assertThat(listener.isOpen()).isTrue();
    }
  }

  @TckTest(networks = TCP, placements = Placement.PLATFORM)
  void ofEnoughTimeEveryAddressHasItsShare(TestingNet net) throws Exception {
    if (!Machine.hasIpv6()) {
      return;
    }
    Both both = Both.free();
    try (Silent silent = new Silent(net, both.six);
        Listener listener = net.net().listen("tcp", text(both.four))) {
      DialConfig config =
          DialConfig.DEFAULT.withFallbackDelay(Duration.ZERO).withTimeout(Duration.ofMillis(4_400));
      long start = System.nanoTime();
      Conn client = net.start(() -> net.net().dial("tcp", both.sixFirst(), config)).join();
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(2_200_000_000L);
      assertThat(client.remoteAddress()).isEqualTo(both.four);
      Conn server = listener.accept();
      net.start(client, () -> Traffic.roundTrip(client, server)).join();
      assertThat(silent.channel.isOpen()).isTrue();
    }
  }

  /**
   * A local address and what comes of it.
   *
   * @param host the target
   * @param problem what is wrong; empty for a connection
   */
  private record From(String network, String host, @Nullable SocketAddress local, String problem) {}

  private static InetSocketAddress any(String literal) {
    return new InetSocketAddress(InetAddress.ofLiteral(literal), 0);
  }

  private static List<From> localAddresses() {
    String mismatched = "mismatched local address type";
    String unsuitable = "no suitable address found";
    SocketAddress path = UnixDomainSocketAddress.of("weft-tck-local.sock");
    List<From> rows = new ArrayList<>();
    for (String network : List.of("tcp", "tcp4")) {
      for (@Nullable SocketAddress good :
          new @Nullable SocketAddress[] {
            null, any("0.0.0.0"), any("::ffff:0.0.0.0"), any("127.0.0.1"), any("::ffff:127.0.0.1")
          }) {
        rows.add(new From(network, "127.0.0.1", good, ""));
      }
      rows.add(new From(network, "127.0.0.1", any("::1"), unsuitable));
      rows.add(new From(network, "127.0.0.1", path, mismatched));
    }
    rows.add(new From("tcp", "127.0.0.1", any("::"), ""));
    rows.add(new From("tcp4", "127.0.0.1", any("::"), "non-IPv4 address"));
    if (Machine.hasIpv6()) {
      for (String network : List.of("tcp", "tcp6")) {
        for (@Nullable SocketAddress good :
            new @Nullable SocketAddress[] {null, any("0.0.0.0"), any("::"), any("::1")}) {
          rows.add(new From(network, "[::1]", good, ""));
        }
        rows.add(new From(network, "[::1]", any("127.0.0.1"), unsuitable));
        rows.add(new From(network, "[::1]", path, mismatched));
      }
    }
    return rows;
  }

  @TckTest(networks = TCP)
  @Case("D09")
  void aLocalAddressMustFitTheTarget(TestingNet net) throws Exception {
    for (From row : localAddresses()) {
      DialConfig config = DialConfig.DEFAULT.withLocalAddress(row.local);
      try (Listener listener = net.net().listen(row.network, row.host + ":0")) {
        String address = TestingNet.addressOf(listener);
        Task<Conn> dial = net.start(() -> net.net().dial(row.network, address, config));
        if (row.problem.isEmpty()) {
          Conn client = dial.join();
          Conn server = listener.accept();
          assertThat(server.remoteAddress()).as(row.toString()).isEqualTo(client.localAddress());
          net.start(client, () -> Traffic.roundTrip(client, server)).join();
          client.close();
          server.close();
        } else {
          Throwable thrown = dial.failure();
          assertThat(thrown)
              .as(row.toString())
              .isInstanceOf(AddressException.class)
              .hasMessageStartingWith("dial " + row.network + ": address ")
              .hasMessageEndingWith(": " + row.problem);
          assertThat(((NetError) thrown).op()).isEqualTo("dial");
        }
      }
    }
  }

  @TckTest(networks = TCP)
  void aDialComesFromTheLocalAddressThatItIsGiven(TestingNet net) throws Exception {
    Listener listener = net.listen();
    InetSocketAddress free;
    try (Listener other = net.listen()) {
      free = (InetSocketAddress) other.address();
    }
    DialConfig config = DialConfig.DEFAULT.withLocalAddress(free);
    String address = TestingNet.addressOf(listener);
    Conn client = net.start(() -> net.net().dial("tcp", address, config)).join();
    assertThat(client.localAddress()).isEqualTo(free);
    Conn server = listener.accept();
    assertThat(server.remoteAddress()).isEqualTo(free);
    net.start(client, () -> Traffic.roundTrip(client, server)).join();
    Throwable inUse = net.start(() -> net.net().dial("tcp", address, config)).failure();
    assertThat(inUse)
        .isInstanceOf(BindException.class)
        .hasMessageStartingWith("dial tcp " + text(free) + "->" + address + ": ");
    assertThat(((NetError) inUse).local()).isEqualTo(free);
  }
}
