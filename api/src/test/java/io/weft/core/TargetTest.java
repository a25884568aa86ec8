package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.AddressException;
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
  private static final Target.Lookup NO_LOOKUP =
      host -> {
        throw new AssertionError("a literal was looked up: " + host);
      };

  private static Target.Lookup answering(String... literals) {
    return host -> {
      InetAddress[] all = new InetAddress[literals.length];
      for (int i = 0; i < all.length; i++) {
        all[i] = InetAddress.ofLiteral(literals[i]);
      }
      return all;
    };
  }

  @ParameterizedTest
  @CsvSource({
    // network, address, family, host, port
    "TCP,  127.0.0.1:80,          TCP4, 127.0.0.1, 80",
    "TCP,  [::1]:80,              TCP6, ::1,       80",
    "TCP,  [::ffff:127.0.0.1]:80, TCP4, 127.0.0.1, 80",
    "TCP4, 127.0.0.1:0,           TCP4, 127.0.0.1, 0",
    "TCP4, [::ffff:127.0.0.1]:80, TCP4, 127.0.0.1, 80",
    "TCP6, [::1]:http,            TCP6, ::1,       80",
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

  @Test
  void anEmptyAddressListensOnAnyPort() throws IOException {
    Target target = Target.toListen(Network.TCP, "", NO_LOOKUP);
    assertThat(((InetSocketAddress) target.address()).getPort()).isZero();
  }

  @Test
  void aHostNameListensOnItsFirstIpv4Address() throws IOException {
    Target.Lookup lookup = answering("::1", "10.0.0.1", "10.0.0.2");
    Target target = Target.toListen(Network.TCP, "host:80", lookup);
    assertThat(target.address())
        .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 80));
    assertThat(Target.toListen(Network.TCP6, "host:80", lookup).address())
        .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("::1"), 80));
  }

  @Test
  void aHostNameIsDialledInTheOrderOfItsAddresses() throws IOException {
    Target.Lookup lookup = answering("::1", "10.0.0.1");
    assertThat(families(Target.toDial(Network.TCP, "host:80", lookup)))
        .containsExactly(Network.TCP6, Network.TCP4);
    assertThat(families(Target.toDial(Network.TCP4, "host:80", lookup)))
        .containsExactly(Network.TCP4);
  }

  @Test
  void diallingAWildcardMeansThisMachine() throws IOException {
    assertThat(hosts(Target.toDial(Network.TCP, ":80", NO_LOOKUP)))
        .containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(hosts(Target.toDial(Network.TCP, "[::]:80", NO_LOOKUP)))
        .containsExactly("0:0:0:0:0:0:0:1", "127.0.0.1");
    assertThat(hosts(Target.toDial(Network.TCP4, "[::]:80", NO_LOOKUP)))
        .containsExactly("127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "TCP4, [::1]:80",
    "TCP6, 127.0.0.1:80",
    "TCP6, [::ffff:127.0.0.1]:80",
  })
  void aLiteralOfTheOtherFamilyIsNotSuitable(Network network, String address) {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> Target.toListen(network, address, NO_LOOKUP))
        .withMessageContaining("no suitable address found");
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> Target.toDial(network, address, NO_LOOKUP))
        .withMessageContaining("no suitable address found");
  }

  @ParameterizedTest
  @CsvSource({"-1", "65536", "123456789", "99999999999999999999"})
  void aPortOutOfRangeIsNamed(String port) {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> Target.toDial(Network.TCP, "127.0.0.1:" + port, NO_LOOKUP))
        .withMessageContaining("invalid port " + port);
  }

  @ParameterizedTest
  @CsvSource({"nosuchservice", "0x50", "8 0", "80a"})
  void anUnknownServiceIsNamed(String port) {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> Target.toListen(Network.TCP, ":" + port, NO_LOOKUP))
        .withMessageContaining("unknown port " + port);
  }

  @ParameterizedTest
  @CsvSource({"TCP", "UNIX"})
  void diallingNowhereIsMissingAnAddress(Network network) {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> Target.toDial(network, "", NO_LOOKUP))
        .withMessage("dial " + network + ": missing address");
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
  void aUnixPathWithANulIsRefused() {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> Target.toListen(Network.UNIX, "/run/\0x", NO_LOOKUP));
  }

  @Test
  void aFailedLookupIsTheCallersError() {
    IOException failure = new IOException("no such host");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                Target.toDial(
                    Network.TCP,
                    "nowhere:80",
                    host -> {
                      throw failure;
                    }))
        .isSameAs(failure);
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
