package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.AddressException;
import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.HostPort;
import io.weft.ListenConfig;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.NetError;
import io.weft.Network;
import io.weft.PollerUnavailableException;
import io.weft.SocketSetup;
import io.weft.WeftOptions;
import io.weft.spi.Capability;
import io.weft.spi.Errno;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Goal: whatever cannot be used is refused with the type that its kind has, with a text that quotes
 * it, and with the facts of {@link NetError}; a mistake of the program is told as one.
 */
@Tck
class BadInputTck {
  private static final String NETWORKS = " (use tcp, tcp4, tcp6, unix or unixpacket)";
  // no label may be this long, so that no server is asked
  private static final String NO_HOST = "x".repeat(64) + ".invalid";
  private static final int UNIX_BYTES_MAX = 107;

  /**
   * What is asked for, and what comes of it.
   *
   * @param use the call
   * @param type the exception's
   * @param message its whole text
   * @param facts what it tells as a NetError
   */
  private record Row(Callable<?> use, Class<?> type, String message, Expect.Facts facts) {}

  private static void verify(TestingNet net, List<Row> rows) throws Exception {
    int sockets = Resources.openSockets();
    for (Row row : rows) {
      Throwable thrown = net.start(row.use).failure();
      Expect.error(thrown, row.type, row.message, row.facts);
    }
    assertThat(Resources.openSockets()).as("nothing is left open").isEqualTo(sockets);
  }

  /** Text that is refused without a word of the kernel. */
  private static Row unusable(Net net, String op, String network, String address, String problem) {
    return new Row(
        () -> op.equals("listen") ? net.listen(network, address) : net.dial(network, address),
        AddressException.class,
        (network.isEmpty() ? op : op + " " + network) + ": " + problem,
        new Expect.Facts(op, network));
  }

  @TckTest(networks = TCP)
  @Case({"K01", "K02"})
  void textThatIsNoAddressIsRefusedBeforeTheKernelIsAsked(TestingNet net) throws Exception {
    String[][] malformed = {
      {"foo", "address foo: missing port in address"},
      {"127.0.0.1", "address 127.0.0.1: missing port in address"},
      {"[::1]", "address [::1]: missing port in address"},
      {"::1:80", "address ::1:80: too many colons in address"},
      {"[::1:80", "address [::1:80: missing ']' in address"},
      {"one[two]:80", "address one[two]:80: unexpected '[' in address"},
      {"one]two:80", "address one]two:80: unexpected ']' in address"},
      {"127.0.0.1:-1", "address -1: invalid port"},
      {"127.0.0.1:65536", "address 65536: invalid port"},
      {"127.0.0.1:123456789", "address 123456789: invalid port"},
      {"127.0.0.1:99999999999999999999", "address 99999999999999999999: invalid port"},
      {"127.0.0.1:no-such-port", "lookup tcp/no-such-port: unknown port"},
      {"[::1]:80x", "lookup tcp/80x: unknown port"},
      {
        "[fe80::1%no-such-zone]:80",
        "address fe80::1%no-such-zone: unknown zone no-such-zone (no such interface)"
      }
    };
    List<Row> rows = new ArrayList<>();
    for (String op : List.of("listen", "dial")) {
      for (String[] row : malformed) {
        rows.add(unusable(net.net(), op, "tcp", row[0], row[1]));
      }
      rows.add(unusable(net.net(), op, "foo", "127.0.0.1:0", "unknown network foo" + NETWORKS));
      rows.add(unusable(net.net(), op, "TCP", "127.0.0.1:0", "unknown network TCP" + NETWORKS));
      rows.add(unusable(net.net(), op, "udp", "127.0.0.1:0", "unknown network udp" + NETWORKS));
      rows.add(unusable(net.net(), op, "", "127.0.0.1:0", "unknown network" + NETWORKS));
      String none = ": no suitable address found";
      rows.add(unusable(net.net(), op, "tcp6", "127.0.0.1:80", "address 127.0.0.1" + none));
      rows.add(unusable(net.net(), op, "tcp4", "[::1]:80", "address ::1" + none));
      String path = "/tmp/" + "x".repeat(UNIX_BYTES_MAX);
      rows.add(
          unusable(
              net.net(),
              op,
              "unix",
              path,
              "address " + path + ": unix name of 112 bytes is too long (at most 107)"));
      rows.add(
          unusable(
              net.net(), op, "unix", "/tmp/a\0b", "address /tmp/a\0b: Nul character not allowed"));
    }
    for (String network : List.of("tcp", "tcp4", "tcp6", "unix", "unixpacket")) {
      rows.add(unusable(net.net(), "dial", network, "", "missing address"));
    }
    verify(net, rows);
  }

  @TckTest(networks = TCP)
  void aHostThatNobodyKnowsIsNamed(TestingNet net) throws Exception {
    String problem = ": lookup " + NO_HOST + ": no such host";
    verify(
        net,
        List.of(
            new Row(
                () -> net.net().dial("tcp", NO_HOST + ":80"),
                UnknownHostException.class,
                "dial tcp" + problem,
                new Expect.Facts("dial", "tcp")),
            new Row(
                () -> net.net().listen("tcp4", NO_HOST + ":80"),
                UnknownHostException.class,
                "listen tcp4" + problem,
                new Expect.Facts("listen", "tcp4"))));
  }

  private static Row refused(Net net, String op, String network, SocketAddress at, Errno errno) {
    String address =
        at instanceof InetSocketAddress inet
            ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
            : at.toString();
    boolean listens = op.equals("listen");
    Class<?> type =
        switch (errno) {
          case EADDRINUSE, EADDRNOTAVAIL -> BindException.class;
          case ECONNREFUSED -> ConnectException.class;
          case ENETUNREACH -> NoRouteToHostException.class;
          default -> SocketException.class;
        };
    return new Row(
        () -> listens ? net.listen(network, address) : net.dial(network, address),
        type,
        op + " " + network + " " + address + ": " + Errno.describe(errno.number()),
        new Expect.Facts(op, network, listens ? at : null, listens ? null : at, errno));
  }

  @TckTest(networks = TCP)
  @Case({"K01", "K02"})
  void anAddressThatTheKernelRefusesIsToldWithItsErrno(TestingNet net) throws Exception {
    InetSocketAddress used;
    InetSocketAddress closed;
    try (Listener other = net.listen()) {
      closed = (InetSocketAddress) other.address();
    }
    String path = net.freeAddress(Network.UNIX);
    SocketAddress missing = UnixDomainSocketAddress.of(path);
    SocketAddress nowhere = UnixDomainSocketAddress.of(path + "/missing/x.sock");
    SocketAddress root = UnixDomainSocketAddress.of("/");
    SocketAddress elsewhere = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 0);
    SocketAddress everybody = new InetSocketAddress(InetAddress.ofLiteral("255.255.255.255"), 1);
    try (Listener listener = net.listen()) {
      used = (InetSocketAddress) listener.address();
      Net opened = net.net();
      verify(
          net,
          List.of(
              refused(opened, "listen", "tcp", used, Errno.EADDRINUSE),
              refused(opened, "listen", "tcp4", used, Errno.EADDRINUSE),
              refused(opened, "listen", "tcp", elsewhere, Errno.EADDRNOTAVAIL),
              refused(opened, "dial", "tcp", closed, Errno.ECONNREFUSED),
              refused(opened, "dial", "tcp4", closed, Errno.ECONNREFUSED),
              refused(opened, "dial", "tcp", everybody, Errno.ENETUNREACH),
              refused(opened, "dial", "unix", missing, Errno.ENOENT),
              refused(opened, "dial", "unix", nowhere, Errno.ENOENT),
              refused(opened, "listen", "unix", nowhere, Errno.ENOENT),
              refused(opened, "listen", "unix", root, Errno.EADDRINUSE),
              refused(opened, "dial", "unix", root, Errno.ECONNREFUSED)));
    }
  }

  @TckTest(networks = TCP)
  void whatTheAdapterLacksIsRefusedWithTheNameOfThoseThatHaveIt(TestingNet net) throws Exception {
    Net opened = net.net();
    String path = net.freeAddress(Network.UNIX);
    String packets = "the network unixpacket";
    lacks(net, Capability.UNIXPACKET, packets, () -> opened.listen("unixpacket", path));
    lacks(net, Capability.UNIXPACKET, packets, () -> opened.dial("unixpacket", path));
    String name = "@weft-tck-" + System.nanoTime();
    String names = "an abstract unix name";
    lacks(net, Capability.ABSTRACT_NAMES, names, () -> opened.listen("unix", name));
    lacks(net, Capability.ABSTRACT_NAMES, names, () -> opened.listen("unix", ""));
    lacks(net, Capability.ABSTRACT_NAMES, names, () -> opened.dial("unix", name));
    lacks(net, Capability.ABSTRACT_NAMES, names, () -> opened.dial("unix", "@"));
    DialConfig fromName = DialConfig.DEFAULT.withLocalAddress(UnixDomainSocketAddress.of(name));
    try (Listener listener = opened.listen("unix", path)) {
      lacks(net, Capability.ABSTRACT_NAMES, names, () -> opened.dial("unix", path, fromName));
      assertThat(listener.isOpen()).isTrue();
    }
    if (Machine.hasIpv6()) {
      ListenConfig six = ListenConfig.DEFAULT.withOption(WeftOptions.IPV6_V6ONLY, true);
      lacks(
          net,
          Capability.V6ONLY,
          "the socket option IPV6_V6ONLY",
          () -> opened.listen("tcp6", "[::1]:0", six));
    }
  }

  /** Refused by an adapter that declares it to be absent; else nothing of this case. */
  private static void lacks(TestingNet net, Capability lacking, String what, Callable<?> use)
      throws Exception {
    if (net.config().lacks().contains(lacking)) {
      Throwable thrown = net.start(use).failure();
      assertThat(thrown)
          .isInstanceOf(UnsupportedOperationException.class)
          .isInstanceOf(NetError.class)
          .hasMessageContaining(": " + what + " is not supported by " + net.config().poller())
          .hasMessageContaining("io_uring")
          .hasMessageMatching("(?s)(listen|dial) (unix|unixpacket|tcp6).*");
      NetError error = (NetError) thrown;
      assertThat(thrown).hasMessageStartingWith(error.op() + " " + error.network());
      assertThat(error.errno()).isZero();
      assertThat(error.errnoName()).isEmpty();
    }
  }

  @TckTest(networks = TCP)
  void anOptionThatNobodyKnowsIsNamed(TestingNet net) throws Exception {
    Conn conn = net.pair().client();
    SocketOption<Integer> unheard = new Unheard("UNHEARD");
    String addresses =
        "tcp " + text(conn.localAddress()) + "->" + text(conn.remoteAddress()) + ": ";
    Map<String, Step> uses =
        Map.of(
            "get", () -> conn.getOption(unheard),
            "set", () -> conn.setOption(unheard, 1));
    for (Map.Entry<String, Step> use : uses.entrySet()) {
      String op = use.getKey();
      Throwable thrown = net.start(conn, use.getValue()).failure();
      assertThat(thrown)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith(
              op + " " + addresses + "the socket option UNHEARD is not supported");
      Expect.facts(
          thrown, new Expect.Facts(op, "tcp", conn.localAddress(), conn.remoteAddress(), null));
    }
  }

  private static String text(SocketAddress address) {
    return HostPort.of((InetSocketAddress) address).join();
  }

  private record Unheard(String name) implements SocketOption<Integer> {
    @Override
    public Class<Integer> type() {
      return Integer.class;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @TckTest(networks = TCP)
  void aPollerThatCannotBeUsedIsNamedWithTheReason(TestingNet net) throws Exception {
    NetConfig config = net.config().netConfig();
    Map<String, NetConfig> rows =
        Map.of(
            "unknown poller no-such-poller (known here: auto, ",
            config.withPoller("no-such-poller"),
            "poller not available: " + net.config().poller() + ": denied by configuration",
            config.withDenied(net.config().poller()));
    for (Map.Entry<String, NetConfig> row : rows.entrySet()) {
      Throwable thrown = net.start(() -> Net.open(row.getValue())).failure();
      assertThat(thrown)
          .isInstanceOf(PollerUnavailableException.class)
          .hasMessageStartingWith(row.getKey());
      Expect.facts(thrown, new Expect.Facts("open", ""));
    }
  }

  /** A mistake of the program, and the word that its text must have. */
  private record Mistake(Callable<?> use, Class<?> type, String word) {}

  @TckTest(networks = TCP)
  void nothingWhereSomethingIsNeededIsANullPointerThatNamesIt(TestingNet net) throws Exception {
    Net opened = net.net();
    Listener listener = net.listen();
    Conn conn = net.pair(listener).client();
    List<Mistake> mistakes =
        List.of(
            nullAt("network", () -> opened.listen(nothing(), "127.0.0.1:0")),
            nullAt("network", () -> opened.dial(nothing(), "127.0.0.1:1")),
            nullAt("address", () -> opened.listen("tcp", nothing())),
            nullAt("address", () -> opened.dial("tcp", nothing())),
            nullAt("config", () -> opened.listen("tcp", "127.0.0.1:0", nothing())),
            nullAt("config", () -> opened.dial("tcp", "127.0.0.1:1", nothing())),
            nullAt("address", () -> opened.listen("unix", nothing())),
            nullAt("dst", () -> conn.read((ByteBuffer) nothing())),
            nullAt("src", () -> conn.write((ByteBuffer) nothing())),
            nullAt("srcs", () -> conn.write((ByteBuffer[]) nothing())),
            nullAt("dst", () -> conn.read((byte[]) nothing())),
            nullAt("name", () -> NetConfig.DEFAULT.withPoller((String) nothing())),
            nullAt("keepAlive", () -> DialConfig.DEFAULT.withKeepAlive(nothing())),
            nullAt("timeout", () -> DialConfig.DEFAULT.withTimeout(nothing())),
            nullAt("control", () -> SocketSetup.NONE.withControl(nothing())));
    refuse(net, mistakes);
    Conn client = net.dial(listener);
    Conn server = listener.accept();
    net.start(client, () -> Traffic.roundTrip(client, server)).join();
  }

  private static Mistake nullAt(String word, Callable<?> use) {
    return new Mistake(use, NullPointerException.class, word);
  }

  @TckTest(networks = TCP)
  void aValueOutOfItsRangeIsAnIllegalArgumentThatQuotesIt(TestingNet net) throws Exception {
    InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 0);
    List<Mistake> mistakes =
        List.of(
            wrong("backlogMax must not be negative: -1", () -> backlog(-1)),
            wrong("fallbackDelay must not be negative: PT-0.001S", () -> fallback(-1)),
            wrong(
                "localAddress must be resolved: " + unresolved,
                () -> DialConfig.DEFAULT.withLocalAddress(unresolved)),
            wrong(
                "loops must be between 0 (automatic) and 1024: -1",
                () -> NetConfig.DEFAULT.withLoops(-1)),
            wrong(
                "loops must be between 0 (automatic) and 1024: 1025",
                () -> NetConfig.DEFAULT.withLoops(1025)),
            wrong(
                "bufferBytes must be at least 1024: 1023",
                () -> NetConfig.DEFAULT.withBufferBytes(1023)),
            wrong(
                "SO_RCVBUF",
                () ->
                    new SocketSetup(
                        Map.of(StandardSocketOptions.SO_RCVBUF, "many"),
                        SocketSetup.NONE.control())),
            wrong(
                "read-only",
                () -> net.pair().client().read(ByteBuffer.allocate(4).asReadOnlyBuffer())));
    refuse(net, mistakes);
  }

  private static Mistake wrong(String words, Callable<?> use) {
    return new Mistake(use, IllegalArgumentException.class, words);
  }

  private static ListenConfig backlog(int backlogMax) {
    return ListenConfig.DEFAULT.withBacklogMax(backlogMax);
  }

  private static DialConfig fallback(int millis) {
    return DialConfig.DEFAULT.withFallbackDelay(Duration.ofMillis(millis));
  }

  private static void refuse(TestingNet net, List<Mistake> mistakes) throws Exception {
    for (Mistake mistake : mistakes) {
      assertThat(net.start(mistake.use).failure())
          .isExactlyInstanceOf(mistake.type)
          .hasMessageContaining(mistake.word);
    }
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    @Nullable T none = null;
    return none;
  }
}
