package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.weft.AddressException;
import io.weft.HostPort;
import io.weft.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: an address text becomes the socket and the address that Go would take. */
@Timeout(60)
class TargetTest {
  private static final Lookup NO_LOOKUP = new FakeLookup();

  private static Lookup answering(String... literals) {
    return new FakeLookup(literals);
  }

  @ParameterizedTest
  @CsvSource({
    // network, address, family, host, port
    "TCP,  127.0.0.1:80,          TCP4, 127.0.0.1, 80",
    "TCP,  [::1]:80,              TCP6, ::1,       80",
    "TCP,  [::ffff:127.0.0.1]:80, TCP4, 127.0.0.1, 80",
    "TCP4, 127.0.0.1:0,           TCP4, 127.0.0.1, 0",
    "TCP4, [::ffff:127.0.0.1]:80, TCP4, 127.0.0.1, 80",
    "TCP4, :80,                   TCP4, 0.0.0.0,   80",
    "TCP6, :80,                   TCP6, ::,        80",
    "TCP4, 0.0.0.0:80,            TCP4, 0.0.0.0,   80",
    "TCP4, [::]:80,               TCP4, 0.0.0.0,   80",
    "TCP6, [::]:80,               TCP6, ::,        80",
    "TCP,  127.0.0.1:,            TCP4, 127.0.0.1, 0",
    "TCP,  127.0.0.1:+00080,      TCP4, 127.0.0.1, 80",
    "TCP,  127.0.0.1:65535,       TCP4, 127.0.0.1, 65535",
  })
  void listensOnLiterals(Network network, String address, Network family, String host, int port)
      throws IOException {
    Target target = Target.toListen(network, address, NO_LOOKUP);
    assertThat(target.family()).isEqualTo(family);
    assertThat(target.address())
        .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral(host), port));
  }

  @ParameterizedTest
  @CsvSource({":8080", "0.0.0.0:8080", "[::]:8080", "[::ffff:0.0.0.0]:8080"})
  void aWildcardOnTcpIsForBothFamilies(String address) throws IOException {
    Target target = Target.toListen(Network.TCP, address, NO_LOOKUP);
    assertThat(target.family()).isEqualTo(Network.TCP);
    InetSocketAddress inet = (InetSocketAddress) target.address();
    assertThat(inet.getAddress().isAnyLocalAddress()).isTrue();
    assertThat(inet.getPort()).isEqualTo(8080);
  }

  @ParameterizedTest
  @CsvSource({
    "TCP,  [::1]:http,      TCP6, ::1,       80",
    "TCP6, [::1]:HTTP,      TCP6, ::1,       80",
    "TCP,  127.0.0.1:http,  TCP4, 127.0.0.1, 80",
    "TCP4, :http,           TCP4, 0.0.0.0,   80",
  })
  void aServiceIsAPort(Network network, String address, Network family, String host, int port)
      throws IOException {
    Target target = Target.toListen(network, address, answering());
    assertThat(target.family()).isEqualTo(family);
    assertThat(target.address())
        .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral(host), port));
  }

  @Test
  void anEmptyAddressListensOnAnyPort() throws IOException {
    Target target = Target.toListen(Network.TCP, "", NO_LOOKUP);
    assertThat(((InetSocketAddress) target.address()).getPort()).isZero();
  }

  @Test
  void aHostNameListensOnItsFirstIpv4Address() throws IOException {
    Lookup lookup = answering("::1", "10.0.0.1", "10.0.0.2");
    Target target = Target.toListen(Network.TCP, "host:80", lookup);
    assertThat(target.address())
        .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 80));
    assertThat(Target.toListen(Network.TCP6, "host:80", lookup).address())
        .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("::1"), 80));
  }

  @Test
  void aHostNameIsDialledInTheOrderOfItsAddresses() throws IOException {
    Lookup lookup = answering("::1", "10.0.0.1");
    assertThat(families(Target.toDial(Network.TCP, "host:80", lookup)))
        .containsExactly(Network.TCP6, Network.TCP4);
    assertThat(families(Target.toDial(Network.TCP4, "host:80", lookup)))
        .containsExactly(Network.TCP4);
  }

  @ParameterizedTest
  @CsvSource({
    "TCP,  :80,                  127.0.0.1 0:0:0:0:0:0:0:1",
    "TCP4, :80,                  127.0.0.1",
    "TCP6, :80,                  0:0:0:0:0:0:0:1",
    "TCP,  0.0.0.0:80,           127.0.0.1",
    "TCP4, 0.0.0.0:80,           127.0.0.1",
    "TCP4, [::ffff:0.0.0.0]:80,  127.0.0.1",
    "TCP,  [::]:80,              0:0:0:0:0:0:0:1 127.0.0.1",
    "TCP4, [::]:80,              127.0.0.1",
    "TCP6, [::]:80,              0:0:0:0:0:0:0:1",
    "TCP,  []:80,                127.0.0.1 0:0:0:0:0:0:0:1",
  })
  void diallingAWildcardMeansThisMachine(Network network, String address, String hosts)
      throws IOException {
    assertThat(hosts(Target.toDial(network, address, NO_LOOKUP))).containsExactly(hosts.split(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "TCP4, [::1]:80,              ::1",
    "TCP6, 127.0.0.1:80,          127.0.0.1",
    "TCP6, [::ffff:127.0.0.1]:80, ::ffff:127.0.0.1",
    "TCP6, 0.0.0.0:80,            0.0.0.0",
    "TCP6, [::ffff:0.0.0.0]:80,   ::ffff:0.0.0.0",
  })
  void aLiteralOfTheOtherFamilyIsNotSuitable(Network network, String address, String host) {
    assertRefused(network, address, "address " + host + ": no suitable address found");
  }

  @Test
  void aNameWithoutAnAddressOfTheFamilyIsNotSuitable() {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> Target.toDial(Network.TCP6, "host:80", answering("10.0.0.1")))
        .withMessage("dial tcp6: address host: no suitable address found");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:-1,                   address -1: invalid port",
    "127.0.0.1:65536,                address 65536: invalid port",
    "127.0.0.1:123456789,            address 123456789: invalid port",
    "127.0.0.1:99999999999999999999, address 99999999999999999999: invalid port",
    "127.0.0.1:foobar,               lookup tcp/foobar: unknown port",
    "127.0.0.1:0x50,                 lookup tcp/0x50: unknown port",
    "127.0.0.1:8 0,                  lookup tcp/8 0: unknown port",
    "127.0.0.1:80a,                  lookup tcp/80a: unknown port",
    "foo,                            address foo: missing port in address",
    "::1:80,                         address ::1:80: too many colons in address",
    "[::1]:80:,                      address [::1]:80:: too many colons in address",
    "[::1:80,                        address [::1:80: missing ']' in address",
    "a[b:80,                         address a[b:80: unexpected '[' in address",
    "a]b:80,                         address a]b:80: unexpected ']' in address",
    "[fe80::1%none]:80,              "
        + "address fe80::1%none: unknown zone none (no such interface)",
    // the port comes first
    "nowhere:x,                      lookup tcp/x: unknown port",
    "nowhere:-1,                     address -1: invalid port",
  })
  void whatCannotBeUsedIsToldAsGoTellsIt(String address, String problem) {
    assertRefused(Network.TCP, address, problem);
  }

  @ParameterizedTest
  @CsvSource({"TCP", "TCP6", "UNIX", "UNIXPACKET"})
  void diallingNowhereIsMissingAnAddress(Network network) {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> Target.toDial(network, "", NO_LOOKUP))
        .withMessage("dial " + network + ": missing address");
  }

  @Test
  void noAddressAtAllIsAMistakeOfTheProgram() {
    assertThatNullPointerException()
        .isThrownBy(() -> Target.toListen(Network.TCP, nothing(), NO_LOOKUP))
        .withMessage("address");
    assertThatNullPointerException()
        .isThrownBy(() -> Target.toDial(Network.TCP, nothing(), NO_LOOKUP))
        .withMessage("address");
  }

  @SuppressWarnings("NullAway")
  private static String nothing() {
    return null;
  }

  @Test
  void anUnknownNetworkIsToldWithTheKnownOnes() {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> Target.network("dial", "foo"))
        .withMessage("dial foo: unknown network foo (use tcp, tcp4, tcp6, unix or unixpacket)")
        .satisfies(e -> assertThat(e.network()).isEqualTo("foo"));
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> Target.network("listen", ""))
        .withMessage("listen: unknown network (use tcp, tcp4, tcp6, unix or unixpacket)")
        .satisfies(e -> assertThat(e.op()).isEqualTo("listen"));
  }

  /** From listen and from dial: the text, and the facts. */
  private static void assertRefused(Network network, String address, String problem) {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> Target.toListen(network, address, answering()))
        .withMessage("listen " + network + ": " + problem)
        .satisfies(e -> assertThat(e.op()).isEqualTo("listen"))
        .satisfies(e -> assertThat(e.network()).isEqualTo(network.toString()));
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> Target.toDial(network, address, answering()))
        .withMessage("dial " + network + ": " + problem)
        .satisfies(e -> assertThat(e.op()).isEqualTo("dial"))
        .satisfies(e -> assertThat(e.network()).isEqualTo(network.toString()));
  }

  @ParameterizedTest
  @CsvSource({"fe80::1%eth7, fe80:0:0:0:0:0:0:1%7", "::1%eth7, 0:0:0:0:0:0:0:1%7"})
  void aZoneIsLookedUp(String host, String scoped) throws IOException {
    String address = "[" + host + "]:80";
    assertThat(hosts(Target.toDial(Network.TCP, address, answering()))).containsExactly(scoped);
    Target target = Target.toListen(Network.TCP6, address, answering());
    assertThat(hosts(List.of(target))).containsExactly(scoped);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost%lo:80",
    "127.0.0.1%eth7:80",
    "[::ffff:127.0.0.1%eth7]:80",
    "[fe80::1%]:80"
  })
  void onlyALiteralOfIpv6HasAZone(String address) throws IOException {
    FakeLookup lookup = new FakeLookup("10.0.0.1");
    assertThat(hosts(Target.toDial(Network.TCP, address, lookup))).containsExactly("10.0.0.1");
    assertThat(lookup.asked).containsExactly(HostPort.split(address).host());
  }

  @ParameterizedTest
  @CsvSource({"/run/app.sock", "relative.sock", "@abstract"})
  void unixNamesAreTakenAsTheyAre(String path) throws IOException {
    Target target = new Target(Network.UNIX, UnixDomainSocketAddress.of(path));
    assertThat(Target.toListen(Network.UNIX, path, NO_LOOKUP)).isEqualTo(target);
    assertThat(Target.toDial(Network.UNIX, path, NO_LOOKUP)).containsExactly(target);
  }

  @Test
  void aUnixPathHasAtMost107Bytes() throws IOException {
    String longest = "/" + "x".repeat(106);
    assertThat(Target.toListen(Network.UNIX, longest, NO_LOOKUP).address()).isNotNull();
    String umlauts = "/" + "\u00e4".repeat(54);
    for (String tooLong : List.of(longest + "x", umlauts)) {
      assertThatExceptionOfType(AddressException.class)
          .isThrownBy(() -> Target.toListen(Network.UNIX, tooLong, NO_LOOKUP))
          .withMessageContaining(tooLong)
          .withMessageContaining("107");
    }
  }

  @Test
  void anAbstractNameHasAtMost108Bytes() throws IOException {
    String longest = "@" + "x".repeat(107);
    assertThat(Target.toListen(Network.UNIX, longest, NO_LOOKUP).address()).isNotNull();
    assertRefused(
        Network.UNIX,
        longest + "x",
        "address " + longest + "x: unix name of 109 bytes is too long (at most 108)");
  }

  @Test
  void aUnixPathWithANulIsRefused() {
    assertRefused(Network.UNIX, "/run/\0x", "address /run/\0x: Nul character not allowed");
  }

  @Test
  void aFailedLookupIsTheCallersError() {
    FakeLookup lookup = new FakeLookup();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Target.toDial(Network.TCP, "nowhere:80", lookup))
        .isSameAs(lookup.failure);
  }

  private static List<Network> families(List<Target> targets) {
    return targets.stream().map(Target::family).toList();
  }

  private static List<String> hosts(List<Target> targets) {
    return targets.stream()
        .map(target -> ((InetSocketAddress) target.address()).getAddress().getHostAddress())
        .toList();
  }
}
