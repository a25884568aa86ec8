package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.AddressException;
import io.weft.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: a local address leaves the targets of its family, or the error that Go gives. */
@Timeout(60)
class LocalAddressTest {
  private static final String NONE = "no suitable address found";
  private static final String TYPE = "mismatched local address type";

  // an IPv4 address in its form for IPv6, which the JDK turns back
  private static final String MAPPED = "::ffff:127.0.0.1";

  private static @Nullable SocketAddress local(String text) {
    return switch (text) {
      case "nil" -> null;
      case "empty" -> new InetSocketAddress(0);
      case "unix" -> UnixDomainSocketAddress.of("");
      case "mapped" -> local(MAPPED);
      default -> new InetSocketAddress(InetAddress.ofLiteral(text), 0);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "tcp4, 127.0.0.1, nil",
    "tcp4, 127.0.0.1, empty",
    "tcp4, 127.0.0.1, 0.0.0.0",
    "tcp4, 127.0.0.1, 127.0.0.1",
    "tcp4, 127.0.0.1, mapped",
    "tcp6, ::1, nil",
    "tcp6, ::1, empty",
    "tcp6, ::1, 0.0.0.0",
    "tcp6, ::1, ::",
    "tcp6, ::1, ::1",
    "tcp, 127.0.0.1, nil",
    "tcp, 127.0.0.1, empty",
    "tcp, 127.0.0.1, 0.0.0.0",
    "tcp, 127.0.0.1, ::",
    "tcp, 127.0.0.1, 127.0.0.1",
    "tcp, 127.0.0.1, mapped",
    "tcp, ::1, nil",
    "tcp, ::1, empty",
    "tcp, ::1, 0.0.0.0",
    "tcp, ::1, ::",
    "tcp, ::1, ::1",
  })
  void aTargetOfTheSameFamilyIsReachable(String network, String remote, String local)
      throws Exception {
    List<Target> targets = List.of(DialRig.target(remote));
    assertThat(LocalAddress.reaching(Network.of(network), targets, local(local)))
        .isEqualTo(targets);
  }

  @ParameterizedTest
  @CsvSource({
    "tcp4, 127.0.0.1, ::, address [::]:0: non-IPv4 address",
    "tcp4, 127.0.0.1, ::1, address [::1]:0: " + NONE,
    "tcp4, 127.0.0.1, unix, address : " + TYPE,
    "tcp6, ::1, 127.0.0.1, address 127.0.0.1:0: " + NONE,
    "tcp6, ::1, mapped, address 127.0.0.1:0: " + NONE,
    "tcp6, ::1, unix, address : " + TYPE,
    "tcp, 127.0.0.1, ::1, address [::1]:0: " + NONE,
    "tcp, 127.0.0.1, unix, address : " + TYPE,
    "tcp, ::1, 127.0.0.1, address 127.0.0.1:0: " + NONE,
    "tcp, ::1, mapped, address 127.0.0.1:0: " + NONE,
    "tcp, ::1, unix, address : " + TYPE,
  })
  void anythingElseIsRefusedAsInGo(String network, String remote, String local, String problem)
      throws Exception {
    Network kind = Network.of(network);
    List<Target> targets = List.of(DialRig.target(remote));
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> LocalAddress.reaching(kind, targets, local(local)))
        .withMessage("dial " + network + ": " + problem);
  }

  @Test
  void ofSeveralTargetsThoseOfTheFamilyStayInTheirOrder() throws Exception {
    Target a = DialRig.target("192.0.2.1");
    Target b = DialRig.target("192.0.2.2");
    Target six = DialRig.target("2001:db8::1");
    assertThat(LocalAddress.reaching(Network.TCP, List.of(a, six, b), local("127.0.0.1")))
        .containsExactly(a, b);
    assertThat(LocalAddress.reaching(Network.TCP, List.of(a, six, b), local("::1")))
        .containsExactly(six);
    assertThat(LocalAddress.reaching(Network.TCP, List.of(a, six, b), local("::")))
        .containsExactly(a, six, b);
  }

  @Test
  void aUnixTargetTakesUnixNamesOnly() throws Exception {
    Target target = new Target(Network.UNIX, UnixDomainSocketAddress.of("/run/s"));
    List<Target> targets = List.of(target);
    SocketAddress name = UnixDomainSocketAddress.of("/run/c");
    assertThat(LocalAddress.reaching(Network.UNIX, targets, name)).isEqualTo(targets);
    assertThat(LocalAddress.toBind(name, target)).isEqualTo(name);
    assertThat(LocalAddress.toBind(local("unix"), target)).as("an empty name").isNull();
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> LocalAddress.reaching(Network.UNIX, targets, local("127.0.0.1")))
        .withMessage("dial unix: address 127.0.0.1:0: " + TYPE);
  }

  @Test
  void aWildcardIsBoundInTheFamilyOfItsTarget() {
    InetSocketAddress four = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 7);
    InetSocketAddress six = new InetSocketAddress(InetAddress.ofLiteral("::"), 7);
    for (InetSocketAddress any : List.of(four, six)) {
      assertThat(LocalAddress.toBind(any, DialRig.target("192.0.2.1"))).isEqualTo(four);
      assertThat(LocalAddress.toBind(any, DialRig.target("2001:db8::1"))).isEqualTo(six);
    }
    SocketAddress own = local("127.0.0.1");
    assertThat(LocalAddress.toBind(own, DialRig.target("192.0.2.1"))).isEqualTo(own);
    assertThat(LocalAddress.toBind(null, DialRig.target("192.0.2.1"))).isNull();
  }
}
