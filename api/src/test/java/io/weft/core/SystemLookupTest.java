package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: this machine's names, services and interfaces are known. */
@Timeout(60)
class SystemLookupTest {
  private static final Inet6Address LINK_LOCAL = (Inet6Address) InetAddress.ofLiteral("fe80::1");

  private final SystemLookup lookup = new SystemLookup();

  @Test
  void localhostIsThisMachine() throws Exception {
    assertThat(lookup.hosts("localhost")).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"no such host", "127.0.0.1%lo", "fe80::1%", "::ffff:127.0.0.1%lo", "a..b"})
  void whatIsNoNameIsUnknown(String name) {
    assertThatExceptionOfType(UnknownHostException.class).isThrownBy(() -> lookup.hosts(name));
  }

  @Test
  void servicesAreThoseOfTheMachine() {
    assertThat(lookup.port("https")).isEqualTo(443);
    assertThat(lookup.port("no-such-service")).isZero();
  }

  @Test
  void aZoneIsAnInterfacesNameOrIndex() throws Exception {
    List<NetworkInterface> all = NetworkInterface.networkInterfaces().toList();
    assertThat(all).isNotEmpty();
    for (NetworkInterface one : all) {
      for (String zone : List.of(one.getName(), Integer.toString(one.getIndex()))) {
        Inet6Address scoped = lookup.scoped(LINK_LOCAL, zone);
        assertThat(scoped).as(zone).isEqualTo(LINK_LOCAL);
        assertThat(Objects.requireNonNull(scoped).getScopeId()).as(zone).isEqualTo(one.getIndex());
      }
    }
  }

  @Test
  void anAddressOnALinkIsWrittenWithTheInterfacesName() throws Exception {
    for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
      if (one.inetAddresses()
          .anyMatch(ip -> ip instanceof Inet6Address && ip.isLinkLocalAddress())) {
        Inet6Address scoped = lookup.scoped(LINK_LOCAL, Integer.toString(one.getIndex()));
        assertThat(AddressText.of(new InetSocketAddress(scoped, 80)))
            .isEqualTo("[fe80::1%" + one.getName() + "]:80");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-such-zone", "0", "-1", "65535", "65536", "99999999999"})
  void anInterfaceThatDoesNotExistIsNoZone(String zone) throws Exception {
    assertThat(lookup.scoped(LINK_LOCAL, zone)).isNull();
  }
}
