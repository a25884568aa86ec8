package io.weft.server.notation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.AddressException;
import io.weft.Network;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: addresses of the command line are taken apart exactly, and refused with a reason. */
class SocketUrlTest {
  @ParameterizedTest
  @CsvSource({
    "tcp://127.0.0.1:7000, TCP, 127.0.0.1:7000",
    "tcp://:0, TCP, :0",
    "tcp4://localhost:http, TCP4, localhost:http",
    "tcp6://[::1]:7000, TCP6, [::1]:7000",
    "unix:///run/echo.sock, UNIX, /run/echo.sock",
    "unix://@echo, UNIX, @echo",
    "unixpacket:///run/echo.sock, UNIXPACKET, /run/echo.sock",
  })
  void readsNetworkAndAddress(String text, Network network, String address) throws Exception {
    SocketUrl url = SocketUrl.parse(text);

    assertThat(url).isEqualTo(new SocketUrl(network, address));
    assertThat(url).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "udp://:53, 'unknown network udp (use tcp, tcp4, tcp6, unix or unixpacket)'",
    "TCP://:53, 'unknown network TCP (use tcp, tcp4, tcp6, unix or unixpacket)'",
    "a:7000, 'address a:7000: missing network (use tcp://HOST:PORT or unix:///PATH)'",
    "tcp://127.0.0.1, 'address 127.0.0.1: missing port in address'",
    "tcp://::1:7000, 'address ::1:7000: too many colons in address'",
    "unix://a, 'address unix://a: not an absolute path (use unix:///PATH or unix://@NAME)'",
    "unix://, 'address unix://: not an absolute path (use unix:///PATH or unix://@NAME)'",
  })
  void refusesWithAReason(String text, String reason) {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> SocketUrl.parse(text))
        .withMessage(reason);
  }
}
