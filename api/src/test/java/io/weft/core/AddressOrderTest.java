package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.core.AddressOrder.Policy;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: a host's addresses are tried in the order of RFC 6724, as Go tries them. */
@Timeout(60)
class AddressOrderTest {
  private static AddressOrder route(String ip, @Nullable String source) {
    return new AddressOrder(
        InetAddress.ofLiteral(ip), source == null ? null : InetAddress.ofLiteral(source));
  }

  @ParameterizedTest
  @CsvSource({
    // rule, better destination, its source, worse destination, its source
    "1 unreachable,      198.51.100.121, 198.51.100.117, 2001:db8:1::1,  ",
    "1 unreachable,      2001:db8:1::1,  2001:db8:1::2,  198.51.100.121, ",
    "1 before all,       fc00::1,        fe80::1,        ::1,            ",
    // examples of RFC 6724, section 10.2
    "2 matching scope,   2001:db8:1::1,  2001:db8:1::2,  198.51.100.121, 169.254.13.78",
    "2 matching scope,   198.51.100.121, 198.51.100.117, 2001:db8:1::1,  fe80::1",
    "6 precedence,       2001:db8:1::1,  2001:db8:1::2,  10.1.2.3,       10.1.2.4",
    "8 smaller scope,    fe80::1,        fe80::2,        2001:db8:1::1,  2001:db8:1::2",
    "5 matching label,   2002:c633:6401::1, 2002:c633:6401::2, 2001:db8:1::1, 2002:c633:6401::2",
    "6 precedence,       2001:db8:1::1,  2001:db8:1::2,  2002:c633:6401::1, 2002:c633:6401::2",
    "9 longer prefix,    2001:db8:1::1,  2001:db8:1::2,  2001:db8:3ffe::1, 2001:db8:3f44::2",
    // others
    "5 matching label,   10.1.2.3,       10.1.2.4,       2001:db8:1::1,  fd00::2",
    "5 matching label,   fd00::1,        fd00::2,        2001:db8:1::1,  fd00::2",
    "6 precedence,       ::1,            ::1,            127.0.0.1,      127.0.0.1",
    "6 precedence,       10.1.2.3,       10.1.2.4,       fd00::1,        fd00::2",
    "6 precedence,       10.1.2.3,       10.1.2.4,       2001::1,        2001::2",
    "9 of 64 bits,       2001:db8:1::ffff, 2001:db8:1::1, 2001:db8:2::1, 2001:db8:1::1",
  })
  void theBetterOneComesFirst(
      String rule, String better, @Nullable String source, String worse, @Nullable String other) {
    AddressOrder first = route(better, source);
    AddressOrder second = route(worse, other);
    assertThat(first).as(rule).isLessThan(second);
    assertThat(second).as(rule).isGreaterThan(first);
    for (List<AddressOrder> given : List.of(List.of(first, second), List.of(second, first))) {
      assertThat(sorted(given)).as(rule).containsExactly(first.ip(), second.ip());
    }
  }

  @ParameterizedTest
  @CsvSource({
    // a prefix of IPv4 addresses in common with the source means nothing
    "54.83.193.112, 10.2.3.4, 10.20.172.185, 10.2.3.4",
    "10.2.3.9,      10.2.3.4, 10.99.0.1,     10.2.3.4",
    // nor do two that are out of reach differ
    "::1,           ,         10.99.0.1,     ",
    // nor the interface's part of an IPv6 address
    "2001:db8::1,   2001:db8::2, 2001:db8::ffff:ffff:0:1, 2001:db8::2",
  })
  void equalOnesStayInTheirOrder(
      String one, @Nullable String source, String another, @Nullable String other) {
    AddressOrder first = route(one, source);
    AddressOrder second = route(another, other);
    assertThat(first).isEqualByComparingTo(second);
    assertThat(sorted(List.of(first, second))).containsExactly(first.ip(), second.ip());
    assertThat(sorted(List.of(second, first))).containsExactly(second.ip(), first.ip());
  }

  private static InetAddress[] sorted(List<AddressOrder> given) {
    InetAddress[] ips = given.stream().map(AddressOrder::ip).toArray(InetAddress[]::new);
    return AddressOrder.bestFirst(
        ips,
        ip ->
            given.stream()
                .filter(route -> route.ip().equals(ip))
                .findFirst()
                .orElseThrow()
                .source());
  }

  /** Sorting throws or loses its sense when a comparison is no order. */
  @Test
  void theComparisonIsAnOrder() {
    String[] texts = {
      "::1", "127.0.0.1", "10.0.0.1", "169.254.1.1", "198.51.100.1", "2001:db8:1::1", "fec0::1",
      "2001:db8:2::1", "2002:c000:201::1", "2001::1", "fc00::1", "fe80::1", "::10.0.0.1", "3ffe::1",
    };
    List<AddressOrder> all = new ArrayList<>();
    for (String ip : texts) {
      all.add(route(ip, null));
      for (String source : texts) {
        all.add(route(ip, source));
      }
    }
    Seeds.forEach(
        20_000,
        random -> {
          AddressOrder a = all.get(random.nextInt(all.size()));
          AddressOrder b = all.get(random.nextInt(all.size()));
          AddressOrder c = all.get(random.nextInt(all.size()));
          assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
          if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) {
            assertThat(a.compareTo(c)).as("%s %s %s", a, b, c).isNotPositive();
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1,          35, 4",
    "224.0.0.1,          35, 4",
    "::ffff:10.0.0.1,    35, 4",
    "::1,                50, 0",
    "::2,                 1, 3",
    "::10.0.0.1,          1, 3",
    "0:0:0:0:0:1::,      40, 1",
    "2601:645:8002:a500:986f:1db8:c836:bd65, 40, 1",
    "2002::ab12,         30, 2",
    "2001::1,             5, 5",
    "2001:0:ffff::1,      5, 5",
    "2001:1::1,          40, 1",
    "fc00::1,             3, 13",
    "fdff::1,             3, 13",
    "fe00::1,            40, 1",
    "fe80::1,            40, 1",
    "fec0::1,             1, 11",
    "feff::1,             1, 11",
    "ff02::1,            40, 1",
    "3ffe::1,             1, 12",
    "3fff::1,            40, 1",
  })
  void precedenceAndLabelAreThoseOfTheTable(String ip, int precedence, int label) {
    Policy policy = Policy.of(InetAddress.ofLiteral(ip));
    assertThat(policy.precedence).isEqualTo(precedence);
    assertThat(policy.label).isEqualTo(label);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 2",
    "127.1.2.3, 2",
    "::1, 2",
    "169.254.1.2, 2",
    "fe80::1, 2",
    "fec0::1, 5",
    "8.8.8.8, 14",
    "10.0.0.1, 14",
    "192.168.0.1, 14",
    "fd00::1, 14",
    "2001:db8::1, 14",
    "ff01::1, 1",
    "ff02::, 2",
    "ff04::, 4",
    "ff05::, 5",
    "ff08::, 8",
    "ff0e::, 14",
    "224.0.0.0, 14",
    "224.2.2.2, 14",
  })
  void theScopeFollowsTheAddress(String ip, int scope) {
    assertThat(AddressOrder.scope(InetAddress.ofLiteral(ip))).isEqualTo(scope);
  }

  @ParameterizedTest
  @CsvSource({
    "fe80::1, fe80::2, 64",
    "fe81::1, fe80::2, 15",
    "2001:db8::1, 2001:db8::1, 64",
    "2001:db8::1, a001:db8::1, 0",
    "127.0.0.1, fe80::1, 0",
    "fe80::1, 127.0.0.1, 0",
    "1.2.3.4, 1.2.3.4, 0",
  })
  void aPrefixIsComparedWithinTheNetworksPart(String ip, String source, int bits) {
    assertThat(route(ip, null).commonBits(InetAddress.ofLiteral(source))).isEqualTo(bits);
  }

  @Test
  void theSourceOfThisMachineIsThisMachine() {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    assertThat(AddressOrder.source(loopback)).isEqualTo(loopback);
    assertThat(AddressOrder.source(InetAddress.ofLiteral("127.0.0.2")))
        .isInstanceOf(Inet4Address.class);
  }

  @Test
  void whatCannotBeReachedHasNoSource() throws Exception {
    byte[] linkLocal = InetAddress.ofLiteral("fe80::1").getAddress();
    InetAddress onNoLink = Inet6Address.getByAddress(null, linkLocal, 1_000_000);
    assertThat(AddressOrder.source(onNoLink)).isNull();
  }

  @Test
  void aSingleAddressNeedsNoSource() {
    InetAddress[] one = {InetAddress.ofLiteral("127.0.0.1")};
    assertThat(
            AddressOrder.bestFirst(
                one,
                ip -> {
                  throw new AssertionError("asked for " + ip);
                }))
        .isSameAs(one);
  }
}
