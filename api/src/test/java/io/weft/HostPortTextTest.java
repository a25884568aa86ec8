package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: an address is written as Go and RFC 5952 write it, and read back the same. */
class HostPortTextTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1:80",
    "0:0:0:0:0:0:0:0, [::]:80",
    "0:0:0:0:0:0:0:1, [::1]:80",
    "2001:DB8:0:0:1:0:0:1, [2001:db8::1:0:0:1]:80",
    "2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]:80",
    "2001:0:0:1:0:0:0:1, [2001:0:0:1::1]:80",
    "fe80:0:0:0:0:0:0:0, [fe80::]:80",
  })
  void writesTheShortestForm(String literal, String expected) throws Exception {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(literal), 80);

    HostPort parts = HostPort.of(address);

    assertThat(parts.join()).isEqualTo(expected);
    assertThat(HostPort.split(expected)).isEqualTo(parts);
    assertThat(InetAddress.getByName(parts.host())).isEqualTo(address.getAddress());
  }

  @Test
  void keepsTheNameOfAnAddressThatWasNotResolved() {
    assertThat(HostPort.of(InetSocketAddress.createUnresolved("db", 5432)).join())
        .isEqualTo("db:5432");
  }

  @Test
  void writesANumericZone() throws Exception {
    InetAddress scoped = InetAddress.getByName("fe80::1%7");

    assertThat(HostPort.of(new InetSocketAddress(scoped, 80)).join()).isEqualTo("[fe80::1%7]:80");
  }
}
