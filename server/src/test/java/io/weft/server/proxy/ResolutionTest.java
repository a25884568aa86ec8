package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weft.Network;
import io.weft.server.upstream.PoolConfig;
import io.weft.server.upstream.UpstreamSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: upstreams follow what their names mean, and outlive a name service that fails. */
@Timeout(60)
class ResolutionTest {
  private static final Runner RUNNER = Runner.pollers().findFirst().orElseThrow();

  private final AtomicInteger lookUps = new AtomicInteger();
  private volatile Set<String> answer = Set.of("127.0.0.1");

  @Test
  void sessionsGoWhereTheNamePointsNowAndThoseThereAreStay() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = proxy(backend.port())) {
      awaitLookUps(2);
      try (Plain client = proxy.dial();
          Plain server = backend.accept()) {
        answer = Set.of("127.0.0.2");
        // one may have begun before, the next one's answer counts when a third one begins
        awaitLookUps(3);
        proxy.dial().close();
        assertThat(proxy.session().to().upstream()).endsWith("@127.0.0.2");

        client.say("still here");
        server.hear("still here");
        server.end();
        client.end();
        client.hearTheEndAfter("");
      }
      assertThat(proxy.session().to().upstream()).endsWith("@127.0.0.1");
    }
  }

  @Test
  void aFailedLookUpKeepsTheAddresses() throws Exception {
    try (TestingProxy proxy = proxy(1)) {
      awaitUpstream(proxy, "127.0.0.1");
      answer = Set.of();
      awaitLookUps(3);
      awaitUpstream(proxy, "127.0.0.1");
    }
  }

  @Test
  void eachAddressIsAnUpstreamWithTheWeightOfTheName() {
    Names names =
        Names.NONE
            .with("a", Set.of(address("10.0.0.2"), address("10.0.0.1"), address("fd00::1")))
            .with("six", Set.of(address("fd00::1")));

    assertThat(expanded(names, spec(Network.TCP, "a:80").withWeight(3)))
        .extracting(UpstreamSpec::name, UpstreamSpec::address, UpstreamSpec::weight)
        .containsExactly(
            tuple("tcp://a:80@10.0.0.1", "10.0.0.1:80", 3),
            tuple("tcp://a:80@10.0.0.2", "10.0.0.2:80", 3));
    assertThat(expanded(names, spec(Network.TCP6, "a:80")))
        .extracting(UpstreamSpec::address)
        .containsExactly("[fd00:0:0:0:0:0:0:1]:80");
    assertThat(expanded(names, spec(Network.TCP, "six:http")))
        .extracting(UpstreamSpec::address)
        .containsExactly("[fd00:0:0:0:0:0:0:1]:http");
    assertThat(expanded(names, spec(Network.TCP4, "six:80")))
        .containsExactly(spec(Network.TCP4, "six:80"));
    assertThat(expanded(names, spec(Network.TCP, "unknown:80")))
        .containsExactly(spec(Network.TCP, "unknown:80"));
  }

  @Test
  void onlyNamesAreLookedUp() {
    assertThat(
            Names.of(
                targets(
                    spec(Network.TCP, "a:80"),
                    spec(Network.TCP, "10.0.0.1:80"),
                    spec(Network.TCP, "[fd00::1]:80"),
                    spec(Network.TCP, ":80"),
                    spec(Network.UNIX, "/run/a:b"))))
        .containsExactly("a");
  }

  private TestingProxy proxy(int port) throws IOException {
    Setup setup = new Setup();
    setup.upstreams.add(spec(Network.TCP, "web.test:" + port));
    setup.resolveInterval = Duration.ofMillis(10);
    return new TestingProxy(RUNNER, setup, this::lookUp);
  }

  private Set<InetAddress> lookUp(String host) throws IOException {
    lookUps.incrementAndGet();
    if (answer.isEmpty()) {
      throw new UnknownHostException(host);
    }
    return Set.of(address(answer.iterator().next()));
  }

  private void awaitLookUps(int more) {
    int enough = lookUps.get() + more;
    while (lookUps.get() < enough) {
      Thread.onSpinWait();
    }
  }

  // nobody listens there, which the session's record says
  private static void awaitUpstream(TestingProxy proxy, String address) throws Exception {
    String upstream = "";
    while (!upstream.endsWith("@" + address)) {
      proxy.dial().close();
      upstream = String.valueOf(proxy.session().to().upstream());
    }
  }

  private static List<UpstreamSpec> expanded(Names names, UpstreamSpec spec) {
    return names.expand(targets(spec)).upstreams();
  }

  private static Targets targets(UpstreamSpec... specs) {
    return new Targets(PoolConfig.DEFAULT, List.of(specs), Map.of(), Duration.ZERO);
  }

  private static UpstreamSpec spec(Network network, String address) {
    return UpstreamSpec.of(network + "://" + address, network, address);
  }

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }
}
