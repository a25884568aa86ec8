package io.weft.server.upstream;

import io.weft.Network;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Upstreams without a pool, and what policies make of them. */
final class Upstreams {
  static final SocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 40_000);

  private Upstreams() {}

  static UpstreamSpec spec(String name) {
    return UpstreamSpec.of(name, Network.TCP, name + ".example:80");
  }

  static Upstream of(String name, int weight) {
    return new Upstream(
        spec(name).withWeight(weight),
        new HealthState(HealthConfig.DEFAULT.thresholds()),
        new Ejection(EjectionConfig.DEFAULT));
  }

  static Upstream choose(Policy policy, List<Upstream> candidates, SocketAddress client) {
    return policy.choose(candidates, new Pick(client, Set.of()));
  }

  /** The names that a policy chooses, for sessions that stay. */
  static String fill(Policy policy, List<Upstream> candidates, int sessions) {
    StringBuilder names = new StringBuilder();
    IntStream.range(0, sessions)
        .forEach(
            session -> {
              Upstream chosen = choose(policy, candidates, CLIENT);
              chosen.enter();
              names.append(chosen.name());
            });
    return names.toString();
  }
}
