package io.weft.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.AddressException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: a peer is trusted exactly when its network was named. */
class PeerNetworkTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.0.0.0/8, 9.255.255.255, false",
    "192.0.2.128/25, 192.0.2.255, true",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.1/32, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.0, false",
    "0.0.0.0/0, 255.255.255.255, true",
    "0.0.0.0/0, ::1, false",
    "::/0, ::1, true",
    "::/0, 192.0.2.1, false",
    "::1/128, ::1, true",
    "::1/128, ::2, false",
    "::1, ::1, true",
    "2001:db8::/33, 2001:db8:7fff::, true",
    "2001:db8::/33, 2001:db8:8000::, false",
    "fe80::/10, febf::1, true",
    "::ffff:10.0.0.0/104, 10.1.2.3, true",
    "::ffff:10.0.0.0/104, 11.1.2.3, false",
    "::ffff:0:0/96, 192.0.2.1, true",
    "unix, 127.0.0.1, false",
  })
  void containsItsAddresses(String network, String peer, boolean contained) throws Exception {
    var address = new InetSocketAddress(InetAddress.ofLiteral(peer), 1);
    assertThat(PeerNetwork.parse(network).contains(address)).isEqualTo(contained);
    assertThat(PeerNetwork.parse(network)).hasToString(network);
  }

  @Test
  void anAddressThatIpv6CarriesIsOneOfIpv4() throws Exception {
    byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff0a000001");
    var peer = new InetSocketAddress(Inet6Address.getByAddress(null, mapped, -1), 1);
    assertThat(peer.getAddress()).isInstanceOf(Inet6Address.class);
    assertThat(PeerNetwork.parse("10.0.0.0/8").contains(peer)).isTrue();
    assertThat(PeerNetwork.parse("::/0").contains(peer)).isFalse();
  }

  @Test
  void aZoneMakesNoDifference() throws Exception {
    byte[] local = InetAddress.ofLiteral("fe80::1").getAddress();
    var peer = new InetSocketAddress(Inet6Address.getByAddress(null, local, 1), 1);
    assertThat(PeerNetwork.parse("fe80::/10").contains(peer)).isTrue();
  }

  @Test
  void unixIsEveryPeerOfAUnixSocketAndNobodyElse() throws Exception {
    UnixDomainSocketAddress peer = UnixDomainSocketAddress.of("@");
    assertThat(PeerNetwork.parse("unix").contains(peer)).isTrue();
    assertThat(PeerNetwork.parse("0.0.0.0/0").contains(peer)).isFalse();
    assertThat(PeerNetwork.parse("::/0").contains(peer)).isFalse();
  }

  @Test
  void anUnresolvedAddressIsNobody() throws Exception {
    var peer = InetSocketAddress.createUnresolved("10.0.0.1", 1);
    assertThat(PeerNetwork.parse("0.0.0.0/0").contains(peer)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 'not an IP address (use 10.0.0.0/8, ::1/128, 127.0.0.1 or unix)'",
    "'', 'not an IP address (use 10.0.0.0/8, ::1/128, 127.0.0.1 or unix)'",
    "/8, 'not an IP address (use 10.0.0.0/8, ::1/128, 127.0.0.1 or unix)'",
    "10.0/8, 'not an IP address (use 10.0.0.0/8, ::1/128, 127.0.0.1 or unix)'",
    "fe80::%eth0/10, 'not an IP address (use 10.0.0.0/8, ::1/128, 127.0.0.1 or unix)'",
    "UNIX, 'not an IP address (use 10.0.0.0/8, ::1/128, 127.0.0.1 or unix)'",
    "10.0.0.0/33, the prefix length is not a number from 0 to 32",
    "10.0.0.0/, the prefix length is not a number from 0 to 32",
    "10.0.0.0/08, the prefix length is not a number from 0 to 32",
    "10.0.0.0/-1, the prefix length is not a number from 0 to 32",
    "10.0.0.0/255.0.0.0, the prefix length is not a number from 0 to 32",
    "::/129, the prefix length is not a number from 0 to 128",
    "10.0.0.1/8, bits are set behind the prefix (use 10.0.0.0/8)",
    "2001:db8::1/32, bits are set behind the prefix (use 2001:db8::/32)",
    "::ffff:10.0.0.1/104, bits are set behind the prefix (use ::ffff:10.0.0.0/104)",
  })
  void refusesWithAReason(String text, String reason) {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> PeerNetwork.parse(text))
        .withMessage("network " + text + ": " + reason);
  }
}
