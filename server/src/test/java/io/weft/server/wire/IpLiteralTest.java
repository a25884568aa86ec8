package io.weft.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: addresses have one reading; what the JDK reads more generously is none. */
class IpLiteralTest {
  private static final long SEED = 20_260_302;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "1.2.3.256",
        "1.2.3.04",
        "00.0.0.0",
        "0x1.2.3.4",
        "1.2.3.+4",
        "1.2.3.-4",
        " 1.2.3.4",
        "1.2.3.4 ",
        "1.2.3.4:1",
        "1.2.3.\u0664",
        "1.2.3.4294967297",
        "example.org",
        "16909060"
      })
  void isNoAddressOfIpv4(String text) {
    assertThat(IpLiteral.parse4(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":::",
        "1",
        "::1::",
        "1::2::3",
        ":1::",
        "::1:",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "1:2:3:4::5:6:7:8",
        "::00001",
        "::g",
        "::-1",
        "::1%lo",
        "[::1]",
        "::1.2.3",
        "::1.2.3.4.5",
        "::1.2.3.04",
        "1.2.3.4",
        "1.2.3.4::",
        "::1.2.3.4:1",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::\uff11",
        "::1 ",
        "::1/128",
        "::\u0661",
        "::\021"
      })
  void isNoAddressOfIpv6(String text) {
    assertThat(IpLiteral.parse6(text)).isNull();
  }

  @Test
  void readsWhatTheJdkReads() {
    RandomGenerator random = new Random(SEED);
    for (int round = 0; round < 10_000; round++) {
      byte[] bytes = new byte[16];
      random.nextBytes(bytes);
      for (int zeros = random.nextInt(24); zeros > 0; zeros--) {
        bytes[random.nextInt(16)] = 0;
      }
      InetAddress ip = IpLiteral.of(bytes);
      for (String text : new String[] {IpLiteral.text(ip, 16), ip.getHostAddress()}) {
        byte[] read = text.indexOf(':') < 0 ? IpLiteral.parse4(text) : IpLiteral.parse6(text);
        assertThat(read).as(text).isNotNull();
        assertThat(IpLiteral.of(read)).as(text).isEqualTo(ip);
        mutate(text, random);
      }
    }
  }

  /** Whatever is taken for an address, the JDK takes for the same one. */
  private static void mutate(String text, RandomGenerator random) {
    StringBuilder changed = new StringBuilder(text);
    int at = random.nextInt(text.length());
    switch (random.nextInt(3)) {
      case 0 -> changed.deleteCharAt(at);
      case 1 -> changed.setCharAt(at, "0123456789abcdefABCDEF:.".charAt(random.nextInt(24)));
      default -> changed.insert(at, "0123456789abcdefABCDEF:.".charAt(random.nextInt(24)));
    }
    String other = changed.toString();
    byte[] read = other.indexOf(':') < 0 ? IpLiteral.parse4(other) : IpLiteral.parse6(other);
    if (read != null) {
      assertThat(InetAddress.ofLiteral(other)).as(other).isEqualTo(IpLiteral.of(read));
    }
  }
}
