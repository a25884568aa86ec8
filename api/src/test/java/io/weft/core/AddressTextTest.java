package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: addresses read as Go and RFC 5952 write them. */
@Timeout(60)
class AddressTextTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1:80",
    "0.0.0.0, 0.0.0.0:80",
    "::, [::]:80",
    "::1, [::1]:80",
    "1::, [1::]:80",
    "2001:db8::1, [2001:db8::1]:80",
    "2001:DB8:0:0:0:0:0:1, [2001:db8::1]:80",
    "2001:0db8:0001:0002:0003:0004:0005:0006, [2001:db8:1:2:3:4:5:6]:80",
    // one zero group is not shortened, of equal runs the first, of different ones the longest
    "2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]:80",
    "2001:db8:0:0:1:0:0:1, [2001:db8::1:0:0:1]:80",
    "2001:0:0:1:0:0:0:1, [2001:0:0:1::1]:80",
    "0:0:1:2:3:4:5:6, [::1:2:3:4:5:6]:80",
    "1:2:3:4:5:6:0:0, [1:2:3:4:5:6::]:80",
    "0:1:2:3:4:5:6:7, [0:1:2:3:4:5:6:7]:80",
    // a mapped address is one of IPv4
    "::ffff:10.0.0.1, 10.0.0.1:80",
  })
  void writesLiterals(String literal, String text) {
    assertThat(AddressText.of(new InetSocketAddress(InetAddress.ofLiteral(literal), 80)))
        .isEqualTo(text);
  }

  @Test
  void writesTheZone() throws Exception {
    byte[] linkLocal = InetAddress.ofLiteral("fe80::1").getAddress();
    Inet6Address scoped = Inet6Address.getByAddress(null, linkLocal, 7);
    assertThat(AddressText.of(new InetSocketAddress(scoped, 22))).isEqualTo("[fe80::1%7]:22");
  }

  @Test
  void writesAnUnresolvedNameAsItIs() {
    assertThat(AddressText.of(InetSocketAddress.createUnresolved("db", 5432))).isEqualTo("db:5432");
  }

  @Test
  void neverLooksANameUp() throws Exception {
    InetAddress named = InetAddress.getByAddress("name.invalid", new byte[] {10, 0, 0, 1});
    assertThat(AddressText.of(new InetSocketAddress(named, 1))).isEqualTo("10.0.0.1:1");
  }

  @ParameterizedTest
  @CsvSource({"/run/app.sock", "@abstract", "@"})
  void writesUnixNamesAsTheyAre(String name) {
    assertThat(AddressText.of(UnixDomainSocketAddress.of(name))).isEqualTo(name);
  }

  @Test
  void writesTheAddressesThatThereAre() {
    InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4000);
    InetSocketAddress remote = new InetSocketAddress(InetAddress.ofLiteral("::1"), 80);
    assertThat(AddressText.of("tcp", local, remote)).isEqualTo("tcp 127.0.0.1:4000->[::1]:80");
    assertThat(AddressText.of("tcp", local, null)).isEqualTo("tcp 127.0.0.1:4000");
    assertThat(AddressText.of("tcp", null, remote)).isEqualTo("tcp [::1]:80");
    assertThat(AddressText.of("tcp", null, null)).isEqualTo("tcp");
    assertThat(AddressText.of("unix", UnixDomainSocketAddress.of(""), null)).isEqualTo("unix");
  }
}
