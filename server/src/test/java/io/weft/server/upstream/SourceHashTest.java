package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Goal: a client stays with its upstream, whoever else comes or goes. */
class SourceHashTest {
  private static final int CLIENTS = 20_000;

  private final SourceHash policy = new SourceHash();
  private final Upstream a = Upstreams.of("a", 1);
  private final Upstream b = Upstreams.of("b", 1);
  private final Upstream c = Upstreams.of("c", 2);
  private final List<Upstream> all = List.of(a, b, c);

  @Test
  void thePortDoesNotMatter() {
    for (int port = 1; port < 100; port++) {
      assertThat(choose(new InetSocketAddress("192.0.2.7", port)))
          .isSameAs(choose(new InetSocketAddress("192.0.2.7", 40_000)));
    }
  }

  @Test
  void sharesGoByWeight() {
    Map<Upstream, Integer> shares = shares(all);

    assertThat(shares.get(a)).isCloseTo(CLIENTS / 4, Percentage.withPercentage(4));
    assertThat(shares.get(b)).isCloseTo(CLIENTS / 4, Percentage.withPercentage(4));
    assertThat(shares.get(c)).isCloseTo(CLIENTS / 2, Percentage.withPercentage(4));
  }

  @Test
  void clientsOfIpV6AreSharedAsWell() {
    Map<Upstream, Integer> shares =
        shares(IntStream.range(0, CLIENTS).mapToObj(SourceHashTest::v6), List.of(a, b));

    assertThat(shares.get(a)).isCloseTo(CLIENTS / 2, Percentage.withPercentage(4));
  }

  @Test
  void oneThatGoesMovesItsOwnClientsOnly() {
    for (int client = 0; client < CLIENTS; client++) {
      Upstream before = choose(v4(client));
      if (before != b) {
        assertThat(Upstreams.choose(policy, List.of(a, c), v4(client))).isSameAs(before);
      }
    }
  }

  @Test
  void oneThatGoesLeavesItsClientsToAllOthers() {
    List<SocketAddress> orphans =
        IntStream.range(0, CLIENTS)
            .<SocketAddress>mapToObj(SourceHashTest::v4)
            .filter(client -> choose(client) == b)
            .toList();
    Map<Upstream, Integer> heirs = shares(orphans.stream(), List.of(a, c));

    assertThat(heirs.get(a)).isCloseTo(orphans.size() / 3, Percentage.withPercentage(8));
  }

  @Test
  void aGreaterWeightMovesClientsToItselfOnly() {
    List<Upstream> before = IntStream.range(0, CLIENTS).mapToObj(i -> choose(v4(i))).toList();
    b.configure(b.spec().withWeight(3));
    for (int client = 0; client < CLIENTS; client++) {
      assertThat(choose(v4(client))).isIn(before.get(client), b);
    }
    assertThat(shares(all).get(b)).isCloseTo(CLIENTS / 2, Percentage.withPercentage(4));
  }

  @Test
  void theOrderOfTheConfigurationDoesNotMatter() {
    for (int client = 0; client < 1000; client++) {
      assertThat(Upstreams.choose(policy, List.of(c, b, a), v4(client)))
          .isSameAs(choose(v4(client)));
    }
  }

  @Test
  void clientsOfUnixSocketsAreOne() {
    assertThat(choose(UnixDomainSocketAddress.of("@")))
        .isSameAs(choose(UnixDomainSocketAddress.of("/run/client.sock")));
  }

  private Upstream choose(SocketAddress client) {
    return Upstreams.choose(policy, all, client);
  }

  private Map<Upstream, Integer> shares(List<Upstream> candidates) {
    return shares(IntStream.range(0, CLIENTS).mapToObj(SourceHashTest::v4), candidates);
  }

  private Map<Upstream, Integer> shares(
      Stream<? extends SocketAddress> clients, List<Upstream> candidates) {
    return clients
        .map(client -> Upstreams.choose(policy, candidates, client))
        .collect(Collectors.toMap(Function.identity(), each -> 1, Integer::sum));
  }

  private static SocketAddress v4(int number) {
    return at(new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
  }

  private static SocketAddress v6(int number) {
    byte[] address = new byte[16];
    address[0] = 0x20;
    address[14] = (byte) (number >> 8);
    address[15] = (byte) number;
    return at(address);
  }

  private static SocketAddress at(byte[] address) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), 1234);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
